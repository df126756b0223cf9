package models

// TicketSignals gives the names of the findings that there may be in a ticket.
func TicketSignals() []string {
	return []string{
		"safety", "security", "outage", "dataloss", "blocked", "broken", "money", "refund", "legal", "many", "waiting", "leaving",
		"resolved", "asks_priority", "injection", "deadline", "incident", "angry", "pii", "unknown_language", "empty", "truncated", "log",
		"unknown_account", "stale_account", "complex", "out_of_scope", "emotion_unusual", "emotion_rising", "complexity_unusual", "sla",
		"judges_differ",
	}
}

// PaymentSignals gives the names of the findings that there may be in a payment.
func PaymentSignals() []string {
	return []string{
		"duplicate", "outlier", "decimal_slip", "bank_changed", "bank_shared", "first_payment", "split", "dormant", "velocity", "currency",
		"no_order", "order", "terms", "anomaly",
	}
}
