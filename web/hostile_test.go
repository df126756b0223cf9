package web

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"remit/models"
)

func TestHostileTextIsInert(t *testing.T) {
	evil := "<script>alert(1)</script><img src=x onerror=alert(2)> <!channel> <@U123> \u202egnp.exe מה קורה \"'`{{.}} 😡\x00\xff"
	evil = models.CleanText(evil) + strings.Repeat("🔥", 10_000)
	d := newDesk()
	facts, prio, route, reply := ticketScene()
	facts.Ticket.Subject, facts.Ticket.Text, facts.Ticket.Tags = evil, evil, []string{evil}
	facts.Ticket.URL = "javascript:alert(3)"
	facts.Account.Name = evil
	for _, dec := range []*models.Decision{&prio, &route, &reply} {
		dec.Title, dec.Note = evil, evil
		dec.Reasons = []models.Reason{{Code: "x", Text: evil, Weight: 1}}
	}
	reply.Value, route.Value, route.Before = evil, evil, evil
	route.Ruling.Approval.Note = evil
	d.put(facts, prio, route, reply)
	d.letters = []models.DeadLetter{{ID: "dl_1", Source: "s", Key: evil, Kind: evil, Subject: evil, Error: evil, Field: evil}}
	v := visit(t, d.options()).as("omar")
	for _, path := range []string{"/", "/decisions/" + prio.ID, "/decisions/" + reply.ID, "/log", "/log?q=" + url.QueryEscape(evil[:90]), "/dead"} {
		status, page, _ := v.get(path)
		if status != 200 {
			t.Errorf("GET %s: got %d, want 200", path, status)
		}
		wantLacks(t, page, "<script", "<img", "<!channel", "<@U", `href="javascript`, "\x00")
		if strings.Contains(page, "onerror") && !strings.Contains(page, "&lt;img src=x onerror") {
			t.Errorf("GET %s: the attribute is not part of an escaped text", path)
		}
	}
	_, page, _ := v.get("/")
	wantHas(t, page, "&lt;script&gt;alert(1)&lt;/script&gt;", `<h3 dir="auto">`)
	page = v.submit("/decisions/"+route.ID+"/answer", url.Values{
		"kind": {"override"}, "version": {strconv.Itoa(route.Version)}, "action": {"route"}, "value": {"<script>alert(4)</script>"}, "note": {evil[:100]},
	})
	wantLacks(t, page, "<script")
	wantHas(t, page, "Overridden. Queue: &lt;script&gt;")
}

func TestMrkdwn(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"marks":                            {"*bold* _it_ ~gone~ `a*b*`", "<strong>bold</strong> <em>it</em> <s>gone</s> <code>a*b*</code>"},
		"marks within marks":               {"*a _b_*", "<strong>a <em>b</em></strong>"},
		"sums are not bold":                {"2 * 3 * 4", "2 * 3 * 4"},
		"names are not italic":             {"bank_changed_within", "bank_changed_within"},
		"an open mark is text":             {"*open", "*open"},
		"Slack's escapes":                  {"a &amp; b &lt;c&gt;", "a &amp; b &lt;c&gt;"},
		"an escape that is not Slack's":    {"&quot;&#39;", "&amp;quot;&amp;#39;"},
		"HTML is text":                     {"<b onclick=x>hi</b>", "&lt;b onclick=x&gt;hi&lt;/b&gt;"},
		"a link":                           {"<https://a.example/?x=1&amp;y=\"|go>", `<a rel="noopener noreferrer" href="https://a.example/?x=1&amp;y=&#34;"><bdi>go</bdi></a>`},
		"a link that runs a script":        {"<javascript:alert(1)|go>", "&lt;javascript:alert(1)|go&gt;"},
		"a link to another host in hiding": {"<//evil.example|go>", "&lt;//evil.example|go&gt;"},
		"a person":                         {"<@U1|priya>", `<span class="mention">@priya</span>`},
		"everybody, who hear nothing":      {"<!channel>", `<span class="mention">@channel</span>`},
		"a group":                          {"<!subteam^S1|@leads>", `<span class="mention">@leads</span>`},
		"a time":                           {"<!date^1^{time}|12:00>", "<time>12:00</time>"},
		"lines and a quote":                {"a\n&gt; b\nc", `a<blockquote dir="auto">b</blockquote>c`},
		"a block of code":                  {"```x < y```", `<pre dir="auto">x &lt; y</pre>`},
		"a sign by its name":               {":warning: :nothing:", "⚠️ :nothing:"},
	} {
		if got := string(mrkdwn(c.in)); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func FuzzMrkdwn(f *testing.F) {
	for _, s := range []string{"*a* <b|c> `d`", "<!channel> ```x``` &gt; q", "*_*_~`<", ":x:*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := string(mrkdwn(s))
		for _, tag := range strings.Split(out, "<")[1:] {
			name, _, _ := strings.Cut(strings.TrimPrefix(tag, "/"), ">")
			word, _, _ := strings.Cut(name, " ")
			if !strings.Contains(" strong em s code pre br blockquote span a bdi time ", " "+word+" ") {
				t.Fatalf("%q became %q, with a <%s>", s, out, word)
			}
		}
	})
}

func TestBlocks(t *testing.T) {
	made, err := renderBlocks([]byte(`{"blocks":[
		{"type":"section","text":{"type":"mrkdwn","text":"hi"},"accessory":{"type":"overflow","options":[{"text":{"type":"plain_text","text":"Open"},"url":"https://a.example"}]}},
		{"type":"divider"},{"type":"image","image_url":"/charts/1.png","alt_text":"cash"},{"type":"image","image_url":"https://cdn.example/x.png","alt_text":"far"},
		{"type":"context","elements":[{"type":"image","image_url":"javascript:x","alt_text":"no"},{"type":"plain_text","text":":eyes: *as it is*"}]},
		{"type":"actions","elements":[{"type":"button","action_id":"approve","value":"dec_1@3","text":{"type":"plain_text","text":"Approve: hold"}},
			{"type":"button","action_id":"open","url":"https://b.example","text":{"type":"plain_text","text":"Ticket"}},{"type":"button","url":"javascript:x","text":{"type":"plain_text","text":"No"}}]},
		{"type":"rich_text","elements":{"not":"a list"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	html := string(made.HTML)
	wantHas(t, html, `<div class="text" dir="auto">hi</div><hr><img class="picture" src="/charts/1.png" alt="cash">`,
		`href="https://cdn.example/x.png"`, `👀 *as it is*`)
	wantLacks(t, html, "javascript", "button")
	if len(made.Links) != 2 || made.Links[0].Label != "Open" || made.Links[1].URL != "https://b.example" {
		t.Errorf("links: got %+v, want Open and Ticket", made.Links)
	}
	if got := made.label("approve", "dec_1", "Approve"); got != "Approve: hold" {
		t.Errorf("label: got %q, want the card's own", got)
	}
	made.labels = map[string]string{"approve dec_1:3,dec_2:4": "Approve all"}
	if got := made.label("approve", "dec_1", "Approve: P1"); got != "Approve: P1" {
		t.Errorf("label of a button about two: got %q, want the page's own", got)
	}
	if _, err := renderBlocks([]byte(`"no"`)); err == nil {
		t.Error("what is no card rendered; want an error")
	}
}
