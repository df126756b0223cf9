// Package triage judges support tickets: how soon one must be seen to, which queue it belongs to, which tags it deserves,
// and which agreed answer fits. It is pure: the same facts and rules give the same judgement, and nothing is read or
// written besides. Its words are English; of other languages it says that it does not know them.
//
// A ticket's priority is a sum of points. It starts at 2.75; what the customer says (the table rules), how it sounds (the
// table tones), what went before, and who is asking add and take points; from 7 on it is P1, from 4.25 P2, from 1.5 P3,
// below that P4. The confidence is even on such a line and grows away from it, to .97 at most; it falls for a text that is
// empty, short, cut, foreign, mostly logs, or speaks to a language model, and for an account that is unknown or stale.
//
// A priority that the ticket has already stays, unless something in the text or the thread is evidence for another: a
// question, a small trouble, a refund or a good customer shift the scales and do not tip them. To raise takes .62 of
// confidence that the points are beyond the line, to lower .78. What is not even .5 sure is not proposed at all, unless it is a
// P1 or P2, the words are evidence of urgency, or there is something else that a person should see anyway.
//
// Only the customer's own words count. Quotations, signatures, disclaimers, forwarded headers, markup, logs, stack traces,
// addresses, links and blobs are passed over, and so is a phrase that is negated ("not urgent"); one that stands in an older
// message counts half, and one that is supposed ("if my card is stolen") or asked about ("how do I replace a stolen card")
// less. A line is a log's where two things say so, such as a time and a level; "ERROR: nobody can log in" is a sentence, and
// the reasons tell how many lines were passed over. Of a ticket at most 20 KiB are read, the subject and the newest message first.
//
// Tone is heard twice: by the phrases of the table tones, and by a small model of emotions (emotion.bin, learned from
// GoEmotions with a lexicon of valence), which adds to anger and anxiety from .35 on and makes at most .7 of them alone.
//
// The judgement names these signals, each 0..1, for guardrails to ask about:
//
//	safety            somebody may come to harm
//	security          accounts, cards or data taken, fraud, weaknesses, payments nobody made
//	outage            the service is down
//	dataloss          data seems to be lost
//	blocked           the customer cannot go on
//	broken            something does not work
//	money             charged wrongly, or money that does not arrive
//	refund            money is wanted back
//	legal             lawyers, courts, regulators, data protection requests
//	many              many people are affected
//	waiting           has waited or asked before
//	leaving           talks of ending the contract
//	resolved          says that it is settled
//	asks_priority     asks for a certain priority; it has no weight
//	injection         speaks to a language model; nobody obeys, and what is said beside it has no weight
//	deadline          1 for today and tomorrow, less the later, nothing from a week on; counted from when the message was written
//	incident          .5 at five similar tickets within the hour, 1 from twenty on
//	angry             the tone's anger, from .6 on
//	pii               1 for cards, bank accounts and passwords, .5 for phone numbers, .3 for e-mail addresses
//	unknown_language  how sure it is that the text is not English
//	empty             fewer than three words
//	truncated         there was more text than is read
//	log               has lines that a machine wrote
//	unknown_account   nothing is known of the account
//	stale_account     what is known of the account is older than the policy allows
//	emotion_unusual   far above what is usual of this customer and this queue: .5 at 2.5 robust deviations, 1 from 4 on
//	emotion_rising    by how much the newest message sounds unhappier than the customer's earlier ones; from .25 on
//	complexity_unusual  complex, and far above what is usual in this queue
//	sla               three quarters of the time for an answer have passed (.5), all of it (1), by the ticket's own priority
//	judges_differ     1 where another judge that was asked before says another priority or intent than this one
//	out_of_scope      like nothing in the company's history, where a model of it is live
//	complex           several requests, a long text, many turns, attachments and logs, what is seldom solved at first contact; from .4 on
//
// Redact hides personal data from logs and cards.
package triage
