package triage_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"remit/models"
	"remit/triage"
)

const furious = "This is unacceptable and I am furious. The third time nobody answers, this is outrageous!"

// of gives what is usual of somebody whose messages had these emotions, in a queue where people are mostly calm.
func of(emotions ...float64) *models.Usual {
	var u models.Usual
	for _, x := range emotions {
		u.Customer = u.Customer.Hear(models.Heard{Emotion: x})
	}
	for i := range 100 {
		u.Queue = u.Queue.Hear(models.Heard{Emotion: float64(i%10) / 30, Complexity: float64(i%4) / 10})
	}
	return &u
}

func TestAngerIsMeasuredAgainstWhatIsUsualOfTheCustomerAndTheQueue(t *testing.T) {
	f := written(furious)
	decide := func(u *models.Usual) models.Judgement {
		f.Usual = u
		return judge.Decide(f, models.TriageRules{})
	}
	calm, grumbler := decide(of(0, 0.05, 0.1, 0, 0.2, 0)), decide(of(slices.Repeat([]float64{0.9, 0.95, 0.99}, 8)...))
	if got := calm.Facts.Signal("emotion_unusual"); got < 0.5 {
		t.Errorf("a calm customer who is furious is unusual by %.2f", got)
	}
	if got := grumbler.Facts.Signal("emotion_unusual"); got != 0 {
		t.Errorf("a customer who is always furious is unusual by %.2f", got)
	}
	if got := decide(&models.Usual{}).Facts.Signal("emotion_unusual"); got < 0.5 {
		t.Errorf("a furious newcomer is unusual by %.2f", got)
	}
	if got := decide(nil).Facts.Signal("emotion_unusual"); got != 0 {
		t.Errorf("without anything to compare with it is unusual by %.2f", got)
	}
	p, _ := calm.For(models.ActionPriority)
	if !slices.ContainsFunc(p.Reasons, func(r models.Reason) bool {
		return strings.HasPrefix(r.Text, "Angry: '") && strings.Contains(r.Text, ", this customer's usual 0.0")
	}) {
		t.Errorf("no reason says what is usual: %v", p.Reasons)
	}
}

func TestToneRisesOverAThread(t *testing.T) {
	said := func(texts ...string) models.Facts {
		f := written(texts[0])
		f.Event = models.TicketCommented
		for i, text := range texts[1:] {
			f.Ticket.Thread = append(f.Ticket.Thread, models.Comment{
				ID: string(rune('a' + i)), Author: models.Actor{Kind: models.ByCustomer}, Text: text, Public: true, At: now.Add(time.Duration(i) * time.Minute),
			})
		}
		f.EventAt = now.Add(time.Hour)
		return f
	}
	rising := judge.Decide(said("Hello, how do I export my invoices?", "Thank you, where is that button please?", furious), models.TriageRules{})
	if got := rising.Facts.Signal("emotion_rising"); got < 0.25 {
		t.Errorf("from civil to furious rises by %.2f", got)
	}
	p, _ := rising.For(models.ActionPriority)
	if !slices.ContainsFunc(p.Reasons, func(r models.Reason) bool { return strings.HasPrefix(r.Text, "Angry, and rising: '") }) {
		t.Errorf("no reason says that it rises: %v", p.Reasons)
	}
	for name, f := range map[string]models.Facts{
		"furious from the start": said(furious, furious+" Answer me.", furious+" Now."),
		"calming down":           said(furious, "Thank you, that helped."),
		"a single message":       said(furious),
	} {
		if got := judge.Decide(f, models.TriageRules{}).Facts.Signal("emotion_rising"); got != 0 {
			t.Errorf("%s rises by %.2f", name, got)
		}
	}
}

func TestMachinesDoNotShout(t *testing.T) {
	for name, text := range map[string]string{
		"a log in capitals": "Hello, the export stops. This is what I see:\n\n" + strings.Repeat("2026-12-01 10:00:01 ERROR CONNECTION REFUSED BY REMOTE HOST [POOL-1]\n", 20) + "\nThanks, Ada",
		"constants":         "Hello, what does this mean?\n\nFATAL_ERROR_CONNECTION_REFUSED\nABORT_ON_FAILURE\nKILL_ALL_WORKERS\nPANIC_TERMINATED\n",
		"a stack trace":     "Hi, we get this:\nException in thread \"main\" java.lang.IllegalStateException: FATAL FAILURE\n\tat com.acme.Hate.kill(Hate.java:12)\n\tat com.acme.Awful.die(Awful.java:40)\nCaused by: java.lang.Error: TERRIBLE\n",
		"a block of code":   "Please look at this:\n```\nWHY DOES THIS FAIL\nUNACCEPTABLE STATE\n```\nThank you",
	} {
		j := judge.Decide(written(text), models.TriageRules{})
		if tone := j.Facts.Tone; tone.Anger > 0.3 {
			t.Errorf("%s sounds angry: %+v", name, *tone)
		}
		if j.Facts.Signal("log") != 1 {
			t.Errorf("%s is not told as one", name)
		}
	}
	if tone := judge.Decide(written("WHY DOES NOBODY ANSWER ME. I AM WAITING FOR THREE WEEKS NOW."), models.TriageRules{}).Facts.Tone; tone.Anger < 0.3 {
		t.Errorf("a customer who shouts is not heard: %+v", *tone)
	}
}

func TestComplexityIsMeasuredAgainstTheQueue(t *testing.T) {
	f := written("Please add a user. Can you also change the address? Could you also send the invoice again? And why is the total wrong? " + strings.Repeat("The attached list has all of the details of it. ", 30))
	f.Usual = of()
	if got := judge.Decide(f, models.TriageRules{}); got.Facts.Complexity < 0.6 || got.Facts.Signal("complexity_unusual") < 0.3 {
		t.Errorf("got complexity %.2f, unusual by %.2f in a queue of simple tickets", got.Facts.Complexity, got.Facts.Signal("complexity_unusual"))
	}
	for range 300 {
		f.Usual.Queue = f.Usual.Queue.Hear(models.Heard{Complexity: 0.8})
	}
	if got := judge.Decide(f, models.TriageRules{}).Facts.Signal("complexity_unusual"); got != 0 {
		t.Errorf("unusual by %.2f in a queue where every ticket is like that", got)
	}
}

func TestMarksTellWhatATicketIsAbout(t *testing.T) {
	j := triage.New()
	about := func(text string) models.Seen {
		return models.Seen{ID: text, Source: "h", Marks: j.Marks(models.Ticket{Text: text})}
	}
	a := about("Checkout page returns an error, our customers cannot pay by card")
	b := about("Hi, since ten minutes the checkout page fails when customers pay by card\n\n> On Monday you wrote about holidays\n-- \nAda, Head of Bicycles")
	c := about("How do I change the colour of my profile picture?")
	if !a.Alike(b) || a.Alike(c) || b.Alike(c) {
		t.Errorf("alike: %v %v %v, want true false false", a.Alike(b), a.Alike(c), b.Alike(c))
	}
	if !slices.IsSorted(a.Marks) || len(j.Marks(models.Ticket{Text: "\x00\x00"})) != 0 {
		t.Error("marks are not ascending, or come of nothing")
	}
}
