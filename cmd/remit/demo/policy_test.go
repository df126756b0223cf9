package demo

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// signIn has the browser be another person's.
func (s *stage) signIn(ctx context.Context, t *testing.T, id string) chromedp.Action {
	t.Helper()
	p, _ := s.app.Config.ByID(id)
	link, err := s.app.LoginLink(ctx, p, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return chromedp.Tasks{chromedp.Navigate(link), chromedp.Click(`form button.big`, chromedp.ByQuery), chromedp.WaitVisible(`nav a[href="/"][aria-current]`, chromedp.ByQuery)}
}

func TestThePolicyIsLoosenedByTwoPeopleInARealBrowser(t *testing.T) {
	ctx := browser(t)
	s := played(t)
	before := s.app.Policy().Version
	page := s.app.Config.ConsoleURL.Reveal() + "/policy"
	var text, refused, waits, banner, after string
	err := chromedp.Run(ctx,
		s.signIn(t.Context(), t, "olga"), chromedp.Navigate(page),
		chromedp.Value(`textarea[name=text]`, &text, chromedp.ByQuery),
		chromedp.SetValue(`textarea[name=text]`, "triage: {rout: {level: yolo}}", chromedp.ByQuery),
		chromedp.Click(`button[value=validate]`, chromedp.ByQuery),
		chromedp.WaitVisible(`.problems`, chromedp.ByQuery), chromedp.Text(`.problems`, &refused, chromedp.ByQuery),
	)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(refused, `"rout" is not a key here`) {
		t.Errorf("what is broken is said to be %q", refused)
	}
	looser := strings.Replace(text, "max_error: 30%", "max_error: 35%", 1)
	if looser == text {
		t.Fatalf("the demo's policy has changed:\n%s", text)
	}
	err = chromedp.Run(ctx,
		chromedp.SetValue(`textarea[name=text]`, looser, chromedp.ByQuery), chromedp.SetValue(`input[name=reason]`, "a pilot", chromedp.ByQuery),
		chromedp.Click(`button[value=save]`, chromedp.ByQuery),
		chromedp.WaitVisible(`#proposed`, chromedp.ByQuery), chromedp.Text(`#proposed`, &waits, chromedp.ByQuery),
	)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(waits, "max_error rises from 30 % to 35 %") || !strings.Contains(waits, "another manager approves it") || s.app.Policy().Version != before {
		t.Errorf("after saving, %s rules and the page says\n%s", s.app.Policy().Version, waits)
	}
	err = chromedp.Run(ctx,
		s.signIn(t.Context(), t, "nadia"), chromedp.Text(`.banner`, &banner, chromedp.ByQuery), chromedp.Navigate(page),
		chromedp.Click(`#proposed form button.primary`, chromedp.ByQuery),
		chromedp.WaitVisible(`.flash`, chromedp.ByQuery), chromedp.Text(`.flash`, &after, chromedp.ByQuery),
	)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(banner, "waits for a second person") || !strings.Contains(after, "is in force") || s.app.Policy().Version == before {
		t.Errorf("after approving, %s rules; the banner was %q, the page says %q", s.app.Policy().Version, banner, after)
	}
}
