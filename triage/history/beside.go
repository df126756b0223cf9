package history

import (
	"fmt"

	"remit/models"
	"remit/triage/intent"
)

// Beside is how another judge does beside remit's own.
type Beside struct {
	Model      string
	Asked      int     // decisions that it was asked about
	Failed     int     // of those that it had no opinion on
	Agreed     int     // on which both said the same
	Judged     int     // that people settled, and both had an opinion on
	OwnRight   int     // of those
	OtherRight int     // of those
	BothRight  int     // of those on which both said the same and people said so too
	BothSame   int     // of those on which both said the same
	Worth90    float64 // what a stated confidence of .9 is worth by people's verdicts; .9 where there are too few
}

// Compare measures another judge on what people settled. decisions are by id.
func Compare(model string, said []models.Second, decisions map[string]models.Decision) Beside {
	b := Beside{Model: model}
	var held []intent.Held
	for _, s := range said {
		b.Asked++
		if s.Other == "" {
			b.Failed++
			continue
		}
		b.Agreed += count(s.Agrees())
		d := decisions[s.DecisionID]
		a, ok := d.Settled()
		if !ok || !a.By.IsPerson() || a.Bulk {
			continue
		}
		b.Judged++
		b.OwnRight, b.OtherRight = b.OwnRight+count(d.Final == s.Own), b.OtherRight+count(d.Final == s.Other)
		b.BothSame, b.BothRight = b.BothSame+count(s.Agrees()), b.BothRight+count(s.Agrees() && d.Final == s.Own)
		held = append(held, intent.Held{Confidence: s.Confidence, Right: d.Final == s.Other})
	}
	b.Worth90 = intent.Borne(held)(0.9)
	return b
}

// Says tells it in sentences.
func (b Beside) Says() string {
	s := fmt.Sprintf("%s was asked about %d decisions, had no opinion on %d and agreed on %d.", b.Model, b.Asked, b.Failed, b.Agreed)
	if b.Judged == 0 {
		return s + " People have settled none of them yet."
	}
	return s + fmt.Sprintf(" Of %d that people settled remit was right on %d and it on %d; where both agreed, on %d of %d. A confidence that it states as 90 %% is worth %.0f %%.",
		b.Judged, b.OwnRight, b.OtherRight, b.BothRight, b.BothSame, 100*b.Worth90)
}
