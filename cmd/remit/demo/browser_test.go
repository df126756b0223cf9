package demo

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
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
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 1000),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(stop)
	return ctx
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
