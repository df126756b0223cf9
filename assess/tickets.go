package assess

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"remit/decision"
	"remit/models"
)

// ticket is a row of an export of tickets.
type ticket struct {
	text    string // what a decision is made from
	labels  map[models.Action]string
	segment string
	created time.Time
}

// tickets assesses an export of tickets.
func (r *Report) tickets(f File, o Options) error {
	t, err := readTable(f, ticketFile)
	if err != nil {
		return err
	}
	by, segments := t.segmentField()
	r.fact = segmentFacts[by]
	ts := t.readTickets(by, segments)
	weeks := t.span(ts)
	t.Rows = len(ts)
	r.Sources = append(r.Sources, t.Source)
	if t.clockOf(fCreated).ambiguous {
		r.Notes = append(r.Notes, fmt.Sprintf("%s: dates could be day first or month first; they were read day first.", f.Name))
	}
	for _, a := range []models.Action{models.ActionPriority, models.ActionRoute, models.ActionTag} {
		r.ticketProcess(a, ts, t.inputs(), weeks, o)
	}
	r.ticketDelays(t, weeks)
	return nil
}

// inputs is the share of rows that have the words which a decision is mostly made from: the text, where there is such a column.
func (t *table) inputs() float64 {
	if t.has(fText) {
		return t.Filled[string(fText)]
	}
	return t.Filled[string(fSubject)]
}

// What each action is called, and what is learned from.
var called = map[models.Action]string{
	models.ActionPriority: "The priority", models.ActionRoute: "The group", models.ActionTag: "The set of tags",
}

// readTickets gives the rows that have words.
func (t *table) readTickets(by field, segments map[string]int) []ticket {
	created := t.clockOf(fCreated)
	priorities := t.priorities()
	group := fGroup
	if !t.has(fGroup) {
		group = fAssignee
	}
	var ts []ticket
	for _, row := range t.rows {
		words := strings.TrimSpace(t.get(row, fSubject) + "\n" + t.get(row, fText))
		if words == "" {
			t.skip(row.line, "no words to judge: neither a subject nor a text")
			continue
		}
		k := ticket{text: t.context(row) + words, labels: map[models.Action]string{}}
		k.created, _ = created.read(t.get(row, fCreated))
		if s := t.get(row, by); segments[s] > 0 {
			k.segment = strings.ToLower(s)
		}
		k.labels[models.ActionPriority] = priorities[strings.ToLower(t.get(row, fPriority))]
		k.labels[models.ActionRoute] = t.get(row, group)
		k.labels[models.ActionTag] = tagsOf(t.get(row, fTags))
		ts = append(ts, k)
	}
	return ts
}

// context gives what stands beside the words and is known when a ticket comes in.
func (t *table) context(r row) string {
	var parts []string
	for _, f := range []field{fTier, fChannel, fKind} {
		if v := t.get(r, f); v != "" && len(v) < 60 {
			parts = append(parts, string(f)+" "+v)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "\n") + "\n"
}

func tagsOf(cell string) string {
	tags := strings.FieldsFunc(strings.ToLower(cell), func(r rune) bool { return strings.ContainsRune(",;|[]\"'", r) })
	for i := range tags {
		tags[i] = strings.TrimSpace(tags[i])
	}
	return models.JoinTags(slices.DeleteFunc(tags, func(s string) bool { return s == "" }))
}

// scales are the words for priorities that exports use, most urgent first; of those of one line any may be missing.
var scales = [][4][]string{
	{{"p1", "1", "blocker"}, {"p2", "2", "critical"}, {"p3", "3", "major"}, {"p4", "4", "5", "p5", "minor", "trivial"}},
	{{"highest"}, {"high"}, {"medium"}, {"low", "lowest"}},
	{{"urgent", "critical", "emergency", "immediate"}, {"high", "important"}, {"normal", "medium", "moderate", "standard"}, {"low", "minor", "lowest", "planning"}},
}

// priorities gives what each priority of the file is to remit: by the scale that has most of them, and what none has as
// it is written.
func (t *table) priorities() map[string]string {
	counts := map[string]int{}
	for _, r := range t.rows {
		if p := strings.ToLower(t.get(r, fPriority)); p != "" {
			counts[p]++
		}
	}
	best, most := map[string]string{}, 0
	for _, scale := range scales {
		names, n := map[string]string{}, 0
		for i, words := range scale {
			for _, w := range words {
				names[w] = string(models.Priorities()[i])
				n += counts[w]
			}
		}
		if n > most {
			best, most = names, n
		}
	}
	out := map[string]string{}
	for p := range counts {
		out[p] = p
		if name, ok := best[p]; ok {
			out[p] = name
		}
	}
	return out
}

// minSegment is how many rows a segment has before anything is said of it.
const minSegment = 150

// segmentFacts are the facts by which a policy tells the segments of a column apart.
var segmentFacts = map[field]string{fTier: "account.tier", fChannel: "ticket.channel"}

// segmentField gives the column by which people may want to tell segments apart, and the segments that are large enough.
func (t *table) segmentField() (field, map[string]int) {
	for _, f := range []field{fTier, fChannel, fKind} {
		if !t.has(f) {
			continue
		}
		counts := map[string]int{}
		for _, r := range t.rows {
			counts[t.get(r, f)]++
		}
		if len(counts) < 2 || len(counts) > 20 {
			continue
		}
		for s, n := range counts {
			if n < minSegment || s == "" {
				delete(counts, s)
			}
		}
		if len(counts) >= 2 {
			return f, counts
		}
	}
	return "", nil
}

// span notes from when to when the tickets are, and gives how many weeks that is; 0 where it is not known.
func (t *table) span(ts []ticket) float64 {
	var first, last time.Time
	for _, k := range ts {
		if k.created.IsZero() {
			continue
		}
		if first.IsZero() || k.created.Before(first) {
			first = k.created
		}
		if k.created.After(last) {
			last = k.created
		}
	}
	return t.spans(first, last)
}

func (t *table) spans(first, last time.Time) float64 {
	if first.IsZero() {
		return 0
	}
	t.From, t.To = models.DayOf(first), models.DayOf(last)
	return max(last.Sub(first).Hours()/24/7, 1)
}

// maxErrors are the shares of wrong acts that a first policy would allow.
var maxErrors = map[models.Action]float64{models.ActionPriority: .10, models.ActionRoute: .05, models.ActionTag: .10}

// ticketProcess grades one action, in all and by segment.
func (r *Report) ticketProcess(a models.Action, ts []ticket, inputs, weeks float64, o Options) {
	var with []ticket
	for _, k := range ts {
		if k.labels[a] != "" {
			with = append(with, k)
		}
	}
	if len(with) == 0 {
		return
	}
	seen := newest(with, o)
	if len(seen) < len(with) {
		r.Notes = append(r.Notes, fmt.Sprintf("%s was predicted on %d of the %d tickets that have one, for speed: %s.", called[a], len(seen), len(with), which(weeks > 0)))
	}
	texts, labels := columns(seen, a)
	gs := crossValidate(texts, labels, decision.FaultOf(a), o.Seed)
	all := Process{
		Domain: models.Triage, Action: a, Decisions: len(with), Complete: float64(len(with)) / float64(len(ts)), Inputs: inputs,
		PerWeek: rate(len(with), weeks),
	}
	segments := segmentsOf(seen)
	looks := 1 + len(segments)
	r.add(all, gs, texts, labels, looks, o)
	for _, s := range segments {
		r.segment(all, s, seen, with, gs, weeks, looks, o)
	}
	if a == models.ActionRoute {
		r.queues = queuesOf(texts, labels)
	}
}

// segment grades an action in a segment from the same predictions.
func (r *Report) segment(all Process, s string, seen, with []ticket, gs []guess, weeks float64, looks int, o Options) {
	p := all
	p.Segment, p.Decisions = s, 0
	for _, k := range with {
		if k.segment == s {
			p.Decisions++
		}
	}
	p.PerWeek = rate(p.Decisions, weeks)
	var own []guess
	for _, g := range gs {
		if seen[g.row].segment == s {
			own = append(own, g)
		}
	}
	texts, labels := columns(slices.DeleteFunc(slices.Clone(seen), func(k ticket) bool { return k.segment != s }), p.Action)
	r.add(p, own, texts, labels, looks, o)
}

// add grades a process by what was found of it.
func (r *Report) add(p Process, gs []guess, texts, labels []string, looks int, o Options) {
	rep := repeatsOf(texts, labels, o.Seed)
	p.Repeats = &rep
	if len(gs) > 0 {
		pr := predictionOf(gs, maxErrors[p.Action], looks)
		pr.Labels = len(distinct(labels, frequent(labels)))
		p.Prediction = &pr
	}
	p.grade()
	r.Processes = append(r.Processes, p)
}

func rate(n int, weeks float64) float64 {
	if weeks <= 0 {
		return 0
	}
	return float64(n) / weeks
}

func columns(ts []ticket, a models.Action) (texts, labels []string) {
	for _, k := range ts {
		texts, labels = append(texts, k.text), append(labels, k.labels[a])
	}
	return texts, labels
}

func segmentsOf(ts []ticket) []string {
	var out []string
	for _, k := range ts {
		if k.segment != "" {
			out = append(out, k.segment)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// newest gives as many tickets as a model is tried on: the newest, or a sample where it is not known when they came.
func newest(ts []ticket, o Options) []ticket {
	most := o.MaxRows
	if most <= 0 {
		read := 0
		for _, k := range ts {
			read += min(len(k.text), textRead)
		}
		most = min(max(usualRead*len(ts)/max(read, 1), fewRows), manyRows)
	}
	if len(ts) <= most {
		return ts
	}
	ts = slices.Clone(ts)
	if slices.ContainsFunc(ts, func(k ticket) bool { return !k.created.IsZero() }) {
		slices.SortStableFunc(ts, func(a, b ticket) int { return b.created.Compare(a.created) })
	} else {
		rand.New(rand.NewPCG(o.Seed, 13)).Shuffle(len(ts), func(i, j int) { ts[i], ts[j] = ts[j], ts[i] })
	}
	return ts[:most]
}

func which(dated bool) string {
	if dated {
		return "the newest"
	}
	return "a sample"
}
