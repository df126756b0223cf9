package assess

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"remit/models"
)

// desk writes an export of tickets: each has a topic in its words, and people decide by it, but for some noise.
type desk struct {
	n      int
	noise  float64                                       // share of decisions that are dealt out at random
	decide func(topic int, rng *rand.Rand) (prio string) // nil: by topic
}

var topics = []struct{ words, group, prio string }{
	{"cannot sign in password locked account reset login", "accounts", "High"},
	{"refund invoice charged twice billing payment card", "billing", "Medium"},
	{"export report csv slow dashboard chart columns", "reports", "Low"},
	{"outage down nobody can pay checkout broken everywhere", "oncall", "Critical"},
}

func (d desk) csv() string {
	rng := rand.New(rand.NewPCG(7, 7))
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"Ticket Subject", "Ticket Description", "Ticket Priority", "Queue", "Created", "First response at", "Resolved", "Reassignments", "Plan"})
	for i := range d.n {
		k := rng.IntN(len(topics))
		words := strings.Fields(topics[k].words)
		rng.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		seen := k
		if rng.Float64() < d.noise {
			seen = rng.IntN(len(topics))
		}
		prio := topics[seen].prio
		if d.decide != nil {
			prio = d.decide(k, rng)
		}
		created := today.AddDate(0, 0, -200).Add(minutes(i * 60))
		passed := rng.IntN(2)
		_ = w.Write([]string{
			strings.Join(words[:3], " "), strings.Join(words, " ") + fmt.Sprintf(" case %d", i), prio, topics[seen].group,
			created.Format("2006-01-02 15:04"), created.Add(minutes(30 + rng.IntN(60))).Format("2006-01-02 15:04"),
			created.Add(minutes(600 * (1 + passed))).Format("2006-01-02 15:04"), fmt.Sprint(passed), []string{"enterprise", "free"}[i%2],
		})
	}
	w.Flush()
	return b.String()
}

func of(t *testing.T, tickets, payments string) Report {
	t.Helper()
	r, err := try([]byte(tickets), []byte(payments))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func try(tickets, payments []byte) (Report, error) {
	var a, b *File
	if len(tickets) > 0 {
		a = &File{"tickets.csv", tickets}
	}
	if len(payments) > 0 {
		b = &File{"payments.csv", payments}
	}
	return Of(a, b, Options{Now: today, Seed: 1, MaxRows: 600})
}

func (r Report) process(t *testing.T, a models.Action, segment string) Process {
	t.Helper()
	for _, p := range r.Processes {
		if p.Action == a && p.Segment == segment {
			return p
		}
	}
	t.Fatalf("nothing is said of %s %q", a, segment)
	return Process{}
}

func TestWhatPeopleDecideByTheWordsIsReady(t *testing.T) {
	r := of(t, desk{n: 1200, noise: .02}.csv(), "")
	for _, a := range []models.Action{models.ActionPriority, models.ActionRoute} {
		for _, segment := range []string{"", "enterprise", "free"} {
			if p := r.process(t, a, segment); p.Ready != Ready || p.Prediction.Auto < .5 {
				t.Errorf("%s %q is %s, %.2f without asking: want it ready: %v", a, segment, p.Ready, p.Prediction.Auto, p.Why)
			}
		}
	}
	p := loads(t, r.Policy)
	d, ok := p.Delegation(models.ActionRoute)
	if !ok || d.Level != models.LevelAct {
		t.Errorf("the policy delegates route up to %s, want the ceiling act", d.Level)
	}
	queues := map[string]string{}
	for _, q := range p.TriageRules().Queues {
		queues[q.Name] = strings.Join(q.Words, " ")
	}
	if !strings.Contains(queues["billing"], "charged") {
		t.Errorf("the queues' words are %v, want charged to speak for billing", queues)
	}
}

func TestWhatIsReadyInASegmentOnlyIsSuggestedForIt(t *testing.T) {
	of := func(segment string, ready Readiness) Process {
		return Process{Domain: models.Triage, Action: models.ActionPriority, Segment: segment, Ready: ready}
	}
	plans := []Process{of("enterprise", Ready), of("free \"#\u2028\n", Ready), of("pro", Ask), of("", NotReady)}
	for name, c := range map[string]struct {
		r     Report
		level models.Level
		says  []string
	}{
		"two plans": {Report{Processes: plans, fact: "account.tier"}, models.LevelAct, []string{
			"segment: account.tier", `for "enterprise", "free \"#\u2028\n":`,
			`#   - {action: priority, segment: "enterprise", level: act,`,
		}},
		"where all of it would only ask": {Report{Processes: []Process{of("free", Ready), of("", Ask)}, fact: "ticket.channel"}, models.LevelAct, []string{
			"segment: ticket.channel", `for "free":`,
		}},
		"told apart by nothing that a policy knows": {Report{Processes: plans}, models.LevelAsk, []string{`ready in "enterprise", "free`}},
		"a segment that would ask":                  {Report{Processes: []Process{of("pro", Ask), of("", NotReady)}, fact: "account.tier"}, models.LevelAsk, []string{`for "pro"`}},
		"all of it, and its segments":               {Report{Processes: []Process{of("pro", Ready), of("", Ready)}, fact: "account.tier"}, models.LevelAct, []string{"it asks until evidence has earned more"}},
	} {
		text, err := suggest(c.r, today)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d, ok := loads(t, text).Delegation(models.ActionPriority); !ok || d.Level != c.level {
			t.Errorf("%s: the ceiling is %q, want %s", name, d.Level, c.level)
		}
		for _, want := range c.says {
			if !strings.Contains(text, want) {
				t.Errorf("%s: it does not say %q:\n%s", name, want, text)
			}
		}
	}
}

func TestRandomDecisionsAreNotReady(t *testing.T) {
	dealt := func(_ int, rng *rand.Rand) string { return topics[rng.IntN(4)].prio }
	for _, p := range of(t, desk{n: 1200, noise: 1, decide: dealt}.csv(), "").Processes {
		if p.Ready != NotReady {
			t.Errorf("%s is %s, want not ready: %v", p.name(), p.Ready, p.Why)
		}
	}
}

func TestPeopleWhoDifferOnTheSameCaseAreToldSo(t *testing.T) {
	var b strings.Builder
	b.WriteString("subject,description,priority\n")
	for i := range 600 {
		fmt.Fprintf(&b, "printer broken,the printer on floor %d is broken again,%s\n", i, []string{"high", "low"}[i%2])
	}
	p := of(t, b.String(), "").process(t, models.ActionPriority, "")
	if p.Ready != NotReady || p.Repeats.Pairs < telling || p.Repeats.Same > .7 {
		t.Errorf("got %s with %+v, want not ready since the same case is decided differently", p.Ready, p.Repeats)
	}
}

func TestFewDecisionsAreWatched(t *testing.T) {
	if p := of(t, desk{n: 200}.csv(), "").process(t, models.ActionRoute, ""); p.Ready != Observe {
		t.Errorf("200 decisions are %s, want observe", p.Ready)
	}
}

func TestInputsThatAreMissingAreWatched(t *testing.T) {
	rows, _ := csv.NewReader(strings.NewReader(desk{n: 900}.csv())).ReadAll()
	for i, row := range rows[1:] {
		if i%3 > 0 {
			row[1] = "" // only every third has a description
		}
	}
	var b bytes.Buffer
	_ = csv.NewWriter(&b).WriteAll(rows)
	r := of(t, b.String(), "")
	if p := r.process(t, models.ActionRoute, ""); p.Ready != Observe || !strings.Contains(strings.Join(p.Why, " "), "Only 33 % of the tickets have a text") {
		t.Errorf("without texts it is %s: %v", p.Ready, p.Why)
	}
	if got := r.Sources[0].Filled["text"]; got < .33 || got > .34 {
		t.Errorf("the text is said to be there in %.2f of the rows, want a third", got)
	}
}

func TestWhereTimeIsLost(t *testing.T) {
	var what []string
	for _, d := range of(t, desk{n: 400}.csv(), ledger(400, true)).Delays {
		what = append(what, d.What)
	}
	all := strings.Join(what, "\n")
	for _, want := range []string{"first answer", "its solution", "were passed on", "its approval", "the same, by ann"} {
		if !strings.Contains(all, want) {
			t.Errorf("nothing is said of the time %q; got:\n%s", want, all)
		}
	}
	if what[0] != "to the solution of tickets that were passed on" && what[0] != "from a ticket's arrival to its solution" {
		t.Errorf("the first is %q, want what takes the most hours", what[0])
	}
}

// ledger writes an export of payments: each vendor is paid a habitual number of days from its due day.
func ledger(n int, wide bool) string {
	rng := rand.New(rand.NewPCG(8, 8))
	var b strings.Builder
	b.WriteString("Supplier;Invoice No;Amount;Currency;Invoice date;Due date;Paid on;Terms;Approver;Requested at;Approved at\n")
	for i := range n {
		v := rng.IntN(8)
		issued := today.AddDate(0, 0, -700+i/2)
		due := issued.AddDate(0, 0, 30)
		terms := ""
		if v == 3 {
			terms = "2/10 net 30"
		}
		amount := fmt.Sprintf("%d.%03d,50", 1+v, 100+rng.IntN(900))
		fmt.Fprintf(&b, "Vendor %d;%d-%05d;%s;EUR;%s;%s;%s;%s;%s;%s;%s\n", v, 2024, i*7, amount, issued.Format("02.01.2006"), due.Format("02.01.2006"),
			due.AddDate(0, 0, v-4).Format("02.01.2006"), terms, []string{"ann", "bob"}[i%2], issued.Format("02.01.2006 15:04"), issued.Add(minutes(60*(1+i%50))).Format("02.01.2006 15:04"))
	}
	if wide { // the last bill comes once more
		fmt.Fprintf(&b, "Vendor 5;X-99117;12.345,67;EUR;%[1]s;%[2]s;%[1]s;;ann;;\nVendor 5;X-99117;12.345,67;EUR;%[1]s;%[2]s;%[2]s;;ann;;\n",
			today.AddDate(0, 0, -40).Format("02.01.2006"), today.AddDate(0, 0, -10).Format("02.01.2006"))
	}
	return b.String()
}

func TestPaymentsTellTheirHabitsAndSlips(t *testing.T) {
	r := of(t, "", ledger(800, true))
	days := r.process(t, models.ActionSchedule, "")
	if days.Prediction.Right < .95 || days.Prediction.Low <= 0 {
		t.Errorf("habitual pay days are foreseen in %.2f, gain from %.2f: want nearly all, and a gain", days.Prediction.Right, days.Prediction.Low)
	}
	if why := strings.Join(days.Why, " "); !strings.Contains(why, "discounts offered 0 were taken") || days.Ready != Ready {
		t.Errorf("lost discounts make it %s: %s", days.Ready, why)
	}
	holds := r.process(t, models.ActionHold, "")
	if holds.Alerts.Duplicates != 1 || holds.Alerts.Amount != (models.Money{Minor: 1234567, Currency: "EUR"}) {
		t.Errorf("got %+v, want the one bill that was paid twice, of 12,345.67 EUR", holds.Alerts)
	}
	habits := map[string]Habit{}
	for _, h := range days.Vendors {
		habits[h.Vendor] = h
	}
	if h := habits["Vendor 6"]; len(habits) != 8 || h.Days != 2 || h.Steady != 1 || h.Late != 1 {
		t.Errorf("the vendors' habits are %+v, want all eight, and Vendor 6 two days late", days.Vendors)
	}
	if p := loads(t, r.Policy); p.CashRules(today).Floor.Currency != "EUR" {
		t.Error("the suggested floor is not in the payments' currency")
	}
}

func TestExportsOfManyKindsAreRead(t *testing.T) {
	plain := desk{n: 40}.csv()
	utf := func(order func(u uint16) []byte, mark bool) []byte {
		var b []byte
		if mark {
			b = append(b, order(0xFEFF)...)
		}
		for _, u := range utf16.Encode([]rune(plain)) {
			b = append(b, order(u)...)
		}
		return b
	}
	little := func(u uint16) []byte { return []byte{byte(u), byte(u >> 8)} }
	big := func(u uint16) []byte { return []byte{byte(u >> 8), byte(u)} }
	retold := func(comma rune) []byte {
		rows, _ := csv.NewReader(strings.NewReader(plain)).ReadAll()
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.Comma = comma
		_ = w.WriteAll(rows)
		return b.Bytes()
	}
	cases := map[string]struct {
		data []byte
		says string // in the source, as it prints
	}{
		"with commas":                     {[]byte(plain), "comma UTF-8"},
		"with a byte order mark":          {append([]byte{0xEF, 0xBB, 0xBF}, plain...), "comma UTF-8"},
		"with semicolons":                 {retold(';'), "semicolon UTF-8"},
		"with tabs":                       {retold('\t'), "tab UTF-8"},
		"with bars":                       {retold('|'), "bar UTF-8"},
		"in UTF-16":                       {utf(little, true), "comma UTF-16 (little-endian), converted"},
		"in UTF-16 without a mark":        {utf(little, false), "comma UTF-16 (little-endian), converted"},
		"in UTF-16, the other way round":  {utf(big, true), "comma UTF-16 (big-endian), converted"},
		"in Latin-1":                      {[]byte(strings.ReplaceAll(plain, "password", "mot de passe oubli\xe9")), "comma Windows-1252, converted"},
		"with a title above the header":   {[]byte("Export of all tickets\n\n" + plain), "comma UTF-8"},
		"with a comma at each line's end": {[]byte(strings.ReplaceAll(plain, "\n", ",\n")), "comma UTF-8"},
		"with DOS line ends":              {[]byte(strings.ReplaceAll(plain, "\n", "\r\n")), "comma UTF-8"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r, err := try(c.data, nil)
			if err != nil {
				t.Fatal(err)
			}
			s := r.Sources[0]
			if got := s.Delimiter + " " + s.Encoding; got != c.says || s.Rows != 40 || s.Columns["priority"] != "Ticket Priority" {
				t.Errorf("read as %q, %d rows, priority from %q; want %q and 40 rows", got, s.Rows, s.Columns["priority"], c.says)
			}
		})
	}
}

func TestAFileThatWillNotDoSaysWhatWasFoundAndWhatIsNeeded(t *testing.T) {
	cases := map[string]struct {
		tickets, payments string
		says              []string
	}{
		"nothing at all":        {"", "", []string{"nothing to assess"}},
		"only spaces":           {" \n \n", "", []string{"tickets.csv is empty"}},
		"no text column":        {"id,priority\n1,high\n", "", []string{`the columns "id", "priority"`, "subject (such as subject, title, summary)", "comma"}},
		"no decision":           {"subject;body\na;b\n", "", []string{`"subject", "body"`, "semicolon", "priority (such as priority, severity, urgency)", "group"}},
		"payments as tickets":   {"", "subject,priority\na,b\n", []string{"vendor (such as vendor", "amount (such as amount"}},
		"a header and no rows":  {"subject,priority\n", "", []string{"no rows below its header"}},
		"a spreadsheet":         {"PK\x03\x04rest", "", []string{"a spreadsheet", "save it as CSV"}},
		"zero bytes":            {"subject,priority\na\x00b,high\n", "", []string{"zero bytes"}},
		"only ragged rows":      {"subject,priority\na\nb,c,d\n", "", []string{"no rows", "1 rows skipped from line 2 on: fewer cells", "1 rows skipped from line 3 on: more cells"}},
		"a quote never closed":  {"subject,priority\n\"a b" + strings.Repeat(",high\nc", 30) + ",low\n", "", []string{"no rows", "a quote that is never closed"}},
		"amounts that are none": {"", "vendor,amount,date\nA,lots,2026-01-02\nB,more,2026-01-03\n", []string{"2 rows skipped from line 2 on: an amount that cannot be read"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := try([]byte(c.tickets), []byte(c.payments))
			if models.KindOf(err) != models.Invalid {
				t.Fatalf("got %v, want Invalid", err)
			}
			for _, want := range c.says {
				if !strings.Contains(models.SentenceOf(err), want) {
					t.Errorf("got %q, want it to say %q", models.SentenceOf(err), want)
				}
			}
		})
	}
}

func TestRowsThatAreLeftOutAreCounted(t *testing.T) {
	r := of(t, "subject,priority,created\n"+strings.Repeat("a b c,high,2026-01-02\n", 3)+"x\n,low,2026-01-03\nq,r,s,t\ny\n", "")
	got := map[string]Skip{}
	for _, s := range r.Sources[0].Skipped {
		got[s.Why] = s
	}
	if s := got["fewer cells than the header has"]; s.Rows != 2 || s.First != 5 {
		t.Errorf("got %+v, want two short rows, the first in line 5", got)
	}
	if r.Sources[0].Rows != 3 || len(got) != 3 {
		t.Errorf("%d rows were used and %v skipped, want 3 used and three reasons", r.Sources[0].Rows, got)
	}
}

func TestAmountsAreReadAsTheColumnWritesThem(t *testing.T) {
	cases := map[string]struct {
		cells []string
		want  []int64
	}{
		"points":             {[]string{"1,234.50", "12.30", "7"}, []int64{123450, 1230, 700}},
		"commas":             {[]string{"1.234,50", "12,30", "7"}, []int64{123450, 1230, 700}},
		"thousands only":     {[]string{"1,234", "12,000"}, []int64{123400, 1200000}},
		"signs and brackets": {[]string{"£1,000.00", "(120.00)", "-5.00 USD"}, []int64{100000, -12000, -500}},
		"a spreadsheet's":    {[]string{"2.4699999999999998", "1000.0"}, []int64{247, 100000}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			tab := &table{columns: map[field]int{fAmount: 0}}
			for _, cell := range c.cells {
				tab.rows = append(tab.rows, row{cells: []string{cell}})
			}
			n := tab.numeralsOf(fAmount)
			for i, cell := range c.cells {
				if m, err := n.read(cell, "USD"); err != nil || m.Minor != c.want[i] {
					t.Errorf("%q is %d (%v), want %d", cell, m.Minor, err, c.want[i])
				}
			}
		})
	}
}

func TestADateIsReadAsItsColumnIs(t *testing.T) {
	for cells, want := range map[string]string{
		"13/04/2026 03/04/2026": "2026-04-03",
		"04/13/2026 03/04/2026": "2026-03-04",
		"30/Sep/21 03/Apr/26":   "2026-04-03",
		"13.04.2026 03.04.2026": "2026-04-03",
	} {
		parts := strings.Fields(cells)
		tab := &table{columns: map[field]int{fCreated: 0}}
		for _, c := range parts {
			tab.rows = append(tab.rows, row{cells: []string{c}})
		}
		if at, ok := tab.clockOf(fCreated).read(parts[1]); !ok || at.Format("2006-01-02") != want {
			t.Errorf("%q beside %q is %s, want %s", parts[1], parts[0], at.Format("2006-01-02"), want)
		}
	}
}

func FuzzExports(f *testing.F) {
	f.Add([]byte("subject,priority,created\nprinter broken,high,2026-01-02\n"), true)
	f.Add([]byte("Supplier;Amount;Due date;Paid on;Terms\nA;1.234,50;02.01.2026;03.01.2026;2/10 net 30\n"), false)
	f.Add([]byte("\xff\xfes\x00u\x00b\x00"), true)
	f.Add([]byte("a|b\n\"c|d\n"), false)
	f.Fuzz(func(t *testing.T, data []byte, tickets bool) {
		var a, b []byte = data, nil
		if !tickets {
			a, b = nil, data
		}
		r, err := try(a, b)
		switch {
		case err != nil && models.KindOf(err) == models.Internal:
			t.Fatalf("not a sentence: %v", err)
		case err == nil && (r.Policy == "" || r.WriteText(io.Discard) != nil):
			t.Fatal("a report that cannot be written")
		}
	})
}

func TestAnyBytesGiveAReportOrASentence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		header := rapid.SampledFrom([]string{"subject,priority,created\n", "vendor;amount;date;terms\n", "a|b\n", ""}).Draw(t, "header")
		data := append([]byte(header), rapid.SliceOfN(rapid.Byte(), 0, 400).Draw(t, "data")...)
		for _, side := range []int{0, 1} {
			files := [2][]byte{}
			files[side] = data
			r, err := try(files[0], files[1])
			switch {
			case err != nil && models.KindOf(err) == models.Internal:
				t.Fatalf("not a sentence: %v", err)
			case err == nil && r.Policy == "":
				t.Fatal("a report without a policy")
			}
		}
	})
}
