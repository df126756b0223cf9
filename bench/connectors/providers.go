package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"remit/bench/hook"
	"remit/connector"
	"remit/connector/libredesk"
	"remit/connector/standard"
	"remit/connector/stripe"
	"remit/connector/zendesk"
	"remit/models"
)

// secret is the key that everything here is signed with; in the form that Standard Webhooks wants it, too.
const secret = "a-secret-of-the-connectors-bench"

// at is when everything here is signed and arrives.
var at = time.Date(2026, 12, 3, 9, 30, 0, 0, time.UTC)

// provider is a connector with one webhook of its provider.
type provider struct {
	name    string
	kind    string // of the event, in the provider's words
	body    []byte
	header  http.Header
	connect func() (connector.Connector, error)
}

func (p provider) request() connector.Request {
	return connector.Request{Method: http.MethodPost, URL: "https://remit.example.com/v1/webhooks/" + p.name, Header: p.header, Body: p.body, At: at}
}

const complaint = "Hello, I ordered two keyboards last week and would like to know when they are going to arrive. The order page says that they " +
	"were handed over to the carrier on Tuesday, but the tracking number does not show anything yet. Could you have a look and tell " +
	"me whether the parcel is on its way? I would like to plan the day of the delivery and be at home when it comes. Best regards, Emily"

// providers gives every provider, in the order of the table.
func providers() []provider {
	secrets := []models.Secret{secret}
	inWords, invoice := standardTicket(), stripeInvoice()
	told := hook.Ticket{Key: "01HNEXAMPLE", ID: "35436", Subject: "Where is my order?", Text: complaint, At: at}.Body()
	conversation := libredeskConversation()
	return []provider{
		{"standard", "ticket.created", inWords, hook.Standard([]byte(secret), "msg_2Lh9KRb0pzN4LePd3XiA4v", inWords, at), func() (connector.Connector, error) {
			key := models.Secret("whsec_" + base64.StdEncoding.EncodeToString([]byte(secret)))
			return standard.New(standard.Options{Source: "shop", Secrets: []models.Secret{key}, Salt: []byte(secret)})
		}},
		{"stripe", "invoice.payment_failed", invoice, hook.Stripe(secret, invoice, at), func() (connector.Connector, error) {
			return stripe.New(stripe.Options{Source: "stripe", Secrets: secrets})
		}},
		{"zendesk", "ticket.created", told, hook.Zendesk(secret, told, at), func() (connector.Connector, error) {
			return zendesk.New(zendesk.Options{Source: "helpdesk", Secrets: secrets})
		}},
		{"libredesk", "conversation.created", conversation, hook.Libredesk(secret, conversation), func() (connector.Connector, error) {
			return libredesk.New(libredesk.Options{Source: "desk", Secrets: secrets})
		}},
	}
}

type object = map[string]any

// written gives the value as JSON; everything here can be.
func written(v any) []byte {
	b, _ := json.Marshal(v)
	return b
}

func standardTicket() []byte {
	return written(object{"type": "ticket.created", "timestamp": "2026-12-03T09:30:00Z", "data": object{
		"id": "T-1001", "subject": "Where is my order?", "text": complaint, "status": "new", "priority": "normal", "group": "support",
		"tags": []string{"delivery"}, "requester_id": "c-77", "account_id": "acme", "language": "en", "channel": "email",
		"url": "https://desk.example.com/t/1001", "created_at": "2026-12-03T09:29:50Z",
		"actor": object{"id": "c-77", "kind": "customer", "name": "Emily A"},
	}})
}

// stripeInvoice has the fields of a Stripe invoice with one line, most of which mean nothing to remit but have to be read past.
func stripeInvoice() []byte {
	line := object{
		"amount": 4200, "currency": "usd", "description": "Keyboard, black", "discount_amounts": []any{}, "discountable": true, "discounts": []any{},
		"id": "il_1Pgc6sB7WZ01zgkWFnxLrLCq", "invoice": "in_1Pgc6tB7WZ01zgkWu9fdqL6I", "livemode": true, "metadata": object{}, "object": "line_item",
		"parent": object{"type": "invoice_item_details", "invoice_item_details": object{
			"invoice_item": "ii_1Pgc6s", "proration": false, "proration_details": object{"credited_items": nil}, "subscription": nil,
		}},
		"period": object{"end": 1796290200, "start": 1796290200}, "pricing": object{"type": "price_details", "unit_amount_decimal": "2100"},
		"quantity": 2, "subtotal": 4200, "taxes": []any{},
	}
	invoice := object{
		"account_country": "US", "account_name": "Acme", "amount_due": 4200, "amount_overpaid": 0, "amount_paid": 0, "amount_remaining": 4200,
		"amount_shipping": 0, "application": nil, "attempt_count": 2, "attempted": true, "auto_advance": true,
		"automatic_tax":  object{"enabled": false, "liability": object{"type": "self"}, "status": nil, "disabled_reason": nil, "provider": nil},
		"billing_reason": "manual", "collection_method": "charge_automatically", "created": 1796290200, "currency": "usd", "custom_fields": nil,
		"customer": "cus_QXg1o8vcGmoR32", "customer_address": object{"city": "Austin", "country": "US", "line1": "1 Main St", "line2": nil, "postal_code": "78701", "state": "TX"},
		"customer_email": "emily@example.com", "customer_name": "Emily A", "customer_phone": nil, "customer_shipping": nil, "customer_tax_exempt": "none",
		"customer_tax_ids": []any{}, "default_payment_method": nil, "default_source": nil, "default_tax_rates": []any{}, "description": nil,
		"discounts": []any{}, "due_date": 1798882200, "effective_at": 1796290200, "ending_balance": 0, "footer": nil, "from_invoice": nil,
		"hosted_invoice_url": "https://invoice.stripe.com/i/acct_1/test_1", "id": "in_1Pgc6tB7WZ01zgkWu9fdqL6I",
		"invoice_pdf": "https://pay.stripe.com/invoice/acct_1/test_1/pdf", "issuer": object{"type": "self"}, "last_finalization_error": nil,
		"latest_revision": nil, "lines": object{"data": []any{line}, "has_more": false, "object": "list", "url": "/v1/invoices/in_1Pgc6tB7WZ01zgkWu9fdqL6I/lines"},
		"livemode": true, "metadata": object{"order": "4711"}, "next_payment_attempt": 1796549400, "number": "ACME-0042", "object": "invoice",
		"payment_settings": object{"default_mandate": nil, "payment_method_options": nil, "payment_method_types": nil}, "period_end": 1796290200,
		"period_start": 1796290200, "post_payment_credit_notes_amount": 0, "receipt_number": nil, "starting_balance": 0, "status": "open",
		"status_transitions": object{"finalized_at": 1796290200, "marked_uncollectible_at": nil, "paid_at": nil, "voided_at": nil},
		"subtotal":           4200, "subtotal_excluding_tax": 4200, "total": 4200, "total_discount_amounts": []any{}, "total_excluding_tax": 4200,
		"webhooks_delivered_at": 1796290200,
	}
	return written(object{
		"id": "evt_1Nx995938878", "object": "event", "api_version": "2025-03-31.basil", "created": 1796290200, "data": object{"object": invoice},
		"livemode": true, "pending_webhooks": 1, "request": object{"id": nil, "idempotency_key": nil}, "type": "invoice.payment_failed",
	})
}

func libredeskConversation() []byte {
	when := "2026-12-03T09:30:00.298887Z"
	contact := object{
		"id": 2, "created_at": when, "updated_at": when, "first_name": "Emily", "last_name": "A", "email": "emily@example.com", "type": "contact",
		"availability_status": "offline", "avatar_url": nil, "phone_number": nil, "country": nil, "custom_attributes": object{}, "enabled": true,
		"last_active_at": nil, "last_login_at": nil, "external_user_id": nil,
	}
	return written(object{"event": "conversation.created", "timestamp": "2026-12-03T09:30:00Z", "payload": object{
		"id": 1, "created_at": when, "updated_at": when, "uuid": "be45911c-f920-40fb-9633-491d2713dcec", "contact_id": 2, "inbox_id": 1, "closed_at": nil,
		"resolved_at": nil, "reference_number": "100", "priority": nil, "priority_id": nil, "status": "Open", "status_category": "open", "status_id": 1,
		"first_reply_at": nil, "last_reply_at": nil, "assigned_user_id": nil, "assigned_team_id": nil, "waiting_since": when, "snoozed_until": nil,
		"subject": "Where is my order? - #100", "inbox_mail": "support@example.com", "inbox_name": "Support", "inbox_channel": "email", "tags": []any{},
		"meta": object{}, "custom_attributes": object{}, "last_message_at": when, "last_message": complaint, "last_message_sender": "contact",
		"last_interaction": complaint, "last_interaction_at": when, "last_interaction_sender": "contact", "contact": contact, "sla_policy_id": nil,
		"sla_policy_name": nil, "applied_sla_id": nil, "first_response_deadline_at": nil, "csat_rating": nil, "previous_conversations": nil,
	}})
}
