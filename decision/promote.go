package decision

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"remit/models"
)

// Promotions and demotions are decisions about remit itself: they have a card, an answer and a timeline like any other. A
// promotion is asked of the managers and silence leaves it be; a demotion is done at once and told.

// promotionFor is how long a promotion waits for a manager.
const promotionFor = 14 * 24 * time.Hour

// weighAgainst takes a slice's autonomy back where something speaks against it.
func (b *batch) weighAgainst(k *kept) error {
	why := k.Speaks()
	if why == "" {
		return nil
	}
	return b.takeBack(k, why, models.Remit)
}

// takeBack takes a slice's autonomy back, by evidence or by a person. Where there is none nothing is told, and what had
// sounded starts afresh.
func (b *batch) takeBack(k *kept, why string, by models.Actor) error {
	del, ok := b.policy.Delegation(k.Slice.Action)
	if !ok {
		return nil
	}
	grants := b.grantsOf(k)
	from := b.policy.Standing(k.Slice.Action, k.Slice.Segment, b.earnedBy(k, del.MaxError), b.now).Level
	if err := b.end(k, grants); err != nil {
		return err
	}
	parent, err := b.parent(k.Slice)
	if err != nil {
		return err
	}
	acted := k.Held.Autonomous() || len(grants) > 0
	against := k.Against
	k.TakeBack(why, nil, parent, b.now)
	k.touched()
	if !acted || !from.Autonomous() {
		k.Against = against
		return nil
	}
	return b.tellDemotion(k, from, why, by)
}

// giveUp lets go of what was held at a laxer line, and tells, unless a grant goes on in its place.
func (b *batch) giveUp(k *kept, line float64) error {
	from := k.Held
	k.GiveUp(line, b.now)
	k.touched()
	if len(b.grantsOf(k)) > 0 {
		return nil
	}
	return b.tellDemotion(k, from, k.Against, models.Remit)
}

// end ends grants where the slice is.
func (b *batch) end(k *kept, grants []string) error {
	if len(grants) == 0 {
		return nil
	}
	at, err := b.standing(k.Slice.endsAt())
	if err != nil {
		return err
	}
	at.End(grants)
	at.touched()
	return nil
}

func (b *batch) parent(of Slice) (Estimate, error) {
	all, err := b.Ledger.Standings(b.ctx)
	return ParentOf(of, all), err
}

// tellDemotion makes the decision that tells people of it.
func (b *batch) tellDemotion(k *kept, from models.Level, why string, by models.Actor) error {
	p := models.Promotion{
		Action: k.Slice.Action, Segment: k.Slice.Segment, Model: k.Slice.Model, From: from, To: models.LevelAsk, MaxError: k.Line, Why: why,
	}
	d, err := b.levelDecision(k, p, "demoted")
	if err != nil {
		return err
	}
	d.Autonomous, d.Final = by.Kind == models.ByRemit, d.Value
	d.Ruling = models.Ruling{Outcome: models.OutcomeAct, Level: from, Why: []string{why}, Approval: b.managers()}
	for _, s := range []models.State{models.Applying, models.Applied} {
		if err := d.To(s, b.now); err != nil {
			return err
		}
	}
	b.supersede(d.Item, d.Action, "its autonomy was taken back")
	b.made = append(b.made, d.ID)
	b.move(d, 0)
	b.entry(d, models.EntryLevel, by, fmt.Sprintf("%s asks again from now on: %s", p.Named(), why))
	b.card(d)
	return nil
}

// levelDecision gives a new decision about a slice's level, with the evidence as its facts.
func (b *batch) levelDecision(k *kept, p models.Promotion, what string) (models.Decision, error) {
	item := k.Slice.Item()
	if err := b.loadNewest([]string{item}); err != nil {
		return models.Decision{}, err
	}
	ev := models.Event{
		ID: models.NewID("ev", what, k.Slice.ID(), fmt.Sprint(k.Version)), Source: string(models.Self), Subject: item, Item: item, At: b.now,
	}
	d := models.Propose(ev, models.Proposal{
		Action: models.ActionLevel, Item: item, Value: string(p.To), Before: string(p.From), Confidence: 1, Reasons: p.Reasons(),
		Options: levelOptions(p), Segment: k.Slice.Segment, Model: k.Slice.Model,
	}, b.now)
	f := models.Facts{Now: b.now, EventAt: b.now, Promotion: &p}
	d.Title, d.Policy, d.Build = fmt.Sprintf("%s: %s instead of %s", p.Named(), p.To, p.From), b.policy.Version, b.Build
	d.FactsID = b.snapshot(models.SnapshotID(ev.ID, item, 0), item, f)
	return d, nil
}

// levelOptions are what a manager may choose instead of what is proposed.
func levelOptions(p models.Promotion) []string {
	options := []string{string(models.LevelAsk), string(models.LevelActAfterWindow)}
	return slices.DeleteFunc(options, func(o string) bool { return o == string(p.To) })
}

// managers is who answers for remit's own authority.
func (b *batch) managers() models.Approval {
	a := models.Approval{Count: 1}
	for _, p := range b.People.Managers() {
		a.From = append(a.From, "@"+p.ID)
	}
	return a
}

// proposePromotion asks the managers to raise a slice's level. Where there is no manager nobody is asked: the console says so.
func (b *batch) proposePromotion(k *kept, p models.Promotion) error {
	approval := b.managers()
	if len(approval.From) == 0 {
		return nil
	}
	k.Asked = k.Evidence.Looked()
	k.touched()
	d, err := b.levelDecision(k, p, "promote")
	if err != nil {
		return err
	}
	why := fmt.Sprintf("The evidence bears %s for %s; only a manager can give it.", p.To, p.Named())
	d.Ruling = models.Ruling{Outcome: models.OutcomeAsk, Level: models.LevelAsk, Why: []string{why}, Approval: approval, Expires: promotionFor}
	d.ExpiresAt = b.now.Add(promotionFor)
	if err := d.To(models.Asked, b.now); err != nil {
		return err
	}
	b.supersede(d.Item, d.Action, "newer evidence is there")
	b.made = append(b.made, d.ID)
	b.out.Effects = append(b.out.Effects, models.NewEffect(d, models.EffectExpire, d.ExpiresAt, b.now))
	b.move(d, 0)
	b.entry(d, models.EntryDecided, models.Remit, why)
	b.card(d)
	return nil
}

// recheckLevel looks at the evidence again before a promotion is carried out.
func (b *batch) recheckLevel(d *models.Decision, a models.Answer) (changed, err error) {
	if models.Level(d.Choice(a)) == models.LevelAsk {
		return nil, nil
	}
	r, err := b.record(sliceOfLevel(*d))
	if err != nil {
		return nil, err
	}
	if _, ok := r.Promotion(); !ok {
		return b.withdraw(d, or(strings.TrimSuffix(r.Goal.Withholds(), "."), "the evidence no longer bears it")), nil
	}
	return nil, nil
}

// sliceOfLevel gives the slice that a decision about a level is about.
func sliceOfLevel(d models.Decision) Slice {
	s, _ := SliceOfItem(d.Item)
	s.Model = d.Model
	return s
}

// settleLevel carries out what a manager chose.
func (b *batch) settleLevel(d *models.Decision, a models.Answer) error {
	k, err := b.standing(sliceOfLevel(*d))
	if err != nil {
		return err
	}
	if l := models.Level(d.Final); l.Autonomous() {
		k.Hold(l, fmt.Sprintf("%s approved it on %s, on %d verdicts that show errors below %s; the limit is %s.",
			a.By.Display(), a.At.In(b.policy.Zone).Format("2 Jan 2006"), k.Evidence.Looked(), share(k.Evidence.Bound()), share(k.Line)))
	}
	k.touched()
	return d.To(models.Applied, b.now)
}

// GrantRequest asks for a level ahead of evidence.
type GrantRequest struct {
	Action  models.Action
	Segment string
	Level   models.Level
	Until   models.Day
	Reason  string
}

// Grant lets a manager grant a level ahead of evidence, in their name, for at most thirty days and for what can be
// undone. The error is Denied for anybody else, and Invalid for what cannot be granted.
func (e *Engine) Grant(ctx context.Context, q GrantRequest, by models.Person) (models.Grant, error) {
	g := models.Grant{
		Action: q.Action, Segment: q.Segment, Level: q.Level, By: by.ID, Until: q.Until, Reason: strings.TrimSpace(q.Reason), At: e.Now(),
	}
	g.ID = models.NewID("gr", string(g.Action), g.Segment, g.By, g.At.Format(time.RFC3339Nano))
	p := e.Policy()
	if !by.Has(models.RoleManager) {
		return g, models.Errorf(models.Denied, "Only a manager may grant a level: %s is none.", by.Actor().Display())
	}
	del, ok := p.Delegation(q.Action)
	if !ok || !del.Level.Autonomous() {
		return g, models.FieldErrorf("action", "the policy lets %s do no more than ask: raise its ceiling there first", q.Action)
	}
	if s := p.badGrant(g, self{by}, e.Now()); s != "" {
		return g, models.FieldErrorf("grant", "%s", s)
	}
	if g.Until < p.Today(e.Now()) {
		return g, models.FieldErrorf("until", "%s is over", g.Until)
	}
	return g, e.Ledger.Commit(ctx, Changes{
		At: g.At, Grants: []models.Grant{g},
		Entries: []models.Entry{{Item: Slice{Action: g.Action, Segment: g.Segment}.Item(), Kind: models.EntryLevel, By: by.Actor(), At: g.At, Text: g.String() + "."}},
	})
}

// self is a directory of one.
type self struct{ models.Person }

// Reaches implements Directory.
func (s self) Reaches(name string) []models.Person {
	if s.In(name) {
		return []models.Person{s.Person}
	}
	return nil
}

// Revoke lets a manager take a slice's autonomy back at once: what was earned, and every grant.
func (e *Engine) Revoke(ctx context.Context, of Slice, by models.Person, why string) error {
	if !by.Has(models.RoleManager) {
		return models.Errorf(models.Denied, "Only a manager may take a level back: %s is none.", by.Actor().Display())
	}
	if strings.TrimSpace(why) == "" {
		return models.FieldErrorf("reason", "say why")
	}
	return again(func() error {
		b, err := e.emptyBatch(ctx, e.Ledger)
		if err != nil {
			return err
		}
		k, err := b.standing(of)
		if err != nil {
			return err
		}
		if err := b.takeBack(k, fmt.Sprintf("%s took it back: %s", by.Actor().Display(), why), by.Actor()); err != nil {
			return err
		}
		err = e.Ledger.Commit(ctx, b.changes())
		if models.KindOf(err) == models.Conflict {
			err = errRaced
		}
		return err
	})
}
