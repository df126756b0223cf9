package app

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"

	"remit/config"
	"remit/connector"
	"remit/connector/libredesk"
	"remit/connector/standard"
	"remit/connector/stripe"
	"remit/connector/zendesk"
	"remit/decision"
	"remit/models"
)

// sources are the configured connectors by name.
type sources map[string]connector.Connector

// callTimeout bounds one call to a provider.
const callTimeout = 20 * time.Second

// idleCalls is how many connections to a provider stay open for the next call: as many as write and fetch at once. Go's own
// default of two would have most calls begin with a new one.
const idleCalls = 24

// providerClient calls providers.
func providerClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = idleCalls
	return &http.Client{Timeout: callTimeout, Transport: t}
}

func newSources(cfg config.Config, salt []byte, now func() time.Time) (sources, error) {
	client := providerClient()
	all := sources{}
	for _, s := range cfg.Sources {
		c, err := newConnector(s, salt, client, now)
		if err != nil {
			return nil, fmt.Errorf("source %s: %w", s.Name, err)
		}
		all[s.Name] = c
	}
	if all[Imported] == nil {
		c, err := imported(salt, now)
		if err != nil {
			return nil, err
		}
		all[Imported] = c
	}
	return all, all.addAPI()
}

// Imported is the source of files that belong to no configured one. Nobody can sign for it and nothing is written to it.
const Imported = "import"

func imported(salt []byte, now func() time.Time) (connector.Connector, error) {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return standard.New(standard.Options{
		Source: Imported, Secrets: []models.Secret{models.Secret("whsec_" + base64.StdEncoding.EncodeToString(key))}, Salt: salt, Now: now,
	})
}

func newConnector(s config.Source, salt []byte, client *http.Client, now func() time.Time) (connector.Connector, error) {
	switch s.Provider {
	case config.Standard:
		return standard.New(standard.Options{
			Source: s.Name, Secrets: s.Secrets, OwnActor: s.OwnActor, Salt: salt, DeliverTo: s.DeliverTo.Reveal(),
			HTTP: client, Now: now,
		})
	case config.Zendesk:
		return zendesk.New(zendesk.Options{
			Source: s.Name, Secrets: s.Secrets, BaseURL: s.BaseURL.Reveal(), User: s.User, Token: s.Token,
			OwnActor: s.OwnActor, Groups: s.Groups, Agents: s.Agents, DueField: s.DueField, Poll: s.Mode == config.ModePoll, HTTP: client, Now: now,
		})
	case config.Libredesk:
		return libredesk.New(libredesk.Options{
			Source: s.Name, Secrets: s.Secrets, BaseURL: s.BaseURL.Reveal(), User: s.User, Token: s.Token,
			OwnActor: s.OwnActor, HTTP: client,
		})
	case config.Stripe:
		return stripe.New(stripe.Options{Source: s.Name, Secrets: s.Secrets, Entity: s.Entity})
	}
	return nil, models.FieldErrorf("provider", "%q is not a provider", s.Provider)
}

// SourceNames gives the names of the configured sources, in the order of the configuration.
func (a *App) SourceNames() []string {
	var names []string
	for _, s := range a.Config.Sources {
		names = append(names, s.Name)
	}
	return names
}

// Translator implements decision.Sources.
func (s sources) Translator(source string) (decision.Translator, bool) {
	c, ok := s[source]
	return c, ok
}

// Writer implements decision.Sources.
func (s sources) Writer(source string) (decision.Writer, bool) {
	w, ok := s[source].(connector.Applier)
	return w, ok
}

// Fetcher implements decision.Sources.
func (s sources) Fetcher(source string) (decision.Fetcher, bool) {
	f, ok := s[source].(connector.Fetcher)
	return f, ok
}
