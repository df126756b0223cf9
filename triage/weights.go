package triage

import (
	"math"
	"strconv"
	"time"

	"remit/models"
)

// Points for what is known besides the phrases of rules.
const (
	deadlinePoints = 1.75
	userPoints     = 0.75 // for each factor of ten
	maxUserPoints  = 2.5
	maxMoneyPoints = 2.0 // one for each factor of ten above a hundred

	angerPoints       = 1.5
	anxietyPoints     = 0.75
	frustrationPoints = 0.75
	loud              = 0.6 // from here on a tone is worth naming as such
	audible           = 0.45

	incidentPoints = 3.0 // when it may be one; twice as much when it surely is
	reopenPoints   = 1.0
	turnPoints     = 0.5

	vipPoints       = 1.25
	renewalPoints   = 1.0
	churnPoints     = 1.0
	churnFrom       = 0.6
	pastDuePoints   = 0.25
	arrFrom         = 10_000 // a year; less is no reason
	arrPoints       = 0.25   // at arrFrom, and for each factor of ten above it
	maxARRPoints    = 0.75
	issuePoints     = 0.5
	escalatedPoints = 0.25
	maxEscalated    = 0.75
	maxAccountSum   = 2.5 // an account alone never makes an emergency
	staleShare      = 0.5
	maxThreadPoints = 2.0
)

// tierPoints are for the plan names that are usual; another one counts nothing.
var tierPoints = map[string]float64{
	"enterprise": 1.25, "platinum": 1.25, "strategic": 1.25, "premier": 1.25,
	"business": 0.5, "premium": 0.5, "gold": 0.5, "pro": 0.5, "professional": 0.5,
	"free": -0.5, "trial": -0.25, "basic": -0.25,
}

// weighTone adds how the newest message sounds.
func (c *situation) weighTone(w *weighed) {
	c.weighFeeling(w, "tone.anger", "Angry", anger, c.mood.Anger, angerPoints)
	c.weighFeeling(w, "tone.anxiety", "Anxious", anxiety, c.mood.Anxiety, anxietyPoints)
	c.weighFeeling(w, "tone.frustration", "Frustrated", frustration, c.mood.Frustration, frustrationPoints)
}

func (c *situation) weighFeeling(w *weighed, code, says string, f feeling, strength, points float64) {
	if strength < audible || c.attack > 0 {
		return
	}
	spans := c.mood.words[f]
	if spans[0].to == 0 && c.mood.shouts && f == anger {
		says += ": in capitals"
	} else if spans[0].to == 0 {
		spans = c.mood.words[sarcasm]
	}
	if f != anxiety && c.rising() > 0 {
		says += ", and rising"
	}
	sounds := strconv.FormatFloat(strength, 'f', 2, 64)
	reason := c.r.say(says, spans[:], " (tone ", sounds, c.usually(), ")")
	if f == anger && strength >= loud {
		w.firm(code, reason, points*strength)
		return
	}
	w.add(code, reason, points*strength)
}

// weighThread adds what went before: reopenings, messages nobody answered, similar tickets.
func (c *situation) weighThread(w *weighed) {
	if n := c.Ticket.Reopens; n > 0 {
		w.firm("thread.reopened", "Was reopened "+plural(n, "time"), min(maxThreadPoints, reopenPoints*float64(n)))
	}
	if n := unanswered(*c.Ticket); n >= 2 {
		w.firm("thread.unanswered", "Has written "+plural(n, "time")+" without an answer", min(maxThreadPoints, turnPoints*float64(n-1)))
	}
	if s := c.incident(); s > 0 {
		w.firm("incident", plural(c.Similar, "similar ticket")+" within the hour: may be one incident", 2*incidentPoints*s)
	}
}

// weighAccount adds who is asking, up to a limit, at half its weight when the facts are stale.
func (c *situation) weighAccount(w *weighed) {
	if c.Account == nil {
		return
	}
	var own weighed
	weighAccount(&own, *c.Account, c.Now)
	sum := 0.0
	for _, r := range own.reasons[:own.n] {
		sum += r.Weight
	}
	scale := 1.0
	if sum > maxAccountSum {
		scale = maxAccountSum / sum
	}
	if c.stale() {
		scale *= staleShare
	}
	for _, r := range own.reasons[:own.n] {
		w.add(r.Code, r.Text, r.Weight*scale)
	}
}

func weighAccount(w *weighed, a models.Account, now time.Time) {
	tier, known := tierPoints[a.Tier]
	days, renews := renewal(a, now)
	switch {
	case renews && tier > 0:
		w.add("account.renewal", title(a.Tier)+" account, renewal "+inDays(days), tier+renewalPoints)
	case renews:
		w.add("account.renewal", "Renewal "+inDays(days), tier+renewalPoints)
	case known:
		w.add("account.tier", title(a.Tier)+" account", tier)
	}
	if a.VIP {
		w.add("account.vip", "Is marked as VIP", vipPoints)
	}
	if a.ChurnRisk >= churnFrom {
		w.add("account.churn", "Likely to leave (risk "+strconv.FormatFloat(min(a.ChurnRisk, 1), 'f', 2, 64)+")", churnPoints*min(a.ChurnRisk, 1))
	}
	if points := worth(a.ARR); points > 0 {
		w.add("account.arr", "Worth "+a.ARR.Display()+" a year", points)
	}
	if a.PastDue.Minor > 0 {
		w.add("account.past_due", "Owes "+a.Owes()+" past due", pastDuePoints)
	}
	if n := a.Escalations; n > 0 {
		w.add("account.escalations", "Had to be escalated "+plural(n, "time")+" before", min(maxEscalated, escalatedPoints*float64(n)))
	}
	if n := a.OpenIssues; n > 0 {
		w.add("account.issues", "Has "+plural(n, "open incident"), min(1.5, issuePoints*float64(n)))
	}
}

// worth gives the points for what an account brings in a year, by its order of magnitude. It is counted in hundreds of the currency's
// smallest unit, so that yen and dinars come near to euros.
func worth(arr models.Money) float64 {
	year := float64(arr.Minor) / 100
	if year < arrFrom {
		return 0
	}
	return min(maxARRPoints, arrPoints*(1+math.Log10(year/arrFrom)))
}

// renewal gives the days to a renewal that is near.
func renewal(a models.Account, now time.Time) (days int, near bool) {
	if !a.RenewalOn.Valid() {
		return 0, false
	}
	days = a.RenewalOn.Sub(models.DayOf(now))
	return days, days >= 0 && days <= renewalDays
}

// title gives the word with a capital.
func title(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}
