package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"remit/bot"
	"remit/models"
)

func (s *setup) askSlack(ctx context.Context) error {
	var err error
	s.BotToken, err = s.askUntil(s.BotToken, question{Asks: "Slack bot token (xoxb-..., from OAuth & Permissions)", Flag: "--slack-bot-token", Secret: true}, func(token string) error {
		s.slack = bot.NewWorkspace(bot.WorkspaceOptions{Token: models.Secret(token), APIURL: s.SlackAPI, HTTP: s.http})
		name, team, err := s.slack.CheckToken(ctx)
		if err == nil {
			s.team = team
			fmt.Fprintf(s.out, "  ok: workspace %s\n", name)
		}
		return err
	})
	if err != nil {
		return err
	}
	s.AppToken, err = s.askUntil(s.AppToken, question{Asks: "Slack app-level token (xapp-..., from Basic Information, with connections:write)", Flag: "--slack-app-token", Secret: true}, func(token string) error {
		w := bot.NewWorkspace(bot.WorkspaceOptions{Token: models.Secret(s.BotToken), AppToken: models.Secret(token), APIURL: s.SlackAPI, HTTP: s.http})
		err := w.CheckApp(ctx)
		if err == nil {
			fmt.Fprintln(s.out, "  ok: Socket Mode works, no public address is needed")
		}
		return err
	})
	return err
}

func (s *setup) askChannel(ctx context.Context) error {
	all, err := s.slack.Channels(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, c := range all {
		names = append(names, "#"+c.Name)
	}
	fmt.Fprintln(s.out, "Channels:")
	i, err := s.choose(s.Channel, question{Asks: "Channel for cards", Flag: "--channel", Is: names[0]}, names)
	if err != nil {
		return err
	}
	s.channel = all[i]
	_, err = s.askUntil(inAlready(s.channel), question{Asks: "Type /invite @remit in #" + s.channel.Name + ", then press Enter", Flag: "--channel", Is: "done"}, func(string) error {
		in, err := s.slack.In(ctx, s.channel.ID)
		if err == nil && !in {
			return models.FieldErrorf("--channel", "the app is not in #%s yet: type /invite @remit there", s.channel.Name)
		}
		return err
	})
	return err
}

func inAlready(c bot.Place) string {
	if c.Member {
		return "done"
	}
	return ""
}

func (s *setup) askPerson(ctx context.Context) error {
	var found []bot.Place
	_, err := s.askUntil(s.Person, question{Asks: "You, the first admin: your Slack member id, or your name there", Flag: "--person"}, func(said string) error {
		var err error
		if found, err = s.slack.People(ctx, said); err == nil && len(found) == 0 {
			return models.FieldErrorf("--person", "nobody in the workspace is called %q", said)
		}
		return err
	})
	if err != nil {
		return err
	}
	s.person = found[0]
	if len(found) > 1 {
		if s.person, err = s.whichPerson(found); err != nil {
			return err
		}
	}
	fmt.Fprintf(s.out, "  ok: %s (%s)\n", s.person.Name, s.person.ID)
	s.PersonID, err = s.askUntil(s.PersonID, question{Asks: "What you are called in remit", Flag: "--person-id", Is: slug(s.person.Name)}, func(id string) error {
		if !personID.MatchString(id) || id == "support" {
			return models.FieldErrorf("--person-id", "use a short name of lower-case letters and digits, like priya")
		}
		return nil
	})
	return err
}

// whichPerson asks which of several people of a similar name it is. By a flag that is not said: an admin is nobody's guess.
func (s *setup) whichPerson(found []bot.Place) (bot.Place, error) {
	var names []string
	for _, p := range found {
		names = append(names, p.ID+"  "+p.Name)
	}
	if s.Person != "" {
		return bot.Place{}, models.FieldErrorf("--person", "means several people (%s): say the member id", strings.Join(names[:min(len(names), 5)], ", "))
	}
	i, err := s.choose("", question{Asks: "Which of them", Flag: "--person"}, names)
	if err != nil {
		return bot.Place{}, err
	}
	return found[i], nil
}

var (
	personID  = regexp.MustCompile(`^[a-z][a-z0-9._-]{0,40}$`)
	notInSlug = regexp.MustCompile(`[^a-z0-9]+`)
)

// slug gives a person's first name as an id.
func slug(name string) string {
	first, _, _ := strings.Cut(strings.ToLower(name), " ")
	if id := notInSlug.ReplaceAllString(first, ""); personID.MatchString(id) && id != "support" {
		return id
	}
	return "admin"
}
