package decision

import (
	"fmt"
	"strings"
	"time"

	"remit/models"
)

// Situation is what the gate needs besides the proposal and its facts.
type Situation struct {
	Now      time.Time
	Paused   map[models.Domain]models.Switch
	Spent    map[string]int64 // of the budgets of Budgets
	Writable bool             // the source can be written to; without that remit never acts, it only asks and tells
	Earned   models.Earned    // what evidence says of the proposal's slice

	Dismissed string // who has dismissed this very case before, when and why
	Alerted   bool   // it has drawn on the budget of alerts already
}

// findings are the guardrails that hold whatever the policy says, by the signal that a judge raises and the strength
// from which it counts.
var findings = []struct {
	signal   string
	strength float64
	text     string
}{
	{"bank_changed", .5, "the vendor's bank details changed lately"},
	{"bank_shared", .5, "another vendor is paid on the same bank account"},
	{"first_payment", .5, "this is the first payment to the vendor"},
	{"legal", .5, "the customer speaks of law or lawyers"},
	{"security", .5, "the customer speaks of a security matter"},
	{"injection", .5, "the text addresses the machine that reads it"},
	{"unknown_language", .5, "the text is in a language that is not understood here"},
	{"empty", .5, "there is hardly any text to judge"},
}

// Gate rules on a proposal: guardrails first, then the policy's level, then what was earned or granted. It is pure, so that
// a replay and production cannot disagree, and the ruling keeps what it rested on. Every doubt ends in asking: a condition
// that cannot be evaluated counts as holding, and a level, a currency or a domain that is not known is no leave to act.
// spends is what acting takes of the caps, to be taken in the transaction that acts.
func (p *Policy) Gate(pr models.Proposal, f models.Facts, s Situation) (r models.Ruling, spends []Spend) {
	r, spends = p.rule(pr, f, s)
	r.Basis = models.Basis{
		At: s.Now, Cut: r.Basis.Cut, Writable: s.Writable, Paused: s.Paused[pr.Action.Domain()], Spent: p.drawnOn(pr, s), Earned: s.Earned,
		Outcome: r.Outcome, Sum: r.Digest(), Dismissed: s.Dismissed, Alerted: s.Alerted,
	}
	return r, spends
}

// drawsOn names the budgets that the proposal may draw on.
func (p *Policy) drawsOn(pr models.Proposal, now time.Time) []string {
	return append(p.Budgets(now, pr.Item), p.alertBudgets(pr.Action, now)...)
}

// drawnOn gives what was spent already of the budgets that acting on the proposal draws on; nothing where nothing was.
func (p *Policy) drawnOn(pr models.Proposal, s Situation) map[string]int64 {
	var spent map[string]int64
	for _, b := range p.drawsOn(pr, s.Now) {
		if n := s.Spent[b]; n != 0 {
			if spent == nil {
				spent = map[string]int64{}
			}
			spent[b] = n
		}
	}
	return spent
}

func (p *Policy) rule(pr models.Proposal, f models.Facts, s Situation) (r models.Ruling, spends []Spend) {
	del, ok := p.Delegation(pr.Action)
	if !ok {
		return models.Ruling{Outcome: models.OutcomeObserve, Why: []string{fmt.Sprintf("The policy does not name %s.", pr.Action)}}, nil
	}
	if from := f.Submission; from != nil && !p.Domains[pr.Action.Domain()].takesFrom(from.Source) {
		return models.Ruling{Outcome: models.OutcomeObserve, Why: []string{fmt.Sprintf("The policy takes no proposals for %s from %s.", pr.Action.Domain(), from.Source)}}, nil
	}
	held := p.Standing(pr.Action, pr.Segment, s.Earned, s.Now)
	dom := p.Domains[pr.Action.Domain()]
	r = models.Ruling{
		Level: held.Level, Basis: models.Basis{Cut: held.Cut}, Why: []string{held.Why}, Approval: p.Approval(pr.Action),
		Expires: dom.Expires, Working: dom.ExpiresWorking,
	}
	if held.Level == models.LevelObserve || held.Level == models.LevelOff {
		r.Outcome = models.OutcomeObserve
		return r, nil
	}
	p.guard(&r, pr, f, s.Now)
	spends = p.spend(&r, pr, f, s)
	p.bound(&r, held, pr, s)
	if len(r.Guardrails) == 0 && !r.Escalated && pr.Value == pr.Before {
		return settleUnchanged(r), nil
	}
	alert, quiet := p.alert(pr, r, s)
	if quiet != "" {
		r.Outcome, r.Why = models.OutcomeObserve, append(r.Why, quiet)
		return r, nil
	}
	if r.Outcome == models.OutcomeAsk {
		return r, alert
	}
	spends = append(spends, alert...)
	r.Outcome = models.OutcomeAct
	if held.Level == models.LevelActAfterWindow {
		r.Outcome, r.Window = models.OutcomeWait, del.Window
	}
	return r, spends
}

// settleUnchanged rules on a proposal to leave things as they are, where nothing asks for a person's eye: there is
// nothing to do and nobody to bother.
func settleUnchanged(r models.Ruling) models.Ruling {
	r.Why = append([]string{"It is so already: there is nothing to change."}, r.Why...)
	r.Outcome = models.OutcomeObserve
	if r.Level.Autonomous() {
		r.Outcome = models.OutcomeAct
	}
	return r
}

func (r *asking) because(format string, args ...any) {
	r.Outcome = models.OutcomeAsk
	r.Why = append(r.Why, fmt.Sprintf(format, args...))
}

// asking is a ruling under way.
type asking models.Ruling

// guard applies guardrails and escalations.
func (p *Policy) guard(ruling *models.Ruling, pr models.Proposal, f models.Facts, now time.Time) {
	r := (*asking)(ruling)
	for _, g := range findings {
		if f.Signal(g.signal) >= g.strength {
			r.Guardrails = append(r.Guardrails, g.signal)
			r.because("Guardrail: %s.", g.text)
		}
	}
	d := p.Domains[pr.Action.Domain()]
	env := newEnv(f, pr, p)
	var others standIns
	ruled := false // a rule has said whom to ask: those of another are asked beside them, not in their place
	for _, rule := range d.Guardrails {
		if fired, why := rule.fires(env); fired && appliesTo(rule, pr, env) {
			r.Guardrails = append(r.Guardrails, rule.When.Source)
			r.because("Guardrail: %s.", why)
			r.Approval = sooner(ruled, r.Approval, rule.Approval)
			ruled = ruled || len(rule.Approval.From) > 0
			r.follow(rule)
			others.of(rule)
		}
	}
	for _, rule := range d.Escalate {
		if fired, why := rule.fires(env); fired && appliesTo(rule, pr, env) {
			r.Escalated = true
			r.because("Escalated to %s: %s.", strings.Join(rule.Approval.From, ", "), why)
			if ruled {
				r.Approval = r.Approval.And(rule.Approval)
			} else {
				r.Approval = escalateTo(r.Approval, rule.Approval)
			}
			ruled = true
			r.follow(rule)
			others.of(rule)
		}
	}
	if c := f.Cash; c != nil && pr.Action.Domain() == models.Finance {
		p.guardCash(r, *c)
	}
	if f.Submission != nil {
		p.guardSubmission(r, *f.Submission, f.Now)
	}
	p.standIn(r, others, now)
	if len(r.Chain) > 0 {
		r.Expires, r.Working = r.Chain[0].After, r.Chain[0].Working
	}
}

// appliesTo reports whether a rule that fired can be about the proposal at all: one that speaks of payments says nothing of a
// cash pool, which has none of their facts. To leave it out lets nothing through, for such a proposal only ever asks.
func appliesTo(rule Rule, pr models.Proposal, env *conditionEnv) bool {
	if pr.Action != models.ActionCash {
		return true
	}
	_, err := rule.When.Holds(env)
	return err == nil
}

// follow takes the rule's chain, where no earlier rule had one.
func (r *asking) follow(rule Rule) {
	if len(r.Chain) == 0 {
		r.Chain = rule.Chain
	}
}

// sooner gives whom a guardrail has asked: its own people in place of those who are asked where no rule applies, unless it
// asks fewer of them; beside those whom another rule has asked.
func sooner(ruled bool, a, rule models.Approval) models.Approval {
	if ruled || len(rule.From) > 0 && rule.Needed() < a.Needed() {
		return a.And(rule)
	}
	return a.Stricter(rule)
}

// escalateTo asks the people of an escalation, and needs no fewer than a guardrail that fired before.
func escalateTo(a, to models.Approval) models.Approval {
	to.Count = max(to.Count, a.Count)
	to.NotRequester = to.NotRequester || a.NotRequester
	if a.Count > 1 {
		to.From = append(append([]string{}, a.From...), to.From...)
	}
	if to.Note == "" {
		to.Note = a.Note
	}
	return to
}

// guardUnknown is the guardrail of a proposal about money while nothing can be said of its cash.
const guardUnknown = "cash.unknown"

// guardCash asks where the projection cannot be trusted or the plan falls short of the floor.
func (p *Policy) guardCash(r *asking, c models.Cash) {
	breach := p.Domains[models.Finance].Cash.Breach
	switch {
	case c.Unknown != "":
		r.Guardrails = append(r.Guardrails, guardUnknown)
		r.because("Guardrail: the cash position is not known: %s.", c.Unknown)
	case c.Breach > breach:
		r.Guardrails = append(r.Guardrails, "cash.floor")
		r.because("Guardrail: cash falls to %s on %s, below the floor of %s.", c.Low.Display(), c.LowOn.Display(), c.Floor.Display())
	}
}

func (r Rule) fires(env *conditionEnv) (bool, string) {
	holds, err := r.When.Holds(env)
	switch {
	case err != nil:
		return true, fmt.Sprintf("whether %q holds cannot be known (%s)", r.When.Source, models.SentenceOf(err))
	case !holds:
		return false, ""
	case r.Note != "":
		return true, fmt.Sprintf("%s (%s)", r.When.Source, r.Note)
	}
	return true, r.When.Source
}

// bound applies what the level, the kill switch, the source and the confidence ask for.
func (p *Policy) bound(ruling *models.Ruling, held InForce, pr models.Proposal, s Situation) {
	r := (*asking)(ruling)
	if sw := s.Paused[pr.Action.Domain()]; sw.Paused {
		r.because("%s", sw.Display())
	}
	if !r.Level.Autonomous() {
		r.Outcome = models.OutcomeAsk
		return
	}
	if pr.Value != pr.Before && !s.Writable {
		r.because("This source cannot be written to, so remit asks and tells only.")
	}
	if pr.Action == models.ActionHold && pr.Value == models.ValueRelease {
		r.because("Only a person lets go a payment that is held.")
	}
	if pr.Action.Domain().Other() && !pr.Reversible && pr.Value != pr.Before {
		r.because("It cannot be taken back once it is done, so a person decides.")
	}
	switch {
	case pr.Confidence < held.Cut:
		r.because("It is %.0f %% sure; acting by itself takes %.0f %%.", pr.Confidence*100, held.Cut*100)
	case pr.Confidence < evenOdds && r.Outcome != models.OutcomeAsk:
		r.because("It is %.0f %% sure; what is not even half sure is asked, whatever was earned or granted.", pr.Confidence*100)
	}
}

// evenOdds is the confidence below which nothing is acted on: what is more likely wrong than right is for people to say.
const evenOdds = .5

// Budgets names the budgets that acting at a time would draw on: actions of the hour, money of the day, and of each of
// the items its actions of the day.
func (p *Policy) Budgets(now time.Time, items ...string) []string {
	t := now.In(p.Zone)
	names := []string{"actions/" + t.Format("2006-01-02T15"), "money/" + t.Format(time.DateOnly)}
	for _, item := range items {
		names = append(names, "item/"+t.Format(time.DateOnly)+"/"+item)
	}
	return names
}

// itemActions is how often a day remit acts by itself on one item. A loop with somebody else's automation ends there,
// whatever the other guards against echoes missed.
const itemActions = 20

// spend gives what acting takes of the caps, and asks where a cap is reached or the amount cannot be counted.
func (p *Policy) spend(ruling *models.Ruling, pr models.Proposal, f models.Facts, s Situation) (spends []Spend) {
	r := (*asking)(ruling)
	budgets := p.Budgets(s.Now, pr.Item)
	take := func(budget string, n, limit int64, what string) {
		if s.Spent[budget]+n > limit {
			r.because("The cap of %s is reached; until then everything asks.", what)
			if budget != budgets[2] {
				r.Capped = append(r.Capped, budget)
			}
			return
		}
		spends = append(spends, Spend{Budget: budget, N: n, Limit: limit})
	}
	if pr.Value == pr.Before {
		return nil
	}
	take(budgets[2], 1, itemActions, fmt.Sprintf("%d actions a day on one item", itemActions))
	if limit := p.Caps.ActionsPerHour; limit > 0 {
		take(budgets[0], 1, limit, fmt.Sprintf("%d actions an hour", limit))
	}
	if limit := p.Caps.MoneyPerDay; limit.Minor > 0 && spendsMoney(pr, f) {
		spent, known := amountOf(f)
		if !known {
			r.because("The amount is not known, so it cannot be counted against the cap.")
			return spends
		}
		amount, err := p.Rates.Convert(spent, limit.Currency)
		if err != nil {
			r.because("It cannot be counted against the cap of money: %s.", err)
			return spends
		}
		take(budgets[1], max(amount.Minor, -amount.Minor), limit.Minor, limit.Display()+" a day")
	}
	return spends
}

// spendsMoney reports whether acting on the proposal moves money: every payment does, and what another system says to.
func spendsMoney(pr models.Proposal, f models.Facts) bool {
	return pr.Action.Domain() == models.Finance || f.Submission != nil && !f.Submission.Amount.IsZero()
}

// amountOf gives the money that the facts are about.
func amountOf(f models.Facts) (amount models.Money, known bool) {
	switch {
	case f.Payable != nil:
		return f.Payable.Amount, true
	case f.Submission != nil:
		return f.Submission.Amount, true
	}
	return models.Money{}, false
}
