package bot_test

import (
	"testing"
	"time"

	"remit/bot/slackfake"
	"remit/models"
)

const capSentence = "The cap of 200 actions an hour is reached: until 15:00 everything asks."

func TestANoticeIsSaidInItsDomainsChannel(t *testing.T) {
	w := newWorld(t)
	n := models.NoticeEffect("actions/2026-12-03T14", models.Finance, w.clock.Now())
	if err := w.bot.Say(t.Context(), n, capSentence, false); err != nil {
		t.Fatal(err)
	}
	if all := w.slack.Visible(financeChannel); len(all) != 1 || all[0].Text != capSentence {
		t.Errorf("got %v", all)
	}
}

func TestANoticeThatMayHaveBeenSaidIsNotSaidAgain(t *testing.T) {
	for name, c := range map[string]struct {
		fault slackfake.Fault
		kind  models.Kind
	}{
		"it had arrived though the answer did not": {slackfake.Fault{Method: "chat.postMessage", Cut: true}, models.Unavailable},
		"it had not arrived":                       {slackfake.Fault{Method: "chat.postMessage", Status: 503, Undone: true}, models.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			n := models.NoticeEffect("actions/2026-12-03T14", models.Triage, w.clock.Now())
			w.slack.Fail(c.fault)
			if err := w.bot.Say(t.Context(), n, capSentence, false); models.KindOf(err) != c.kind {
				t.Fatalf("got %v, want %s", err, c.kind)
			}
			w.clock.add(time.Minute)
			if err := w.bot.Say(t.Context(), n, capSentence, true); err != nil {
				t.Fatal(err)
			}
			if all := w.slack.Visible(triageChannel); len(all) != 1 {
				t.Errorf("it is to be seen %d times", len(all))
			}
		})
	}
}

func TestANoticeWhoseChannelIsGoneIsSaidInTheFallback(t *testing.T) {
	w := newWorld(t)
	w.slack.Archive(triageChannel)
	n := models.NoticeEffect("actions/2026-12-03T14", models.Triage, w.clock.Now())
	if err := w.bot.Say(t.Context(), n, capSentence, false); err != nil {
		t.Fatal(err)
	}
	if all := w.slack.Visible(fallback); len(all) != 1 {
		t.Errorf("the fallback has %d messages", len(all))
	}
}
