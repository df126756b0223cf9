package demo

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"remit/decision"
	"remit/models"
)

var picture = flag.String("picture", "", "write a picture of a card to this file")

// browser starts a headless Chromium, or skips where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on PATH")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(browserDir(t)), chromedp.WindowSize(1280, 1000),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	within, stop := context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits for the browser to end
		stop()
	})
	return within
}

// browserDir is where a browser keeps its things. Its helpers write there for a moment after it has ended, so that removing it
// may take more than one go; what would still be left is no fault of what was tested.
func browserDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "remit-browser-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 50 {
			if os.RemoveAll(dir) == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Logf("%s is left over", dir)
	})
	return dir
}

// played starts the demo, plays the day and gives the stage with the console open.
func played(t *testing.T) *stage {
	t.Helper()
	o := Options{Now: time.Now, Out: t.Output(), Logger: slog.New(slog.DiscardHandler)}
	s, err := build(t.Context(), o, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.app.Serve(ctx, s.public, s.console) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error("serve:", err)
		}
		_ = s.receivers.Close()
		_ = s.app.Close()
	})
	if err := s.send(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if err := s.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAPersonSignsInAndApprovesInARealBrowser(t *testing.T) {
	ctx := browser(t)
	s := played(t)
	sam, _ := s.app.Config.ByID("sam")
	link, err := s.app.LoginLink(t.Context(), sam, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	var inbox, after string
	err = chromedp.Run(ctx,
		chromedp.Navigate(link), chromedp.Click(`form button`, chromedp.ByQuery),
		chromedp.WaitVisible(`article.card`, chromedp.ByQuery),
		chromedp.Navigate(s.app.Config.ConsoleURL.Reveal()+"/?domain=triage"), chromedp.Text(`body`, &inbox, chromedp.ByQuery),
		chromedp.Click(`article.card form[action$="/answer"] button.primary`, chromedp.ByQuery),
		chromedp.WaitVisible(`.flash`, chromedp.ByQuery), chromedp.Text(`.flash`, &after, chromedp.ByQuery),
	)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(inbox, "cannot log in") {
		t.Errorf("the inbox does not show the outage:\n%s", inbox)
	}
	if !strings.Contains(strings.ToLower(after), "approved") {
		t.Errorf("after approving, the page says:\n%s", after)
	}
}

var cashPictures = flag.String("cash-pictures", "", "write pictures of the Cash page into this directory")

func TestAPaymentIsDraggedAndThePageSaysWhatTheServerReckons(t *testing.T) {
	ctx := browser(t)
	s := played(t)
	priya, _ := s.app.Config.ByID("priya")
	link, err := s.app.LoginLink(t.Context(), priya, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	base := s.app.Config.ConsoleURL.Reveal()
	const marks = `#timeline .mark[role="slider"]`
	var item, before, day, said, low, was string
	err = chromedp.Run(ctx,
		chromedp.Navigate(link), chromedp.Click(`form button`, chromedp.ByQuery), chromedp.WaitVisible(`article.card`, chromedp.ByQuery),
		chromedp.Navigate(base+"/cash"), chromedp.WaitReady(marks, chromedp.ByQuery),
		chromedp.AttributeValue(marks, "data-item", &item, nil, chromedp.ByQuery), chromedp.AttributeValue(marks, "aria-valuetext", &before, nil, chromedp.ByQuery),
		chromedp.Text(`[data-figure="low"]`, &was, chromedp.ByQuery),
	)
	if err != nil {
		t.Fatal(err)
	}
	days := bankDays(t, s, item, before)
	err = chromedp.Run(ctx, drag(marks, days),
		chromedp.WaitVisible(`#tried:not([hidden])`, chromedp.ByQuery), settled(),
		chromedp.AttributeValue(marks, "aria-valuetext", &day, nil, chromedp.ByQuery),
		chromedp.Text(`#tried`, &said, chromedp.ByQuery), chromedp.Text(`[data-figure="low"]`, &low, chromedp.ByQuery),
	)
	if err != nil {
		t.Fatal(err)
	}
	if day == before || !strings.HasPrefix(said, "Paying on ") {
		t.Fatalf("after dragging by %d days from %s the mark says %s, and the page %q", days, before, day, said)
	}
	wantTried := func(said, low, value string) {
		t.Helper()
		on, err := time.Parse("Mon, 2 Jan 2006", value)
		if err != nil {
			t.Fatal(err)
		}
		out, err := s.app.Engine.Outlook(t.Context(), "cash:oxbridge-services:GBP", decision.WhatIf{Item: item, Day: models.DayOf(on)})
		if err != nil { // banks do not pay then, and the page says so
			if said != models.SentenceOf(err) {
				t.Errorf("the page says %q, want %q", said, models.SentenceOf(err))
			}
			return
		}
		cash := out.If.Cash
		if want := cash.Low.Display() + " on " + cash.LowOn.Display(); low != want || !strings.Contains(said, cash.Low.Display()) || !strings.Contains(said, models.DayOf(on).Display()) {
			t.Errorf("for %s the page says %q and %q, want the server's %q", value, said, low, want)
		}
	}
	wantTried(said, low, day)
	picture := func(name string) chromedp.Action {
		return chromedp.ActionFunc(func(ctx context.Context) error {
			if *cashPictures == "" {
				return nil
			}
			var png []byte
			if err := chromedp.FullScreenshot(&png, 90).Do(ctx); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(*cashPictures, name+".png"), png, 0o600)
		})
	}
	var keyed, keySaid, keyLow, back, backSaid, floorSaid, floor string
	err = chromedp.Run(ctx,
		picture("light"), emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}), picture("dark"),
		chromedp.Focus(marks, chromedp.ByQuery), chromedp.KeyEvent(kb.ArrowRight), settled(),
		chromedp.AttributeValue(marks, "aria-valuetext", &keyed, nil, chromedp.ByQuery), chromedp.Text(`#tried`, &keySaid, chromedp.ByQuery), chromedp.Text(`[data-figure="low"]`, &keyLow, chromedp.ByQuery),
		chromedp.KeyEvent(kb.Escape), settled(), chromedp.AttributeValue(marks, "aria-valuetext", &back, nil, chromedp.ByQuery),
		chromedp.Text(`[data-figure="low"]`, &backSaid, chromedp.ByQuery),
		chromedp.SetValue(`#floor-slide`, "100000", chromedp.ByQuery), chromedp.Evaluate(`document.getElementById("floor-slide").dispatchEvent(new Event("input"))`, nil), settled(),
		chromedp.Text(`[data-figure="floor"]`, &floor, chromedp.ByQuery), chromedp.Text(`#tried`, &floorSaid, chromedp.ByQuery),
	)
	if err != nil {
		t.Fatal(err)
	}
	if keyed == day {
		t.Errorf("the arrow key left it on %s", day)
	}
	wantTried(keySaid, keyLow, keyed)
	if back != before || backSaid != was {
		t.Errorf("after Escape it is on %s with %q, want %s with %q", back, backSaid, before, was)
	}
	if floor != "100,000.00 GBP" || !strings.Contains(floorSaid, "likely to fall below 100,000.00 GBP") {
		t.Errorf("with another floor the page says %q and %q", floor, floorSaid)
	}
	for _, l := range mustOutlook(t, s).Lines {
		if l.Payable.ID == item && l.Decision != nil && l.Decision.State == models.Applied {
			t.Errorf("trying has decided: %+v", l.Decision)
		}
	}
}

func mustOutlook(t *testing.T, s *stage) decision.Outlook {
	t.Helper()
	out, err := s.app.Engine.Outlook(t.Context(), "cash:oxbridge-services:GBP", decision.WhatIf{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// bankDays gives by how many days a payment can be put off to a day on which banks pay, twelve or a few more.
func bankDays(t *testing.T, s *stage, item, from string) int {
	t.Helper()
	on, err := time.Parse("Mon, 2 Jan 2006", from)
	if err != nil {
		t.Fatal(err)
	}
	for n := 12; n < 20; n++ {
		if _, err := s.app.Engine.Outlook(t.Context(), "cash:oxbridge-services:GBP", decision.WhatIf{Item: item, Day: models.DayOf(on).Add(n)}); err == nil {
			return n
		}
	}
	t.Fatal("there is no bank day")
	return 0
}

// drag takes what a selector finds so many days to the right, in steps as a hand does.
func drag(selector string, days int) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		var at struct{ X, Y, Day float64 }
		find := fmt.Sprintf(`(() => { const m = document.querySelector(%q); m.scrollIntoView({block: "center"}); const b = m.querySelector(".dot").getBoundingClientRect();
			const line = document.getElementById("timeline"), w = line.getBoundingClientRect().width;
			return {X: b.x + b.width / 2, Y: b.y + b.height / 2, Day: w * (line.dataset.right - line.dataset.left) / (line.dataset.days - 1)}; })()`, selector)
		if err := chromedp.Evaluate(find, &at).Do(ctx); err != nil {
			return err
		}
		steps := []chromedp.Action{chromedp.MouseEvent(input.MouseMoved, at.X, at.Y), chromedp.MouseEvent(input.MousePressed, at.X, at.Y, chromedp.ButtonLeft)}
		for i := 1; i <= days; i++ {
			steps = append(steps, chromedp.MouseEvent(input.MouseMoved, at.X+float64(i)*at.Day, at.Y, chromedp.ButtonLeft))
		}
		steps = append(steps, chromedp.MouseEvent(input.MouseReleased, at.X+float64(days)*at.Day, at.Y, chromedp.ButtonLeft))
		return chromedp.Tasks(steps).Do(ctx)
	})
}

// settled waits until the page has asked the server and shows what it said. It asks from outside: the page's policy lets nothing be
// evaluated within it.
func settled() chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		for shown := false; !shown; {
			if err := chromedp.Evaluate(`(({asked, shown}) => asked === shown)(document.getElementById("timeline").dataset)`, &shown).Do(ctx); err != nil {
				return err
			}
			if err := chromedp.Sleep(20 * time.Millisecond).Do(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestPictureOfACard(t *testing.T) {
	if *picture == "" {
		return // drawn when asked for: go test ./cmd/remit/demo -run Picture -picture docs/card.png
	}
	ctx := browser(t)
	s := played(t)
	priya, _ := s.app.Config.ByID("priya")
	link, err := s.app.LoginLink(t.Context(), priya, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	var png []byte
	err = chromedp.Run(ctx,
		chromedp.Navigate(link), chromedp.Click(`form button`, chromedp.ByQuery), chromedp.WaitVisible(`article.card`, chromedp.ByQuery),
		chromedp.Navigate(s.app.Config.ConsoleURL.Reveal()+"/?domain=finance"),
		chromedp.Screenshot(`article[id="payable:erp:planted-account"]`, &png, chromedp.ByQuery),
	)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(*picture, png, 0o644); err != nil {
		t.Fatal(err)
	}
}
