package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"remit/bot"
	"remit/cmd/remit/app"
	"remit/config"
	"remit/connector/zendesk"
	"remit/models"
)

// firstTickets is how many tickets remit tells of before it goes silent about what it only watches.
const firstTickets = 10

// asked is what init is told, by flags, by the environment or at the terminal.
type asked struct {
	BotToken, AppToken, SlackAPI string
	Channel, Person, PersonID    string
	Helpdesk, User, Token        string
	Groups                       []string
	Timezone                     string
	Force                        bool
}

func (c *cli) initCommand() *cobra.Command {
	var a asked
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Set remit up for a Slack and a Zendesk: asks for each token, checks it, and writes the configuration",
		Long: `Set remit up from nothing, in some ten minutes. It asks for each token and checks it at once, lists channels and
groups by name, makes you the first admin, writes remit.yaml, a first policy.yaml and the secrets to .env, and posts a card.
No public address is needed: Slack is reached by Socket Mode, and the helpdesk is polled.

Whatever is said by a flag or by the environment (SLACK_BOT_TOKEN, SLACK_APP_TOKEN, ZENDESK_TOKEN) is not asked.
A file that is there already is not overwritten without asking.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s := setup{
				prompter: newPrompter(cmd.InOrStdin(), cmd.OutOrStdout()), asked: a, now: c.now, config: c.config,
				http: &http.Client{Timeout: 20 * time.Second},
			}
			return s.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVar(&a.BotToken, "slack-bot-token", os.Getenv("SLACK_BOT_TOKEN"), "the app's bot token (xoxb-...)")
	f.StringVar(&a.AppToken, "slack-app-token", os.Getenv("SLACK_APP_TOKEN"), "the app-level token (xapp-...)")
	f.StringVar(&a.SlackAPI, "slack-api-url", os.Getenv("REMIT_SLACK_API_URL"), "Slack's API, or what stands in for it")
	f.StringVar(&a.Channel, "channel", "", "name of the channel for cards")
	f.StringVar(&a.Person, "person", "", "your Slack member id, or your name there")
	f.StringVar(&a.PersonID, "person-id", "", "what you are called in remit, like priya")
	f.StringVar(&a.Helpdesk, "zendesk-url", "", "address of the helpdesk, like https://acme.zendesk.com")
	f.StringVar(&a.User, "zendesk-user", "", "e-mail address of the agent that remit works as")
	f.StringVar(&a.Token, "zendesk-token", os.Getenv("ZENDESK_TOKEN"), "API token of that agent")
	f.StringSliceVar(&a.Groups, "groups", nil, "names of the helpdesk groups that tickets go to; all of them where left out")
	f.StringVar(&a.Timezone, "timezone", "", "time zone of the company, like Europe/Berlin")
	f.BoolVar(&a.Force, "force", false, "overwrite files that are there already")
	for _, secret := range []string{"slack-bot-token", "slack-app-token", "zendesk-token"} {
		f.Lookup(secret).DefValue = "" // help must not tell what the environment holds
	}
	return cmd
}

// setup sets remit up.
type setup struct {
	*prompter
	asked
	now    func() time.Time
	config string
	http   *http.Client

	slack   *bot.Workspace
	team    string
	channel bot.Place
	person  bot.Place
	desk    zendesk.Account
}

// run asks, checks, writes and posts the first card, in that order: what is written works.
func (s *setup) run(ctx context.Context) error {
	fmt.Fprint(s.out, `Setting up remit. First make the Slack app: at https://api.slack.com/apps choose Create New App, From a manifest, and
paste what "remit slack manifest --mode socket" prints. Install it, and invite it to a channel: /invite @remit

`)
	for _, step := range []func(context.Context) error{s.overwrite, s.askSlack, s.askChannel, s.askPerson, s.askHelpdesk, s.askGroups, s.askTimezone} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := s.write(); err != nil {
		return err
	}
	o := bot.CardOptions{}
	if err := s.slack.Welcome(ctx, s.channel.ID, o.Welcomed(s.person.Name, s.Helpdesk, firstTickets)); err != nil {
		return fmt.Errorf("everything is written, but the first card could not be posted: %w", err)
	}
	fmt.Fprintf(s.out, `
A card is in #%s. Next:

  remit doctor                 checks all of it
  remit serve                  polls the helpdesk; the next ticket is judged
  remit login --as %s      opens the console
`, s.channel.Name, s.PersonID)
	return nil
}

func (s *setup) path(name string) string { return filepath.Join(filepath.Dir(s.config), name) }

// files are what is written: the configuration, the policy and the secrets.
func (s *setup) files() []string { return []string{s.config, s.path("policy.yaml"), s.path(".env")} }

// overwrite asks before anything that is there already would be lost.
func (s *setup) overwrite(context.Context) error {
	for _, f := range s.files() {
		if _, err := os.Lstat(f); errors.Is(err, fs.ErrNotExist) || s.Force {
			continue
		}
		yes, err := s.yes(f + " is there already. Overwrite it?")
		if err != nil {
			return err
		}
		if !yes {
			return models.Errorf(models.Conflict, "%s is left as it is, and nothing was done. Choose another place with --config, or say --force.", f)
		}
	}
	return nil
}

// write checks what it is about to write as serve would, and then writes it.
func (s *setup) write() error {
	secrets := [][2]string{{"SLACK_BOT_TOKEN", s.BotToken}, {"SLACK_APP_TOKEN", s.AppToken}, {"ZENDESK_TOKEN", s.Token}}
	conf, policy := s.configText(), s.policyText()
	var environ []string
	for _, v := range secrets {
		if strings.ContainsAny(v[1], "\n\r\"'") {
			return models.Errorf(models.Invalid, "%s is not a token", v[0])
		}
		environ = append(environ, v[0]+"="+v[1])
	}
	cfg, err := config.Parse([]byte(conf), environ)
	if err != nil {
		return fmt.Errorf("what was said does not make a configuration: %w", err)
	}
	if err := app.CheckPolicy(cfg, []byte(policy), s.now()); err != nil {
		return fmt.Errorf("what was said does not make a policy: %w", err)
	}
	files := s.files()
	for i, text := range []string{conf, policy, dotEnv(secrets)} {
		mode := fs.FileMode(0o644)
		if files[i] == s.path(".env") {
			mode = 0o600
		}
		if err := replace(files[i], text, mode); err != nil {
			return err
		}
	}
	fmt.Fprintf(s.out, "\nWritten: %s, and the secrets to %s, which only you can read.\n", strings.Join(files[:2], ", "), files[2])
	return nil
}

// replace puts a file in place whole, with the mode from its first moment on.
func replace(path, text string, mode fs.FileMode) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".remit-*") // made with mode 0600
	if err != nil {
		return models.Errorf(models.Invalid, "%s cannot be written: %w", path, err)
	}
	_, err = tmp.WriteString(text)
	err = errors.Join(err, tmp.Chmod(mode), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(models.Errorf(models.Invalid, "%s cannot be written: %w", path, err), os.Remove(tmp.Name()))
	}
	return nil
}
