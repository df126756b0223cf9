package main

import (
	"strings"

	"remit/models"
)

func wordsIn(s string) int { return len(strings.Fields(s)) }

func policy() models.TriageRules {
	return models.TriageRules{
		Queues: []models.Queue{
			{Name: "billing", Words: []string{"invoice", "refund", "charged", "payment"}},
			{Name: "access", Words: []string{"log in", "password", "two-factor"}},
			{Name: "mobile", Words: []string{"app", "android", "phone"}},
			{Name: "orders", Words: []string{"order", "delivery", "parcel", "return"}},
		},
		Macros: []models.Macro{
			{Title: "Login trouble", Words: []string{"log in", "error"}, Text: "Hello {{account}}, we look into it."},
			{Title: "Refund", Words: []string{"refund", "charged"}, Text: "Hello {{account}}, we are checking {{ticket}}."},
			{Title: "Parcel", Words: []string{"parcel", "delivery"}, Text: "Hello {{account}}, we are asking the carrier."},
		},
	}
}

var subjects = []string{"Cannot log in", "Charged twice for November", "Where is my parcel", "Question about exports"}

// texts are tickets of our own making, each of about a hundred words.
var texts = []string{
	`Hello team,

since this morning nobody in our Berlin office can log in to the dashboard. We have restarted the browsers and tried two
different networks, but the page only shows an error after about thirty seconds. Roughly 120 users are affected and we
have to send the monthly invoices to our customers by tomorrow, so this is rather urgent for us. It is the third time in
two weeks that this happens, which my boss finds unacceptable. Could you please look into it and tell us what is going on
and when it will be fixed? I have attached a screenshot of the message. You can reach me at the office all day long.

Kind regards,
Dana`,
	`Hi,

I looked at the statement of our company card and saw that you charged us twice for the November invoice, once on the 3rd
and again on the 5th, each time 480.00 EUR. I wrote about this ten days ago and nobody answered, which is frustrating. Please
refund one of the two payments and confirm by e-mail to accounts@example.com. If it helps: the number of the invoice is
2026-1187 and the two bookings carry the same reference. We would also like to know why it happened, since the same thing
happened in August and our auditor asks about it. Until it is settled we will not pay the next invoice.

Thanks
Jo`,
	`Good afternoon! My parcel should have arrived last Friday, but the tracking page has said "out for delivery" ever since.
I called the carrier twice and they tell me to ask you. The order was for two keyboards and a stand; one of the keyboards is
a birthday present for my son, so I am getting nervous. Can you find out where it is, and send a new one if it is lost? I am
at home on Monday and Tuesday, not on Wednesday. My phone number is +49 30 901820, and the address is the one in my account.
Thank you so much for your help, you have always been great so far, and I hope we can sort this out quickly :)`,
	`Dear support,

we are on the business plan and export our contacts to a spreadsheet every week. So far we do it by hand, and I wonder
whether there is a way to have it done at night. How do other customers do that? I found a page about it in the help, but it
is about the old version. It would also be nice if the columns could be put in another order, because our own tool expects
the name first. There is no hurry at all, we are quite happy with how it works now. If you need any details about our set-up,
just write to me, I am here every day except Fridays.

Best regards
Kim`,
}
