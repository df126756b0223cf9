// Package demo plays a sample company's day to the real service: signed webhooks in over HTTP, an embedded database in a
// temporary folder, and its own helpdesk and ERP to write back to. It needs no keys and no network.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"remit/cmd/remit/app"
	"remit/config"
	"remit/models"
)

// Options say how the demo is played.
type Options struct {
	Once    bool   // play, print the summary and stop
	Console string // host:port of the console; any free port of this machine where empty
	Out     io.Writer
	Now     func() time.Time
	Logger  *slog.Logger
}

// Run plays the day. Without Once it then leaves the console open until ctx ends.
func Run(ctx context.Context, o Options) (err error) {
	dir, err := os.MkdirTemp("", "remit-demo-")
	if err != nil {
		return fmt.Errorf("make a temporary folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	stage, err := build(ctx, o, dir)
	if err != nil {
		return err
	}
	serving, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- stage.app.Serve(serving, stage.public, stage.console) }()
	defer func() {
		stop()
		err = errors.Join(err, <-done, stage.receivers.Close(), stage.app.Close())
	}()
	return stage.play(ctx, o)
}

// stage is everything that the demo runs.
type stage struct {
	day             *day
	app             *app.App
	receivers       *receivers
	public, console net.Listener
}

func build(ctx context.Context, o Options, dir string) (*stage, error) {
	s := &stage{day: newDay(o.Now())}
	var err error
	if s.receivers, err = newReceivers(o.Now, s.day); err != nil {
		return nil, err
	}
	if s.public, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if o.Console == "" {
		o.Console = "127.0.0.1:0"
	}
	if s.console, err = net.Listen("tcp", o.Console); err != nil {
		return nil, fmt.Errorf("listen for the console: %w", err)
	}
	cfg := s.config(filepath.Join(dir, "remit.db"))
	s.app, err = app.New(ctx, cfg, app.Options{Now: o.Now, Logger: o.Logger, Policy: policyText(o.Now())})
	return s, err
}

// The demo's people.
var staff = []models.Person{
	{ID: "sam", Name: "Sam Okafor", Email: "sam@example.com", Roles: []models.Role{models.RoleApprover}, Groups: []string{"support-leads"}},
	{ID: "lena", Name: "Lena Brandt", Email: "lena@example.com", Roles: []models.Role{models.RoleApprover}, Groups: []string{"legal"}},
	{ID: "priya", Name: "Priya Nair", Email: "priya@example.com", Roles: []models.Role{models.RoleApprover}, Groups: []string{"finance-leads"}},
	{ID: "frank", Name: "Frank Weber", Email: "frank@example.com", Roles: []models.Role{models.RoleApprover}, Groups: []string{"finance-leads"}},
	{ID: "ben", Name: "Ben Adeyemi", Email: "ben@example.com", Roles: []models.Role{models.RoleApprover}, Groups: []string{"buyers"}},
	{ID: "olga", Name: "Olga Petrova", Email: "olga@example.com", Roles: []models.Role{models.RoleManager}, Groups: []string{"support-leads", "finance-leads", "legal", "buyers"}},
	{ID: "nadia", Name: "Nadia Haas", Email: "nadia@example.com", Roles: []models.Role{models.RoleManager}},
}

const (
	helpdeskSecret = "a-secret-of-the-demo-helpdesk"
	erpSecret      = "whsec_ZGVtby1vbmx5LXNlY3JldC1vZi10aGUtZXJwIQ=="
	botUser        = "900"
)

func (s *stage) config(database string) config.Config {
	public, console := "http://"+s.public.Addr().String(), "http://"+s.console.Addr().String()
	cfg := config.Config{
		Listen: s.public.Addr().String(), ConsoleListen: s.console.Addr().String(),
		PublicURL: config.URL(public), ConsoleURL: config.URL(console), DatabaseURL: config.URL("sqlite://" + database),
		Slack: config.Slack{Mode: config.SlackOff},
		Sources: []config.Source{
			{
				Name: "helpdesk", Provider: config.Zendesk, Secrets: []models.Secret{helpdeskSecret}, Mode: config.ModeWebhook,
				BaseURL: config.URL(s.receivers.helpdeskURL()), User: "bot@example.com", Token: "demo", OwnActor: botUser, Groups: groups,
			},
			{
				Name: "erp", Provider: config.Standard, Secrets: []models.Secret{erpSecret}, Mode: config.ModeWebhook,
				DeliverTo: config.URL(s.receivers.erpURL()),
			},
		},
		People: staff,
	}
	cfg.Sources = append(cfg.Sources, s.proposingSources()...)
	return cfg
}

func (s *stage) play(ctx context.Context, o Options) error {
	if err := s.send(ctx, o); err != nil {
		return err
	}
	if err := s.settle(ctx); err != nil {
		return err
	}
	if err := s.summary(ctx, o); err != nil {
		return err
	}
	if o.Once {
		return nil
	}
	return s.open(ctx, o)
}

// open prints the sign-in links and waits until it is told to stop.
func (s *stage) open(ctx context.Context, o Options) error {
	fmt.Fprintf(o.Out, "\nThe console is open. Each link signs one person in, once:\n\n")
	for _, p := range []struct{ id, role string }{{"sam", "support lead"}, {"priya", "finance lead"}, {"frank", "finance lead"}, {"ben", "buyer"}, {"olga", "operations manager"}, {"nadia", "her deputy"}} {
		person, _ := s.app.Config.ByID(p.id)
		link, err := s.app.LoginLink(ctx, person, 24*time.Hour)
		if err != nil {
			return err
		}
		fmt.Fprintf(o.Out, "  %-13s %-19s %s\n", person.Name, p.role, link)
	}
	fmt.Fprintf(o.Out, "\nTry: as Priya, approve the payment above 25,000 GBP; as Frank, be the second; as Ben, reorder. Ctrl-C ends the demo.\n")
	<-ctx.Done()
	return nil
}
