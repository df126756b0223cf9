package decision

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"remit/models"
)

// raced is a ledger whose batches lose races.
type raced struct {
	Ledger
	lose  int   // how many of the next batches
	asked []int // how many deliveries each drain asked for
}

func (r *raced) Drain(_ context.Context, limit int, _ func(context.Context, Reader, []models.Delivery) (Changes, error)) (int, error) {
	r.asked = append(r.asked, limit)
	if limit > 1 && r.lose > 0 {
		r.lose--
		return 2, models.Errorf(models.Conflict, "somebody was first")
	}
	return min(limit, 2), nil
}

func TestABatchThatLostARaceIsTriedAgainWholeBeforeItIsTakenApart(t *testing.T) {
	for name, c := range map[string]struct {
		lose int
		want []int
	}{
		"won at once":     {0, []int{32}},
		"lost twice":      {2, []int{32, 32, 32}},
		"lost every time": {99, []int{32, 32, 32, 32, 32, 1, 1}},
	} {
		r := &raced{lose: c.lose}
		e := &Engine{Ledger: r, Batch: 32, Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler)}
		n, err := e.Drain(t.Context())
		if n != 2 || err != nil || !slices.Equal(r.asked, c.want) {
			t.Errorf("%s: drained %d, %v, asking for %v; want %v", name, n, err, r.asked, c.want)
		}
	}
}
