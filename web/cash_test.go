package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"remit/decision"
	"remit/models"
)

// till is a treasurer with one pool: a payment to be moved, one that a person has agreed to, one that nobody confirmed.
type till struct {
	*desk
	planned []models.PlannedItem
	tried   decision.WhatIf
	loose   []models.Transaction
	settled [][2]string
	cash    *models.Cash // in place of the scene's
	asks    []models.Decision
}

const acme = "cash:acme:USD"

func (t *till) Pools(context.Context) ([]string, error) {
	return []string{acme, "cash:acme-de:EUR"}, nil
}

func (t *till) Outlook(_ context.Context, pool string, w decision.WhatIf) (decision.Outlook, error) {
	if pool != acme {
		return decision.Outlook{}, models.Errorf(models.NotFound, "There is no cash pool %q.", pool)
	}
	_, pay := t.paying()
	facts, _, _ := scheduleFacts(t.desk)
	late := *facts.Payable
	late.ID, late.VendorName, late.PayOn = "payable:erp:late", "Lost & Found Ltd", "2026-11-20"
	agreed := *facts.Payable
	agreed.ID, agreed.VendorName = "payable:erp:agreed", "<b>Agreed</b>"
	o := decision.Outlook{
		Pool: acme, Cash: outlook(), Cost: usd(-96_400), Bound: usd(-100_000), Planned: t.planned, Unconfirmed: []models.Payable{late},
		Lines: []decision.OutlookLine{
			{Payable: *facts.Payable, On: models.Day(pay.Value), Decision: &pay},
			{Payable: agreed, On: agreed.PayOn, Frozen: true},
		},
	}
	o.Unmatched, o.Asks = t.loose, t.asks
	if t.cash != nil {
		o.Cash = *t.cash
	}
	if w.Day == "2026-12-05" {
		return o, models.FieldErrorf("day", "banks do not pay on Sat 5 Dec; the next bank day is Mon 7 Dec")
	}
	if t.tried = w; w.Any() {
		cash := outlook()
		cash.Low, cash.Breach = usd(14_000_000), .21
		o.If = &decision.Tried{WhatIf: w, Cash: cash, Cost: usd(96_400)}
	}
	return o, nil
}

func (t *till) Together(_ context.Context, pools []string) (models.Cash, error) {
	c := outlook()
	c.Balance = usd(int64(len(pools)) * 99_900)
	return c, nil
}

// paying gives the scene's pay day, as asked.
func (t *till) paying() (int, models.Decision) {
	for i, d := range t.decisions {
		if d.Action == models.ActionSchedule {
			d.State = models.Asked
			t.decisions[i] = d
			return i, d
		}
	}
	panic("the scene has no pay day")
}

func scheduleFacts(*desk) (models.Facts, models.Decision, bool) {
	f, d := scheduleScene()
	return f, d, true
}

func outlook() models.Cash {
	c := models.Cash{
		Pool: acme, Floor: usd(15_000_000), Balance: usd(30_000_000), Low: usd(21_200_000), LowOn: "2026-12-09", Agreed: .05, Breach: .01,
		Before: usd(18_000_000), BeforeOn: "2026-12-05", Covered: .82, Tried: 6,
	}
	for i := range 30 {
		mid := int64(30_000_000 - 300_000*min(i, 14))
		c.Days = append(c.Days, models.CashDay{Day: models.Day("2026-12-03").Add(i), Mid: mid, Low: mid - 1000, Before: mid, Bands: &models.Bands{mid - 3, mid - 2, mid - 1, mid + 1, mid + 2, mid + 3}})
	}
	return c
}

func (t *till) Plan(_ context.Context, item models.PlannedItem, by models.Person) (models.PlannedItem, error) {
	if err := item.Check(); err != nil {
		return item, err
	}
	item.ID, item.By, item.Origin = "pln_1", by.ID, models.OriginPerson
	t.planned = append(t.planned, item)
	return item, nil
}

func (t *till) Unplan(context.Context, models.PlannedItem, models.Person) error {
	t.planned = nil
	return nil
}

func (t *till) Settle(_ context.Context, id, item string, _ models.Person) error {
	if item == "payable:erp:late" {
		return models.Errorf(models.Conflict, "This is matched by now.")
	}
	t.settled = append(t.settled, [2]string{id, item})
	return nil
}

func visitTill(t *testing.T) (*till, *visitor) {
	t.Helper()
	d := &till{desk: scene()}
	o := d.options()
	o.Pools, o.Treasurer = d, d
	return d, visit(t, o).as("priya")
}

func TestTheCashPageShowsThePlanAndWhatWaits(t *testing.T) {
	_, v := visitTill(t)
	status, page, _ := v.get("/cash")
	if status != http.StatusOK {
		t.Fatalf("got %d\n%s", status, page)
	}
	wantHas(t, page,
		`src="/cash/fan.svg?pool=cash%3Aacme%3AUSD"`, "Lowest cash 212k USD on Wed 9 Dec at 5 %, floor 150k USD", // the picture, and what it shows in words
		"82 % of 6 past months", "acme-de, EUR", "Pay run", "1 payment waits", "Set, but never confirmed", "Lost &amp; Found Ltd", "&lt;b&gt;Agreed&lt;/b&gt;", "agreed",
		"the days as planned save 964.00 USD; no others are better by more than 36.00 USD", "Nothing is entered")
	wantLacks(t, page, "<b>Agreed</b>", "short of the floor")
}

func TestTheFanIsAPictureWithItsOwnStyle(t *testing.T) {
	_, v := visitTill(t)
	status, svg, header := v.get("/cash/fan.svg?pool=" + acme)
	if status != http.StatusOK || header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(svg, "<svg") {
		t.Errorf("got %d %s", status, header.Get("Content-Type"))
	}
	if csp := header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") {
		t.Errorf("its policy is %q", csp)
	}
	if status, _, _ := v.get("/cash/fan.svg?pool=nowhere"); status != http.StatusNotFound {
		t.Errorf("of a pool that is none: %d", status)
	}
}

func TestWhatIfSaysTheCostAndChangesNothing(t *testing.T) {
	d, v := visitTill(t)
	q := url.Values{"pool": {acme}, "floor": {"200,000"}, "item": {"payable:erp:agreed"}, "day": {"2026-12-09"}}
	_, page, _ := v.get("/cash?" + q.Encode())
	wantHas(t, page, "Paying on Wed 9 Dec: lowest cash 140,000.00 USD on Wed 9 Dec, 21% likely to fall below 150,000.00 USD. It costs 964.00 USD.", `value="200,000"`, "Back to the plan")
	if d.tried != (decision.WhatIf{Floor: usd(20_000_000), Item: "payable:erp:agreed", Day: "2026-12-09"}) {
		t.Errorf("tried %+v", d.tried)
	}
	for tries, says := range map[string]string{
		"day=2026-12-05&item=x": "banks do not pay on Sat 5 Dec", "floor=much": "is not an amount",
	} {
		status, page, _ := v.get("/cash?pool=" + acme + "&" + tries)
		if status != http.StatusOK {
			t.Errorf("%s: got %d", tries, status)
		}
		wantHas(t, page, says, "Pay run")
	}
}

func TestTheCashPageAloneRunsOurOwnScript(t *testing.T) {
	_, v := visitTill(t)
	_, page, header := v.get("/cash")
	csp := header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "connect-src 'self'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("its policy is %q, want %q in it", csp, want)
		}
	}
	if strings.Contains(csp, "unsafe") || strings.Count(page, "<script") != 1 {
		t.Errorf("more than one file of ours may run: %q", csp)
	}
	wantLacks(t, page, " style=", " onclick", "javascript:")
	for _, other := range []string{"/", "/log", "/cash?pool=all", "/cash/fan.svg?pool=" + acme} {
		_, page, header := v.get(other)
		if csp := header.Get("Content-Security-Policy"); strings.Contains(csp, "script-src") || strings.Contains(page, "<script") {
			t.Errorf("%s may run scripts: %q", other, csp)
		}
	}
	path := regexp.MustCompile(`/static/cash\.[0-9a-f]{8}\.js`).FindString(page)
	status, script, header := v.get(path)
	if status != http.StatusOK || !strings.HasPrefix(header.Get("Content-Type"), "text/javascript") || !strings.Contains(header.Get("Cache-Control"), "immutable") || !strings.Contains(script, "pointermove") {
		t.Errorf("%s: got %d, %v", path, status, header)
	}
	if tag := header.Get("ETag"); len(tag) < 10 || !strings.Contains(path, strings.Trim(tag, `"`)) {
		t.Errorf("its tag is %q", tag)
	}
}

func TestTheTimelineHasEachPaymentOnItsDay(t *testing.T) {
	d, v := visitTill(t)
	_, pay := d.paying()
	_, page, _ := v.get("/cash")
	wantHas(t, page, `data-first="2026-12-03"`, `data-days="30"`, `data-item="payable:erp:agreed"`, `class="mark agreed"`,
		`data-day="`+fmt.Sprint(models.Day(pay.Value).Sub("2026-12-03"))+`"`, `data-answer="/decisions/`+pay.ID+`"`, `max="300000"`)
	wantHas(t, page, `id="timeline-how" hidden`, `id="floor-slide"`) // what only works with the script is not shown without
}

func TestATryIsReckonedByTheServer(t *testing.T) {
	d, v := visitTill(t)
	status, body, header := v.get("/cash/try?pool=" + acme + "&item=payable:erp:agreed&day=2026-12-09&floor=")
	var got triedJSON
	if err := json.Unmarshal([]byte(body), &got); err != nil || status != http.StatusOK || strings.Contains(header.Get("Content-Security-Policy"), "script-src") {
		t.Fatalf("got %d %s, %v", status, body, err)
	}
	if got.Says != "Paying on Wed 9 Dec: lowest cash 140,000.00 USD on Wed 9 Dec, 21% likely to fall below 150,000.00 USD. It costs 964.00 USD." || !got.Bad ||
		got.Figures["breach"] != "21%" || got.Figures["low"] != "140,000.00 USD on Wed 9 Dec" || !(got.Left > 0 && got.Left < .2 && got.Right > .9) ||
		!strings.Contains(got.Fan, "day=2026-12-09") {
		t.Errorf("got %+v", got)
	}
	if d.tried.Item != "payable:erp:agreed" {
		t.Errorf("tried %+v", d.tried)
	}
	for tries, want := range map[string]struct {
		status int
		says   string
	}{
		"pool=" + acme:                            {http.StatusOK, `"says":""`},
		"pool=" + acme + "&floor=much":            {http.StatusBadRequest, "is not an amount"},
		"pool=" + acme + "&item=x&day=2026-12-05": {http.StatusBadRequest, "banks do not pay on Sat 5 Dec"},
		"pool=nowhere":                            {http.StatusNotFound, "no cash pool"},
	} {
		if status, body, _ := v.get("/cash/try?" + tries); status != want.status || !strings.Contains(body, want.says) {
			t.Errorf("%s: got %d %s, want %d and %q", tries, status, body, want.status, want.says)
		}
	}
}

func TestADayThatWasTriedIsInTheFormThatAnswers(t *testing.T) {
	d, v := visitTill(t)
	_, pay := d.paying()
	_, page, _ := v.get("/decisions/" + pay.ID + "?day=2026-12-08")
	wantHas(t, page, `id="answer" open`, `name="value" value="2026-12-08"`)
	_, page, _ = v.get("/decisions/" + pay.ID + "?day=%22onload")
	wantLacks(t, page, `id="answer" open`, "onload")
}

func TestThePayRunApprovesWhatIsTickedAtTheVersionThatWasSeen(t *testing.T) {
	d, v := visitTill(t)
	i, pay := d.paying()
	run := func(ticked ...string) string {
		v.post("/cash/run", url.Values{"csrf": {v.csrf()}, "back": {"/cash"}, "decision": ticked})
		_, page, _ := v.get("/cash")
		return page
	}
	wantHas(t, run(), "tick those that you approve")
	wantHas(t, run(fmt.Sprintf("%s@%d", pay.ID, pay.Version+1)), "0 approved. Not approved:")
	wantHas(t, run("nonsense"), "a payment that the form does not name")
	if got := d.decisions[i]; len(got.Answers) != 0 {
		t.Fatalf("answered by %v", got.Answers)
	}
	wantHas(t, run(fmt.Sprintf("%s@%d", pay.ID, pay.Version)), "1 approved. Their days stand from now on.")
	if got := d.decisions[i]; len(got.Answers) != 1 || got.Answers[0].Bulk {
		t.Errorf("answered by %+v: one answer alone is none in bulk", got.Answers)
	}
}

func TestCashIsPlannedAndTakenBackInTheConsole(t *testing.T) {
	d, v := visitTill(t)
	form := url.Values{"csrf": {v.csrf()}, "back": {"/cash"}, "pool": {acme}, "what": {"rent"}, "amount": {"5,000"}, "way": {"out"}, "on": {"2026-12-31"}, "every": {"monthly"}}
	v.post("/cash/plan", form)
	if len(d.planned) != 1 || d.planned[0].Amount != usd(-500_000) || d.planned[0].By != "priya" || d.planned[0].Every != models.Monthly {
		t.Fatalf("planned %+v", d.planned)
	}
	_, page, _ := v.get("/cash")
	wantHas(t, page, "It is planned.", "-5,000.00 USD", "Thu 31 Dec", "monthly")
	form.Set("amount", "much")
	v.post("/cash/plan", form)
	_, page, _ = v.get("/cash")
	wantHas(t, page, "is not an amount")
	v.post("/cash/plan/pln_1/remove", url.Values{"csrf": {v.csrf()}, "back": {"/cash"}, "pool": {acme}})
	if len(d.planned) != 0 {
		t.Error("it is planned still")
	}
	v.post("/cash/plan/pln_9/remove", url.Values{"csrf": {v.csrf()}, "back": {"/cash"}, "pool": {acme}})
	_, page, _ = v.get("/cash")
	wantHas(t, page, "This is not planned any more.")
}

func TestWhatIsNotMatchedIsShownAndAPersonSaysWhatItWasFor(t *testing.T) {
	d, v := visitTill(t)
	_, page, _ := v.get("/cash")
	wantLacks(t, page, "Not matched")
	d.loose = []models.Transaction{
		{ID: "transaction:bank:1", Account: "giro", Amount: usd(-500), BookedOn: "2026-12-02", Party: "<i>Lost</i> & Found", Text: "<script>A-1</script>", Named: true, Why: "it could be for A-1 of Acme or for A-2 of Acme"},
		{ID: "transaction:bank:2", Account: "giro", Amount: usd(-99_999_999), BookedOn: "2026-12-02", Text: "card fee", Why: "it names no invoice that is known"},
	}
	_, page, _ = v.get("/cash")
	wantHas(t, page, "Not matched", "it could be for A-1 of Acme or for A-2 of Acme", "&lt;script&gt;A-1", "&lt;i&gt;Lost&lt;/i&gt; &amp; Found", "1 that name no invoice", "card fee", `<option value="payable:erp:agreed">`)
	wantLacks(t, page, "<script>A-1", "<i>Lost")
	_, rest, _ := strings.Cut(page, "card fee")
	if before, _, _ := strings.Cut(rest, "</li>"); strings.Contains(before, "payable:erp:agreed") {
		t.Error("an invoice is offered that is smaller than what was booked")
	}
	say := func(item string) string {
		v.post("/cash/booked/transaction:bank:1", url.Values{"csrf": {v.csrf()}, "back": {"/cash"}, "item": {item}})
		_, page, _ := v.get("/cash")
		return page
	}
	wantHas(t, say("payable:erp:agreed"), "Noted.")
	wantHas(t, say("none"), "Noted.")
	wantHas(t, say(""), "choose which invoice it was for")
	wantHas(t, say("payable:erp:late"), "This is matched by now.")
	if want := [][2]string{{"transaction:bank:1", "payable:erp:agreed"}, {"transaction:bank:1", ""}}; !slices.Equal(d.settled, want) {
		t.Errorf("settled %v, want %v", d.settled, want)
	}
}

func TestAllPoolsAreSeenInOneCurrency(t *testing.T) {
	_, v := visitTill(t)
	_, page, _ := v.get("/cash?pool=all")
	wantHas(t, page, "1,998.00 USD", `src="/cash/fan.svg?pool=all"`, "as if all went badly together")
	wantLacks(t, page, "Pay run", "What if")
	if status, svg, _ := v.get("/cash/fan.svg?pool=all"); status != http.StatusOK || !strings.Contains(svg, "<svg") {
		t.Errorf("the picture: %d", status)
	}
}

func TestTheCashPageLeadsToWhatIsAskedOfTheFloorAndSaysNothingOfAsksThatAreNotThere(t *testing.T) {
	d, v := visitTill(t)
	short := outlook()
	short.Low, short.LowOn, short.ShortOn = usd(14_000_000), "2026-12-11", "2026-12-09"
	unknown := models.Cash{Pool: acme, Unknown: "the balance is 30 hours old"}
	for name, c := range map[string]struct {
		cash models.Cash
		says string
	}{
		"a shortage":             {short, "short of the floor of 150,000.00 USD on Fri 11 Dec, and is first below it on Wed 9 Dec"},
		"cash that is not known": {unknown, "the balance is 30 hours old"},
	} {
		t.Run(name, func(t *testing.T) {
			d.cash, d.asks = &c.cash, nil
			_, page, _ := v.get("/cash")
			wantHas(t, page, c.says)
			if strings.Contains(page, "is asked") {
				t.Error("says that something is asked, and nothing is")
			}
			d.asks = []models.Decision{{ID: "dec_1", Title: "<b>acme"}}
			_, page, _ = v.get("/cash")
			wantHas(t, page, `What to do is asked: <a href="/decisions/dec_1">&lt;b&gt;acme</a>.`)
		})
	}
}

func TestCashOverTheAPI(t *testing.T) {
	d := &till{desk: scene()}
	o := d.options()
	o.Pools, o.Treasurer = d, d
	priya := newAPIClient(t, visit(t, o), "token-priya")
	for _, step := range []struct {
		name, method, path, body string
		status                   int
		says                     string
	}{
		{"the pools", "GET", "/v1/cash", "", 200, `"pools":["cash:acme:USD","cash:acme-de:EUR"]`},
		{"a pool with its payments", "GET", "/v1/cash/" + acme, "", 200, `"agreed":true`},
		{"a change tried", "GET", "/v1/cash/" + acme + "?floor=200000", "", 200, `"what_if":{`},
		{"a change that cannot be", "GET", "/v1/cash/" + acme + "?floor=much", "", 400, `"field":"floor"`},
		{"a pool that is none", "GET", "/v1/cash/cash:x:USD", "", 404, `"kind":"not_found"`},
		{"an amount planned", "POST", "/v1/cash/" + acme + "/planned", `{"what":"rent","amount":"-5000 USD","on":"2026-12-31","every":"monthly"}`, 200, `"id":"pln_1"`},
		{"a day that is none", "POST", "/v1/cash/" + acme + "/planned", `{"what":"rent","amount":"-5000 USD","on":"soon"}`, 400, `"field":"on"`},
		{"an amount without a currency", "POST", "/v1/cash/" + acme + "/planned", `{"what":"rent","amount":"5","on":"2026-12-31"}`, 400, `"kind":"invalid"`},
		{"taken back", "DELETE", "/v1/cash/" + acme + "/planned/pln_1", "", 204, ""},
		{"an entry matched", "POST", "/v1/cash/" + acme + "/booked/transaction:bank:1", `{"item":"payable:erp:agreed"}`, 204, ""},
		{"an entry without an invoice", "POST", "/v1/cash/" + acme + "/booked/transaction:bank:1", `{}`, 400, `"field":"item"`},
		{"taken back twice", "DELETE", "/v1/cash/" + acme + "/planned/pln_1", "", 404, "not planned any more"},
	} {
		status, out := priya.call(step.method, step.path, step.body)
		text, _ := json.Marshal(out)
		if status != step.status || !strings.Contains(string(text), step.says) {
			t.Errorf("%s: got %d %s, want %d and %q", step.name, status, text, step.status, step.says)
		}
	}
}
