package history

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"remit/models"
)

// ticketColumns are our names for a ticket's columns and the headers that mean them, the likeliest first.
var ticketColumns = map[string][]string{
	"id":        {"id", "ticketid", "ticketnumber", "number", "key", "issuekey", "ticket", "caseid", "casenumber"},
	"subject":   {"subject", "title", "summary"},
	"text":      {"text", "description", "body", "message", "content", "firstmessage", "question"},
	"group":     {"group", "groupname", "queue", "team", "assignedgroup", "department", "inbox"},
	"tags":      {"tags", "tag", "labels", "label"},
	"priority":  {"priority", "urgency", "severity"},
	"language":  {"language", "lang", "locale"},
	"channel":   {"channel", "via", "source"},
	"assignee":  {"assignee", "agent", "owner", "assignedto"},
	"requester": {"requesterid", "requester", "customer", "customerid", "contact", "email", "from"},
	"account":   {"accountid", "account", "organizationid", "organization", "organisation", "company"},
	"answer":    {"answer", "reply", "response", "agentreply", "firstreply", "resolution", "solution"},
	"created":   {"createdat", "created", "opened", "openedat", "date", "time", "timestamp"},
	"replies":   {"replies", "publicreplies", "agentreplies", "numberofreplies"},
	"reopened":  {"reopened", "reopens", "reopencount", "timesreopened"},
	"solved":    {"solvedat", "solved", "closedat", "closed", "resolvedat", "resolved", "updatedat", "updated"},
}

// Tickets reads tickets of the past from CSV.
type Tickets struct {
	sheet  *sheet
	source string
	now    time.Time
	zero   bool // times are not told: rows are dated by their order
	rows   int
}

// Options say how to read a file.
type Options struct {
	Source string            // the configured source that the tickets are of
	Map    map[string]string // our name of a column to the file's, where it is not found by itself
	Now    time.Time         // what has no time happened before
}

// ReadTickets opens a file. It is Invalid where its first line does not name a column with a text.
func ReadTickets(r io.Reader, o Options) (*Tickets, error) {
	s, err := openSheet(r, ticketColumns, o.Map)
	if err != nil {
		return nil, err
	}
	if !s.has("text") && !s.has("subject") {
		return nil, models.FieldErrorf("header", "no column is called text, body, description, subject or title: name it, as in --map text=Message (the file has %s)", headers(s.columns))
	}
	return &Tickets{sheet: s, source: o.Source, now: o.Now, zero: !s.has("created")}, nil
}

func headers(columns []Column) string {
	var names []string
	for _, c := range columns {
		names = append(names, clip(c.Header))
	}
	return strings.Join(names, ", ")
}

// Columns says what each column of the file is taken for.
func (t *Tickets) Columns() []Column { return t.sheet.columns }

// Next gives the next ticket, solved; io.EOF at the end. A row that cannot be used is Invalid, with its line and why.
func (t *Tickets) Next() (models.Ticket, error) {
	r, err := t.sheet.next()
	if err != nil {
		return models.Ticket{}, err
	}
	t.rows++
	at, err := t.created(r)
	if err != nil {
		return models.Ticket{}, skip(r.line, "created", "%s", err)
	}
	solved := at
	if s := r.cells["solved"]; s != "" {
		if solved, err = moment(s); err != nil {
			return models.Ticket{}, skip(r.line, "solved", "%s", err)
		}
	}
	c := r.cells
	if c["subject"] == "" && c["text"] == "" {
		return models.Ticket{}, skip(r.line, "text", "it has no text")
	}
	reopens, ok := reopened(c["reopened"])
	if !ok {
		return models.Ticket{}, skip(r.line, "reopened", "%q is neither a number nor yes or no", clip(c["reopened"]))
	}
	if n, err := strconv.Atoi(cmp.Or(c["replies"], "0")); err != nil || n < 0 {
		return models.Ticket{}, skip(r.line, "replies", "%q is not a number of replies", clip(c["replies"]))
	}
	// A ticket without a number is known again by what it says.
	id := cmp.Or(c["id"], models.NewID("csv", c["subject"], c["text"], c["created"], c["answer"]))
	out := models.Ticket{
		ID: models.TicketItem(t.source, id), Source: t.source, ExternalID: id, Subject: c["subject"], Text: cmp.Or(c["text"], c["subject"]),
		Status: models.TicketSolved, Priority: priority(c["priority"]), Group: c["group"], Assignee: c["assignee"], Tags: tags(c["tags"]),
		Language: strings.ToLower(c["language"]), Channel: c["channel"], CreatedAt: at, UpdatedAt: latest(at, solved),
	}
	if c["requester"] != "" {
		out.RequesterID = t.source + "/" + c["requester"]
	}
	if c["account"] != "" {
		out.AccountID = models.AccountItem(t.source, c["account"])
	}
	out.Reopens = reopens
	if c["replies"] != "" {
		if r.fields == nil {
			r.fields = map[string]string{}
		}
		r.fields[repliesField] = c["replies"]
	}
	if len(r.fields) > 0 {
		out.Fields = r.fields
	}
	if c["answer"] != "" {
		agent := models.Actor{Kind: models.ByPerson, ID: cmp.Or(c["assignee"], t.source+"/agent"), Name: c["assignee"]}
		out.Thread = []models.Comment{{ID: out.ID + answerMark, Author: agent, Text: c["answer"], Public: true, At: out.UpdatedAt}}
	}
	return out, nil
}

// created gives when the row's ticket was made; where the file tells no times at all, the rows are in order.
func (t *Tickets) created(r row) (time.Time, error) {
	if t.zero {
		return t.now.AddDate(-1, 0, 0).Add(time.Duration(t.rows) * time.Second), nil
	}
	return moment(r.cells["created"])
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// priorities are the helpdesks' words for P1 to P4.
var priorities = map[string]models.Priority{
	"p1": models.P1, "urgent": models.P1, "critical": models.P1, "blocker": models.P1,
	"p2": models.P2, "high": models.P2, "major": models.P2,
	"p3": models.P3, "normal": models.P3, "medium": models.P3,
	"p4": models.P4, "low": models.P4, "minor": models.P4, "trivial": models.P4,
}

func priority(s string) models.Priority { return priorities[strings.ToLower(s)] }

// tags reads a list by commas, semicolons or, as Zendesk writes it, spaces.
func tags(s string) []string {
	cut := func(c rune) bool { return c == ',' || c == ';' || c == '|' }
	if !strings.ContainsFunc(s, cut) {
		return sortedTags(strings.Fields(s))
	}
	return sortedTags(strings.FieldsFunc(s, cut))
}

func sortedTags(list []string) []string {
	var out []string
	for _, tag := range list {
		if tag = strings.TrimSpace(tag); tag != "" && !slices.Contains(out, tag) {
			out = append(out, tag)
		}
	}
	slices.Sort(out)
	return out
}
