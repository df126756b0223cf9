package triage_test

import (
	"fmt"
	"strings"
	"testing"

	"remit/models"
)

func TestAPriorityIsKeptUnlessThereIsEvidence(t *testing.T) {
	for claim, c := range map[string]struct {
		text string
		has  models.Priority
		want models.Priority
	}{
		"a question changes nothing":                {"how much is the fee for topping up by card", "P3", "P3"},
		"a small trouble changes nothing":           {"My top up is giving me problems. What is wrong with it?", "P3", "P3"},
		"a plain text changes nothing":              {"I am required to make several disposable cards every day.", "P2", "P2"},
		"a plain text lowers no emergency":          {"I am required to make several disposable cards every day.", "P1", "P1"},
		"a question raises nothing":                 {"How do I export my contacts to a spreadsheet?", "P4", "P4"},
		"a refund changes nothing":                  {"just wanted to check on the status of a refund", "P3", "P3"},
		"urgency alone leans and changes nothing":   {"Please send me the invoice for November as soon as possible.", "P3", "P3"},
		"an outage raises":                          {"Your website is completely down and our customers cannot order.", "P3", "P1"},
		"a theft raises":                            {"My card was stolen. What do I need to do?", "P3", "P1"},
		"a possible theft raises":                   {"Help! I think my phone may be stolen or lost!", "P3", "P1"},
		"a payment nobody made raises":              {"The app says I made a cash withdrawal that I didn't make", "P3", "P1"},
		"a payment nobody knows raises":             {"What is this card payment, I do not recognize it.", "P3", "P1"},
		"a theft in a question about it raises":     {"How do I block my stolen card?", "P3", "P1"},
		"a question about thefts raises nothing":    {"How do I order a replacement for stolen card?", "P3", "P3"},
		"what is settled lowers":                    {"Never mind, it works again now, thank you for your help!", "P3", "P4"},
		"a wish without hurry lowers":               {"One small wish for some day: could the columns be reordered? No hurry at all.", "P3", "P4"},
		"a greeting changes nothing":                {"HEY HO!", "P3", "P3"},
		"without a priority the usual one":          {"I am required to make several disposable cards every day.", "", "P3"},
		"without a priority a question can wait":    {"How do I export my contacts to a spreadsheet?", "", "P4"},
		"without a priority an outage cannot":       {"Your website is completely down and our customers cannot order.", "", "P1"},
		"a text that begins with its subject is it": {"One of the colleagues asks for help with a broken link", "P3", "P3"},
	} {
		t.Run(claim, func(t *testing.T) {
			f := written(c.text)
			f.Ticket.Subject, f.Ticket.Priority = strings.TrimSuffix(c.text, "."), c.has
			p := priorityOf(t, f, models.TriageRules{})
			if p.Value != string(c.want) || p.Before != string(c.has) {
				t.Errorf("got %s in place of %q, want %s; reasons %+v", p.Value, p.Before, c.want, p.Reasons)
			}
		})
	}
}

func TestAGoodCustomerAloneRaisesNothing(t *testing.T) {
	f := written("I have my card, when will my PIN be available?")
	f.Ticket.Priority, f.Account.Tier, f.Account.VIP = models.P3, "enterprise", true
	p := priorityOf(t, f, models.TriageRules{})
	if p.Value != "P3" || p.Reasons[0].Code != "keep" {
		t.Errorf("got %s for %+v, want P3 kept", p.Value, p.Reasons)
	}
}

func TestAHalfHeartedOpinionIsNone(t *testing.T) {
	rules := models.TriageRules{Macros: []models.Macro{{Title: "Identity", Words: []string{"identity", "verification", "verify"}, Text: "See Profile."}}}
	if p, ok := judge.Decide(written("Where is the top-up verification code?"), rules).For(models.ActionReply); ok {
		t.Errorf("got %+v, want no draft that is not even half sure", p)
	}
}

func TestADoubtfulButGraveTicketIsNotLost(t *testing.T) {
	for claim, c := range map[string]struct {
		text string
		want bool
	}{
		"near a cut point, of an unknown account": {"Everyone here is locked out and our account is suspended, please help us right now.", true},
		"something does not work":                 {"My export fails with an error and is slow.", true},
		"a minor matter may be left alone":        {"How do I get a refund? The total is wrong.", false},
	} {
		t.Run(claim, func(t *testing.T) {
			f := written(c.text)
			f.Account = nil
			p, ok := judge.Decide(f, models.TriageRules{}).For(models.ActionPriority)
			if ok != c.want || p.Confidence >= 0.5 {
				t.Errorf("got %s at %.2f, proposed: %v; want %v, below .5", p.Value, p.Confidence, ok, c.want)
			}
		})
	}
}

func TestGreetingsAreNoForeignLanguage(t *testing.T) {
	for text, want := range map[string]bool{
		"HEY HO!":  false,
		"ho ho ho": false,
		"Bonjour, je n'arrive plus à me connecter à mon compte depuis hier.": true,
		"Ich kann mich nicht anmelden":                                       true,
	} {
		if got := judge.Decide(written(text), models.TriageRules{}).Facts.Signal("unknown_language") > 0; got != want {
			t.Errorf("%q: got foreign %v, want %v", text, got, want)
		}
	}
}

func TestFilesMakeATicketMoreComplexWhetherItSpeaksOfThemOrNot(t *testing.T) {
	with := func(text string, files int) float64 {
		f := written(text)
		f.Ticket.Attach(files)
		return judge.Decide(f, models.TriageRules{}).Facts.Complexity
	}
	const text, speaks = "Please have a look at this.", "Please have a look at the attached screenshot."
	none, one, three, many := with(text, 0), with(text, 1), with(text, 3), with(text, 50)
	if !(none < one && one < three && three < many) {
		t.Errorf("got %.2f, %.2f, %.2f and %.2f for 0, 1, 3 and 50 files, want them rising", none, one, three, many)
	}
	if got := with(speaks, 0); got != one {
		t.Errorf("got %.2f where it is spoken of and %.2f where it is there, want the same", got, one)
	}
	if got := with(speaks, 1); got != one {
		t.Errorf("got %.2f, want one file to count once", got)
	}
}

func TestComplexTicketsAreNamed(t *testing.T) {
	long := strings.Repeat("We have moved the records of the old office to the new one and went through them. ", 30)
	for claim, c := range map[string]struct {
		text  string
		turns int
		want  bool
	}{
		"one request":                 {"Could you please change our billing address?", 0, false},
		"three requests":              {"Could you change our address? I want to add two users. Also, how do I export the data?", 0, true},
		"a long text":                 {long, 0, true},
		"many turns":                  {"It is as before.", 9, true},
		"an attachment alone":         {"The invoice is attached.", 0, false},
		"an attachment, log and more": {"Please see the attached screenshot. Could you look at the error? I need the data.\n12:00:01 [FATAL] DATABASE GONE", 0, true},
	} {
		t.Run(claim, func(t *testing.T) {
			f := written(c.text)
			for i := range c.turns {
				f.Ticket.Thread = append(f.Ticket.Thread, models.Comment{ID: fmt.Sprint(i), Public: true, At: now, Text: c.text, Author: models.Actor{Kind: models.ByCustomer}})
			}
			if got := judge.Decide(f, models.TriageRules{}).Facts.Signal("complex"); got > 0 != c.want {
				t.Errorf("got complex %v, want %v", got, c.want)
			}
		})
	}
}
