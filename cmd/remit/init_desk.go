package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"remit/connector/zendesk"
	"remit/models"
)

func (s *setup) askHelpdesk(ctx context.Context) error {
	var err error
	s.Helpdesk, err = s.askUntil(strings.TrimRight(s.Helpdesk, "/"), question{Asks: "Zendesk address (https://acme.zendesk.com)", Flag: "--zendesk-url"}, func(at string) error {
		if !strings.HasPrefix(at, "https://") && !strings.HasPrefix(at, "http://127.0.0.1:") {
			return models.FieldErrorf("--zendesk-url", "write it like https://acme.zendesk.com")
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.Helpdesk = strings.TrimRight(s.Helpdesk, "/")
	s.User, err = s.askUntil(s.User, question{Asks: "E-mail address of the agent that remit works as", Flag: "--zendesk-user"}, func(mail string) error {
		if !strings.Contains(mail, "@") {
			return models.FieldErrorf("--zendesk-user", "is not an e-mail address")
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.Token, err = s.askUntil(s.Token, question{Asks: "API token (Admin Center, Apps and integrations, Zendesk API)", Flag: "--zendesk-token", Secret: true}, func(token string) error {
		s.desk, err = zendesk.Look(ctx, zendesk.Options{Source: "helpdesk", BaseURL: s.Helpdesk, User: s.User, Token: models.Secret(token), HTTP: s.http})
		if err == nil {
			fmt.Fprintf(s.out, "  ok: works there as %s (%s)\n", s.desk.Name, s.desk.UserID)
		}
		return err
	})
	return err
}

// askGroups asks which groups of the helpdesk tickets may be moved to.
func (s *setup) askGroups(context.Context) error {
	if len(s.desk.Groups) == 0 {
		return nil
	}
	var names []string
	for _, g := range s.desk.Groups {
		names = append(names, g.Name)
	}
	given := strings.Join(s.Groups, ",")
	if given == "" {
		fmt.Fprintln(s.out, "Groups in the helpdesk:")
		for i, n := range names {
			fmt.Fprintf(s.out, "  %2d  %s\n", i+1, n)
		}
	}
	var chosen []zendesk.Group
	_, err := s.askUntil(given, question{Asks: "Groups that tickets go to, by commas", Flag: "--groups", Is: "all"}, func(said string) error {
		chosen = nil
		if said == "all" {
			chosen = s.desk.Groups
			return nil
		}
		for part := range strings.SplitSeq(said, ",") {
			i, err := pick("--groups", part, names)
			if err != nil {
				return err
			}
			if !slices.Contains(chosen, s.desk.Groups[i]) {
				chosen = append(chosen, s.desk.Groups[i])
			}
		}
		return nil
	})
	s.desk.Groups = chosen
	return err
}

func (s *setup) askTimezone(context.Context) error {
	local := time.Local.String()
	if local == "Local" {
		local = "UTC"
	}
	var err error
	s.Timezone, err = s.askUntil(s.Timezone, question{Asks: "Time zone of the company", Flag: "--timezone", Is: local}, func(name string) error {
		if _, err := time.LoadLocation(name); err != nil || name == "Local" {
			return models.FieldErrorf("--timezone", "%q is not a time zone such as Europe/Berlin", name)
		}
		return nil
	})
	return err
}
