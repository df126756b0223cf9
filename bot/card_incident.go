package bot

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// incidentOf gives the incident that the card is about, if it is about one.
func incidentOf(f models.Facts) (models.Incident, bool) {
	if f.Incident == nil || f.Incident.Count < 2 {
		return models.Incident{}, false
	}
	return *f.Incident, true
}

// maxIncident is how many tickets an incident's card names.
const maxIncident = 5

// incident says how many tell of the same, since when, and names the first.
func (o CardOptions) incident(c models.Case, r room) []slack.Block {
	in, many := incidentOf(c.Facts)
	if !many {
		return nil
	}
	said := fmt.Sprintf("%d tickets tell of this", in.Count)
	if !in.Since.IsZero() {
		said += " since " + o.clock(in.Since)
	}
	if title := line(in.Title, r.note); title != "" {
		said += ": " + title
	}
	blocks := []slack.Block{slack.NewSectionBlock(plain(said), nil, nil, slack.SectionBlockOptionBlockID("incident"))}
	var names []string
	for _, item := range in.Tickets[:min(len(in.Tickets), maxIncident)] {
		names = append(names, ticketName(item))
	}
	if len(names) == 0 {
		return blocks
	}
	if rest := in.Count - len(names); rest > 0 {
		names = append(names, fmt.Sprintf("and %d more", rest))
	}
	return append(blocks, slack.NewContextBlock("incident.tickets", plain(strings.Join(names, " · "))))
}

// ticketName gives an item as people name the ticket: "ticket:helpdesk:35436" is "#35436".
func ticketName(item string) string {
	return "#" + line(item[strings.LastIndexByte(item, ':')+1:], 40)
}
