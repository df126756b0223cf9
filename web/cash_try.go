package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"remit/chart"
	"remit/decision"
	"remit/models"
)

// The timeline under the picture of a pool, in the units of its drawing: as wide as the picture, a row for each payment of
// the same few days.
const (
	lineWidth  = 691
	rowHeight  = 17
	rowsTop    = 26 // below the axis
	daysApart  = 2  // marks nearer than that are put below one another
	marksShown = 60
)

// timeline is the payments of a pool on their days, along the axis of its picture.
type timeline struct {
	First       models.Day // of the axis
	Days        int        // on it
	Left, Right float64    // where it begins and ends, as shares of the width
	Height      int
	Marks       []mark
	FloorMost   int64 // what the floor can be slid to, in major units
	FloorStep   int64
	FloorNow    int64
}

// mark is a payment on its day.
type mark struct {
	Item, Name string
	Day        int // from the first on
	Y          int
	X          string
	On         models.Day
	Answer     string // where its day is asked about; "" where it is not
	Agreed     bool
}

// newTimeline lays out the payments that the plan pays within the picture; none where there is no picture.
func newTimeline(o decision.Outlook, cash models.Cash) timeline {
	t := timeline{Days: len(cash.Days)}
	if cash.Unknown != "" || t.Days < 2 {
		return timeline{}
	}
	t.First = cash.Days[0].Day
	t.Left, t.Right = across(cash)
	var rows []int // the last day taken in each row
	for _, l := range o.Lines {
		day := l.On.Sub(t.First)
		if l.Payable.Status == models.PayableHeld || !l.On.Valid() || day < 0 || day >= t.Days || l.Payable.Amount.Minor <= 0 || len(t.Marks) == marksShown {
			continue
		}
		row := 0
		for row < len(rows) && day-rows[row] < daysApart {
			row++
		}
		if row == len(rows) {
			rows = append(rows, 0)
		}
		rows[row] = day
		m := mark{
			Item: l.Payable.ID, Name: clip(l.Payable.VendorName, 40) + ", " + l.Payable.Amount.Display(), Day: day, On: l.On, Agreed: l.Frozen,
			Y: rowsTop + row*rowHeight, X: strconv.FormatFloat(lineWidth*(t.Left+(t.Right-t.Left)*float64(day)/float64(t.Days-1)), 'f', 1, 64),
		}
		if d := l.Decision; d != nil && d.State.Open() {
			m.Answer = "/decisions/" + d.ID
		}
		t.Marks = append(t.Marks, m)
	}
	t.Height = rowsTop + len(rows)*rowHeight
	t.slideFloor(cash)
	return t
}

// slideFloor lets the floor be slid up to twice what there is, in about two hundred steps.
func (t *timeline) slideFloor(cash models.Cash) {
	unit := int64(1)
	for range cash.Floor.Currency.Digits() {
		unit *= 10
	}
	t.FloorNow = cash.Floor.Minor / unit
	t.FloorMost = max(2*t.FloorNow, cash.Balance.Minor/unit, 1)
	for t.FloorStep = 1; t.FloorMost/t.FloorStep > 200; t.FloorStep *= 10 {
	}
}

// Width gives the timeline's width; templates call it.
func (t timeline) Width() int { return lineWidth }

// across gives where the days of the picture lie within it, as shares of its width.
func across(cash models.Cash) (left, right float64) {
	pic, err := chart.Fan(cash)
	if err != nil {
		return 0, 1
	}
	return pic.Across()
}

// sayTried says in a sentence what a change would come to.
func sayTried(t decision.Tried) string {
	var b strings.Builder
	if t.Item != "" {
		fmt.Fprintf(&b, "Paying on %s: ", t.Day.Display())
	}
	fmt.Fprintf(&b, "lowest cash %s on %s, %s likely to fall below %s. ", t.Cash.Low.Display(), t.Cash.LowOn.Display(), percentOf(t.Cash.Breach), t.Cash.Floor.Display())
	switch {
	case t.Cost.IsZero():
		b.WriteString("It costs nothing.")
	case t.Cost.Negative():
		b.WriteString("It saves " + t.Cost.Neg().Display() + ".")
	default:
		b.WriteString("It costs " + t.Cost.Display() + ".")
	}
	return b.String()
}

// triedJSON is what a change would come to, as the Cash page's script shows it. What cannot be tried says why, alone.
type triedJSON struct {
	Says    string            `json:"says"`
	Bad     bool              `json:"bad"` // the floor is not held
	Figures map[string]string `json:"figures"`
	Fan     string            `json:"fan"`
	Alt     string            `json:"alt"`
	Left    float64           `json:"left"`
	Right   float64           `json:"right"`
}

// tryCash says what a change to a pool's plan would come to. Nothing is decided by it.
func (h *console) tryCash(c *gin.Context) {
	w, err := whatIf(c)
	var out decision.Outlook
	if err == nil {
		out, err = h.Treasurer.Outlook(c.Request.Context(), c.Query("pool"), w)
	}
	if err != nil {
		status := StatusOf(models.KindOf(err))
		if status == http.StatusInternalServerError {
			h.Logger.ErrorContext(c.Request.Context(), "a change to the plan could not be tried", "error", err)
		}
		c.JSON(status, gin.H{"error": models.SentenceOf(err)})
		return
	}
	t := triedJSON{}
	cash := out.Cash
	q := url.Values{"pool": {c.Query("pool")}}
	if out.If != nil {
		cash = out.If.Cash
		t.Says, t.Bad = sayTried(*out.If), !cash.Short().IsZero()
		q.Set("floor", c.Query("floor"))
		q.Set("item", w.Item)
		q.Set("day", string(w.Day))
	}
	t.Figures = map[string]string{
		"low": cash.Low.Display() + " on " + cash.LowOn.Display(), "floor": cash.Floor.Display(), "breach": percentOf(cash.Breach),
	}
	t.Fan, t.Alt = "/cash/fan.svg?"+q.Encode(), chart.FanAlt(cash)
	t.Left, t.Right = across(cash)
	c.JSON(http.StatusOK, t)
}
