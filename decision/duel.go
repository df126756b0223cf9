package decision

import (
	"fmt"
	"math"

	"remit/models"
)

// Duel compares a challenger with the champion on the same decisions, by what people said of them.
type Duel struct {
	Seen           int     `json:"seen"`            // decisions that both were tried on
	Same           int     `json:"same"`            // on which both did the same
	Judged         int     `json:"judged"`          // of which people said what is right
	Champion       int     `json:"champion"`        // of those, how many the champion had right
	Challenger     int     `json:"challenger"`      // and the challenger
	OnlyChampion   int     `json:"only_champion"`   // had it right
	OnlyChallenger int     `json:"only_challenger"` // had it right
	Chance         float64 `json:"chance"`          // how probable a difference at least so large is where there is none
}

// Bout is one decision that a champion and a challenger were both tried on.
type Bout struct {
	Same       bool // both did the same
	Known      bool // people said what is right
	Champion   bool // had it right
	Challenger bool
}

// CompareShadow compares a challenger with the champion bout by bout. Whether the difference may be luck is told by those that
// only one of the two had right, exactly and to either side (McNemar 1947, "Note on the sampling error of the difference
// between correlated proportions").
func CompareShadow(bouts []Bout) Duel {
	var d Duel
	for _, b := range bouts {
		d.Seen++
		if b.Same {
			d.Same++
		}
		if b.Known {
			d.judged(b.Champion, b.Challenger, 1)
		}
	}
	return d.settled()
}

func (d *Duel) judged(champion, challenger bool, n int) {
	d.Judged += n
	if champion {
		d.Champion += n
	}
	if challenger {
		d.Challenger += n
	}
	switch {
	case champion && !challenger:
		d.OnlyChampion += n
	case challenger && !champion:
		d.OnlyChallenger += n
	}
}

// settled gives the duel with the chance that its difference is luck.
func (d Duel) settled() Duel {
	n, least := d.OnlyChampion+d.OnlyChallenger, min(d.OnlyChampion, d.OnlyChallenger)
	p := 0.0
	for k := range least + 1 {
		p += math.Exp(logBinomial(k, n) - float64(n)*math.Ln2)
	}
	d.Chance = min(2*p, 1)
	return d
}

// luck is the chance below which a difference is no longer taken for luck.
const luck = .05

// Says says in a sentence how the duel stands.
func (d Duel) Says() string {
	switch {
	case d.Judged == 0:
		return fmt.Sprintf("Tried on %d decisions, the same on %d; people have judged none of them yet.", d.Seen, d.Same)
	case d.OnlyChampion == d.OnlyChallenger || d.Chance > luck:
		return fmt.Sprintf("No difference is shown: of %d judged, the challenger had %d right and the champion %d; it may be luck (p = %.2f).",
			d.Judged, d.Challenger, d.Champion, d.Chance)
	case d.OnlyChallenger > d.OnlyChampion:
		return fmt.Sprintf("The challenger is better: right on %d that the champion had wrong, wrong on %d that it had right (p = %.3f).",
			d.OnlyChallenger, d.OnlyChampion, d.Chance)
	}
	return fmt.Sprintf("The champion is better: right on %d that the challenger had wrong, wrong on %d that it had right (p = %.3f).",
		d.OnlyChampion, d.OnlyChallenger, d.Chance)
}

// Duel gives the back-test as a duel of the new policy against the old one. A policy has a decision right where it acts on
// what people found right, or asks about what they found wrong.
func (r BacktestReport) Duel() Duel {
	d := Duel{Seen: r.Compared, Same: r.Compared - r.Changed.N}
	d.judged(false, true, r.Avoided.N)
	d.judged(false, false, r.Avoided.Of-r.Avoided.N)
	d.judged(true, false, r.Made.N)
	d.judged(true, true, r.Made.Of-r.Made.N)
	d.judged(false, true, r.Spared.N)
	d.judged(false, false, r.Spared.Of-r.Spared.N)
	d.judged(true, false, r.Asking.N)
	d.judged(true, true, r.Asking.Of-r.Asking.N)
	return d.settled()
}

// BoutOf gives a decision and what another judge would have proposed as a bout: both are held against what a person chose,
// who answered, settled it upstream or audited it. fault is what counts as an error of the action.
func BoutOf(d models.Decision, s models.Shadow, fault Fault) Bout {
	b := Bout{Same: d.Value == s.Value || s.Value == "" && d.Value == d.Before}
	chosen, ok := chosenBy(d)
	if !ok {
		return b
	}
	proposed := s.Value
	if proposed == "" {
		proposed = d.Before // it would leave things as they are
	}
	b.Known, b.Champion, b.Challenger = true, !fault(Compare(d.Value, chosen, "")), !fault(Compare(proposed, chosen, ""))
	return b
}

// chosenBy gives what a person chose for the decision; ok is false where none did, or approved several by one click.
func chosenBy(d models.Decision) (string, bool) {
	if d.AuditState == models.AuditAnswered {
		return d.Choice(d.Audited), true
	}
	a, settled := d.Settled()
	if !settled || !a.By.IsPerson() || a.Bulk {
		return "", false
	}
	return d.Choice(a), true
}
