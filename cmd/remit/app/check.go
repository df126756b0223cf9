package app

import (
	"fmt"

	"remit/bot"
	"remit/config"
	"remit/models"
)

// CheckSources says of each source whether webhooks from it can be verified and decisions written back.
func (a *App) CheckSources() []bot.Finding {
	var found []bot.Finding
	for _, s := range a.Config.Sources {
		f := bot.Finding{What: "source " + s.Name, OK: true}
		f.Says = fmt.Sprintf("%s, %d secrets, webhooks at %s/v1/webhooks/%s", s.Provider, len(s.Secrets), a.Config.PublicURL.Reveal(), s.Name)
		if s.Mode == config.ModePoll {
			f.Says = s.Provider + ", polled"
		}
		for _, secret := range s.Secrets {
			if len(secret.Reveal()) < minSecret {
				f.OK, f.Mend = false, fmt.Sprintf("set a secret of at least %d characters at the provider and under sources", minSecret)
				f.Says = "a secret is so short that it can be guessed"
			}
		}
		found = append(found, f, a.checkWriting(s))
	}
	return found
}

// minSecret is how short a signing secret may be before it is guessable.
const minSecret = 16

func (a *App) checkWriting(s config.Source) bot.Finding {
	f := bot.Finding{What: "source " + s.Name, OK: true, Says: "decisions are written back"}
	if _, ok := a.sources.Writer(s.Name); !ok {
		f.Says = "nothing can be written back, so its decisions are only asked and told: " + howToWrite(s)
		return f
	}
	if s.Provider == config.Zendesk && s.OwnActor == "" {
		f.OK, f.Says = false, "remit's own user id there is not known, so its echoes are known by their content only"
		f.Mend = "set own_actor to the id of " + models.CleanText(s.User)
	}
	return f
}

func howToWrite(s config.Source) string {
	if s.Provider == config.Standard {
		return "set deliver_to"
	}
	if s.Provider == config.Stripe {
		return "it tells of money, and takes no decisions"
	}
	return "set base_url, user and token"
}
