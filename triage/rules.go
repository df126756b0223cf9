package triage

// Points become a priority at these scores. A ticket of which nothing is known starts at baseScore, in the middle of P3.
const (
	baseScore = 2.75
	p1Score   = 7.0
	p2Score   = 4.25
	p3Score   = 1.5
)

// rule is something that a text may say which bears on how soon it must be seen to.
type rule struct {
	name    string
	family  string  // of a family the heaviest counts in full, the others a quarter: they say the same thing
	weight  float64 // points for one phrase; each further one adds a quarter, up to half as much again
	signal  bool    // is told to guardrails by its name
	tag     string  // is worth a tag of this name
	weak    bool    // shifts the scales and is no evidence for another priority by itself
	opens   bool    // counts only near the beginning of a sentence
	says    string  // the reason, before the words that gave it
	phrases string  // see compile
}

// rules is all that the judge knows of what texts say. The names are stable: guardrails and counts go by them.
var rules = [...]rule{
	{
		name: "safety", family: "severity", weight: 7, signal: true, tag: "safety", says: "Somebody may come to harm",
		phrases: `suicide; kill myself; self harm; caught fire; on fire; electric shock; smoke coming; burning smell; got/was injured;
			injured; life threatening; hospital; overheated; exploded; allergic reaction`,
	},
	{
		name: "security", family: "", weight: 6.25, signal: true, tag: "security", says: "Speaks of a security matter",
		phrases: `hacked; got hacked; hacker/hackers; hacking; data/security breach; breached; unauthorised/unauthorized;
			phishing; compromised; vulnerability/vulnerabilities; ransomware; malware; virus; fraud/fraudulent/fraudster; scam/scammed/scammer;
			identity theft; card/phone/wallet/laptop/account/identity/credentials/data stolen/lost+or+stolen; stolen card/phone/wallet/laptop/account/credentials/password/passwords;
			stole card/phone/wallet/money/data; somebody/someone stole;
			someone/somebody else logged/accessed/used/using/has; someone/somebody logged/accessed/used/using/changed my;
			account taken over; account takeover; leaked/exposed; data leak; passwords/password/credentials/keys/secrets leaked/exposed/stolen; suspicious login/activity/transaction/transactions/charge/charges;
			don't/didn't recognise/recognize it/transaction/transactions/charge/charges/payment/payments/withdrawal/purchase/login/transfer;
			i didn't make/authorise/authorize/initiate; didn't authorise/authorize; never made/authorised/authorized; don't recall/remember making/initiating/doing/buying; someone/somebody has my; not me; wasn't me; lost card/wallet; lost phone; card lost; see other customers/companies/users;
			other customers/customer's/companies/company's data; cve; exploit/exploited; sql injection; xss`,
	},
	{
		name: "outage", family: "severity", weight: 6, signal: true, tag: "outage", says: "Says the service is down",
		phrases: `outage; outages; site/website/service/system/systems/server/servers/app/api/platform/portal/dashboard/production/prod/network/database/checkout/everything/it down;
			went/gone/go/goes down; down for everyone/all/us/everybody; everyone down; nothing works; nothing working; nothing loads; service unavailable; system unavailable;
			nobody/none/noone can log/log+in/login/sign/sign+in/access/work/connect/use/pay/order; no one can log/log+in/login/sign/sign+in/access/work/connect/use/pay/order; nobody able to log/log+in/access/work/sign/sign+in;
			everyone/everybody locked out; everyone/everybody can't; users/customers/staff can't; none of us/users/staff/customers; whole/entire site/system/platform/team/company/office down/offline/stopped; 
			production broken/stopped/offline; offline; site/website/server/service crashed; 503; 502; 500 error/errors everywhere; business at standstill; standstill`,
	},
	{
		name: "dataloss", family: "severity", weight: 4, signal: true, tag: "data-loss", says: "Data seems to be lost",
		phrases: `data/files/records/documents/orders/messages/history gone/lost/missing/disappeared/deleted/vanished/wiped/corrupted; lost data/files/records/work/everything/documents;
			data loss; deleted everything; everything deleted/gone; corrupted; wiped`,
	},
	{
		name: "blocked", family: "severity", weight: 2.25, signal: true, says: "Cannot go on",
		phrases: `can't log/log+in/login/sign/sign+in/access/work/pay/continue/proceed/withdraw; locked out; blocked; stuck; account suspended/disabled/locked/frozen/blocked;
			can't do anything; can't even; unusable; card/payment/account rejected/blocked; login failed/fails/failing; blocker; cash/card stuck`,
	},
	{
		name: "broken", family: "severity", weight: 1.25, signal: true, says: "Something does not work",
		phrases: `can't use/open/connect/send/submit/complete/reset/download/upload/save/load/install/update; don't/doesn't work; didn't work; isn't/aren't/not working; stopped working; won't load/open/start/turn/work/connect/let;
			broken; dead; doesn't load/open/start/respond; doesn't let; declined; payment/transfer/sync/order failed/fails/failing; failed; failing; fails; crash/crashes/crashing/crashed`,
	},
	{
		name: "degraded", family: "severity", weight: 0.6, weak: true, says: "Something is not as it should be",
		phrases: `can't; couldn't; won't; slow; slowly; sluggish; lag/laggy/lagging; intermittent/intermittently; error/errors; bug/bugs/buggy;
			timeout/timeouts; times/timed/timing out; glitch/glitches; freezes/freezing; wrong; incorrect; problem/problems; issue/issues; trouble; missing; disappeared`,
	},
	{
		name: "money", family: "money", weight: 2, signal: true, tag: "billing", says: "Money is at risk",
		phrases: `charged twice/again/wrong/incorrectly; charged us twice/again; showing/shows/appears/appearing/listed/there more+than+once/twice; wasn't/weren't given/paid amount/cash/money; double charged/charge/payment; duplicate charge/charges/payment; overcharged; charged me twice/again; billed twice/again; wrong/incorrect amount/charge;
			charged too much; extra charge/fee; losing money/sales/customers/revenue/business/orders/clients; lost money/sales/revenue; money missing/gone/disappeared; money hasn't arrived;
			payment/transfer/deposit/refund/money/payroll hasn't arrived/come; payment/transfer/deposit/refund missing; haven't/didn't/never received/receive/got/get payment/money/refund/transfer/deposit/payout/salary/cash;
			took money; money taken; costing us/me; payroll; payout failed/missing/late; wrong account; atm/machine swallowed/kept/ate`,
	},
	{
		name: "refund", family: "money", weight: 0.5, weak: true, signal: true, tag: "refund", says: "Wants money back",
		phrases: `refund/refunds/refunded; reimburse/reimbursement; money back; chargeback; want money back; give back money`,
	},
	{
		name: "legal", family: "", weight: 2.5, signal: true, tag: "legal", says: "Speaks of legal steps or duties",
		phrases: `lawyer/lawyers; attorney; solicitor; legal action/steps/department/proceedings/team/counsel; sue/suing; lawsuit; take to court; in court; small claims; court order; subpoena;
			gdpr; ccpa; data protection; right to erasure/access; data subject request; regulator/regulators; ombudsman; trading standards; consumer protection; breach of contract; better business bureau; police; report you`,
	},
	{
		name: "many", family: "", weight: 1.5, signal: true, says: "Many people are affected",
		phrases: `everyone/everybody; all users/customers/staff/employees/clients; all of our/us; whole team/company/office/department; entire team/company/office/department/organisation/organization; company wide; companywide; thousands/hundreds of; all locations/sites/stores; multiple users/customers`,
	},
	{
		name: "urgent", family: "time", weight: 1.25, says: "Calls it urgent",
		phrases: `urgent/urgently; asap; as soon as possible; immediately; immediate attention/help/assistance/action; emergency; critical; need/help/fix/fixed right now; right away; straight away; time sensitive; need now; high priority; top priority; sev1; sev 1; severity 1; blocker; showstopper; 🚨; 🆘`,
	},
	{
		name: "waiting", family: "", weight: 1, signal: true, says: "Has waited or asked before",
		phrases: `still waiting; no reply/response/answer; nobody replied/responded/answered/answers/replies/responds; no one replied/responded/answered/answers; second/third/fourth/fifth/tenth time; haven't heard; never heard back; waiting for days/weeks/months/hours; waited days/weeks/hours/months/over;
			for days/weeks/months; days/weeks/months ago; over a week/month; over week/month; keep asking; asked several/many/multiple; again and again; following up; chasing; any update/updates; emailed/called/contacted/wrote several/many/multiple/twice/three; already emailed/called/contacted/told/explained`,
	},
	{
		name: "leaving", family: "", weight: 1.25, signal: true, tag: "churn-risk", says: "Talks of leaving",
		phrases: `cancel subscription/account/contract/plan/membership/service/everything; cancelling subscription/account/contract/plan; close account; closing account; switch/switching/move/moving to competitor/another/other/different;
			competitor/competitors; leaving you; take business elsewhere; go elsewhere; terminate contract; end contract; won't renew; not renewing; last chance; delete account`,
	},
	{
		name: "norush", family: "time", weight: -3, says: "Says there is no rush",
		phrases: `no rush/hurry; not urgent; isn't urgent; not in a/any rush/hurry; not a priority; low priority; whenever you can/have/get; when you have time/minute/moment; when you get chance/time; take your time; take your own time; not critical; not important; no need to hurry; minor; cosmetic; typo; nit`,
	},
	{
		name: "wish", family: "calm", weight: -2, says: "Is a wish for later",
		phrases: `feature request/requests; would be nice/great/good/helpful/cool; would love; suggestion/suggestions; suggest; small/one/little wish; please add; wish there was; wish you; have you considered; any plans; roadmap; enhancement; improvement/improve; it would help`,
	},
	{
		name: "question", family: "calm", weight: -2.25, weak: true, opens: true, says: "Asks a question",
		phrases: `how do i; how do you; how do we; how can i; how can we; how to; how long; how much; how many; how does; where can i; where do i; where is; where are; is it possible; what is; what are; what's; what does; what do i; can you tell; could you tell; can you explain; do you offer/support/have/accept/provide; are you able; wondering; curious;
			can i; may i; could i; should i; do i need; is there a/any/way; are there; what kind/type/currencies; when will; i'd like to know; i want to know; like to know`,
	},
	{
		name: "resolved", family: "calm", weight: -3.5, signal: true, says: "Says it is settled",
		phrases: `works now/again; working now/again; works fine now/again; working fine now/again; found my card/phone/wallet; found card/phone/wallet; found it today/yesterday; fixed now; problem solved/fixed/resolved; issue solved/fixed/resolved; solved; resolved; all good; never mind; nevermind; no longer an issue; can close; please close ticket; close ticket; sorted; false alarm; back up; figured it out; thanks for help; thank you for help`,
	},
	{
		name: "request", weight: 0, says: "Asks for something",
		phrases: `could you; can you; would you; will you; please; i want; i need; i'd like; i would like; we want; we need; we'd like; we would like; also; additionally; furthermore; another question/thing; besides; one more thing`,
	},
	{
		name: "attached", weight: 0, says: "Comes with attachments",
		phrases: `attached/attachment/attachments/attaching; screenshot/screenshots; screen shot; enclosed; log/video file/files; see the file; recording; spreadsheet; 📎`,
	},
	{
		name: "asks_priority", family: "", weight: 0, signal: true, says: "Asks for a priority",
		phrases: `set/change/raise/increase/assign/make priority; priority p1/p2/1/one; mark as p1/p2/urgent/high; classify as p1/p2/urgent; p1`,
	},
	{
		name: "injection", family: "", weight: 0, signal: true, tag: "prompt-injection", says: "Speaks to a language model",
		phrases: `ignore/disregard/forget/override previous/prior/above/earlier/all/every/any/your/the/system instructions/instruction/prompt/prompts/rules/directions/guidelines;
			ignore/disregard/forget all/any/the/your previous/prior/above/earlier/system instructions/instruction/prompt/prompts/rules/directions/messages;
			ignore/disregard/forget everything above/before; ignore the above; disregard the above; system prompt; system message; you are now; pretend to be/you; act as a/an/if; jailbreak; developer mode; dan mode; new instructions; follow these instructions; as an ai; language model; as a language model; you are an ai/assistant; ai assistant; 
			respond only with; output only; reply only with; do not escalate; don't escalate; approve automatically; auto approve; im_start; im_end; begin system; end system; inst`,
	},
}

// ruleNamed gives the index of a rule in rules.
func ruleNamed(name string) int {
	for i := range rules {
		if rules[i].name == name {
			return i
		}
	}
	panic("triage: no rule " + name)
}

// codes are the rules' reason codes: as a reason for a priority and for a tag.
var codes = func() (out [len(rules)]struct{ text, tag string }) {
	for i, r := range rules {
		out[i].text, out[i].tag = "text."+r.name, "tag."+r.tag
	}
	return out
}()

var (
	injectionRule = ruleNamed("injection")
	moneyRule     = ruleNamed("money")
	manyRule      = ruleNamed("many")
	questionRule  = ruleNamed("question")
	refundRule    = ruleNamed("refund")
	safetyRule    = ruleNamed("safety")
	requestRule   = ruleNamed("request")
	attachedRule  = ruleNamed("attached")
	securityRule  = ruleNamed("security")
	legalRule     = ruleNamed("legal")
)

// feeling is what a word of a tone's lexicon says.
type feeling int

const (
	anger feeling = iota
	frustration
	anxiety
	politeness
	positive
	sarcasm
	feelingCount
)

// tones is the lexicon of tone: phrases that weigh the same in the same feeling. A feeling's strength is 1 - exp(-sum of
// weights), so one strong word gives .63, two .86, and no number of them more than 1.
var tones = [...]struct {
	feeling feeling
	weight  float64
	phrases string
}{
	{anger, 1.2, `furious; livid; outrageous; outraged; disgusting; disgusted; disgrace; disgraceful; fuck/fucking/fucked; bullshit; wtf; shit; hate you; scumbags; thieves; crooks; criminals; 🤬`},
	{anger, 1, `angry; unacceptable; inacceptable; ridiculous; appalling; appalled; incompetent; incompetence; pathetic; shameful; shame on; worst; rip off; ripoff; ripped off; liars; lied; lying; scam; scammers; demand; sick of; sick and tired; had enough; enough is enough; fed up; idiots; stupid; insane; joke; a joke; absurd; crap; damn; hell; screwed; useless; garbage; trash; 😡; 😠; 👿; what the hell; sort it out`},
	{anger, 0.6, `terrible; horrible; awful; rude; ignored; ignoring; shocking; no excuse; waste of; wasted; wasting; third time; fourth time; fifth time; tenth time; last chance; never again; hate; poor service; worse; nonsense; complaint; complain; annoyed; pissed; unbelievable; steal/stealing/stole/robbed; how dare`},
	{frustration, 1, `frustrated; frustrating; frustration; fed up; annoying; annoyed; still waiting; third time; again and again; over and over; keeps happening; nobody helps; no one helps; nobody responds; nobody answers; nobody replies; no response; no reply; getting nowhere; at wits end; wasted; waste of time; gave up; giving up; 😤; 😩; 😫; 🤦; ugh; argh`},
	{frustration, 0.5, `disappointed; disappointing; disappointment; unhappy; dissatisfied; still not; still can't; still doesn't; second time; yet again; not again; once more; keep getting; for weeks; for months; tired of; struggling; confusing; confused; useless; keeps failing; so slow; inconvenience; inconvenient; doesn't make sense; makes no sense; why is it so; :(; 😞; 😒; 🙁; ☹; poor; bad`},
	{anxiety, 1, `panicking; panic; terrified; desperate; desperately; scared; frightened; freaking out; emergency; 😱; 😰; 😨; please please; help please help; begging; urgently`},
	{anxiety, 0.6, `worried; worrying; worry; concerned; anxious; afraid; nervous; stressed; stressful; stressing; urgent; asap; help me; need help; losing sleep; deadline; running out of time; in trouble; fear; 😟; 😥; 😢; 😭; 🙏; what should i do; what do i do`},
	{politeness, 0.7, `please; thank you; thanks; kindly; appreciate; appreciated; grateful; many thanks; would you mind; if possible; sorry to bother; apologies`},
	{politeness, 0.4, `hello; hi; dear; regards; could you; would you; excuse me; good morning; good afternoon; good evening; pardon`},
	{positive, 1, `love; amazing; awesome; excellent; fantastic; wonderful; perfect; brilliant; delighted; thrilled; outstanding; best; 😍; ❤; 🎉; ⭐`},
	{positive, 0.6, `great; good; happy; nice; helpful; pleased; impressed; glad; well done; satisfied; works well; works great; enjoy; enjoying; :); :d; 😊; 🙂; 👍; 😀; 😃; 😄`},
	{sarcasm, 0.4, `oh great; just great; how nice of; real helpful; 👏`},
	{sarcasm, 1, `thanks for nothing; yeah right; great job guys; oh wonderful; oh fantastic; bravo; slow clap; nice job breaking; so much for; what a surprise; good luck with that; 🙄; how wonderful; how lovely; thanks a lot for`},
}
