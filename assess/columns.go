package assess

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// field is what a column means.
type field string

// The fields of a ticket.
const (
	fSubject    field = "subject"
	fText       field = "text"
	fPriority   field = "priority"
	fGroup      field = "group"
	fAssignee   field = "assignee"
	fTags       field = "tags"
	fStatus     field = "status"
	fCreated    field = "created"
	fAssigned   field = "assigned"
	fAnswered   field = "first response"
	fResolved   field = "resolved"
	fReassigned field = "reassignments"
	fReopened   field = "reopens"
	fTier       field = "plan"
	fChannel    field = "channel"
	fKind       field = "type"
)

// The fields of a payment.
const (
	fVendor    field = "vendor"
	fAmount    field = "amount"
	fDate      field = "date"
	fInvoice   field = "invoice"
	fIssued    field = "issued"
	fDue       field = "due"
	fPaid      field = "paid"
	fTerms     field = "terms"
	fCurrency  field = "currency"
	fClass     field = "vendor class"
	fApprover  field = "approver"
	fRequested field = "requested"
	fApproved  field = "approved"
	fBank      field = "bank account"
	fPO        field = "purchase order"
)

// meaning is a field and the names under which exports have it, the surest first. Names are compared without case,
// spaces and punctuation.
type meaning struct {
	field field
	names []string
}

// kind is a sort of export.
type kind struct {
	meanings []meaning
	prefixes []string  // that exports put before names and that say nothing
	needs    [][]field // of each at least one
}

var ticketFile = kind{
	prefixes: []string{"ticket", "issue", "case", "request", "bug"},
	needs:    [][]field{{fSubject, fText}, {fPriority, fGroup, fAssignee, fTags}},
	meanings: []meaning{
		{fSubject, []string{"subject", "title", "summary", "headline", "shortdescription", "name"}},
		{fText, []string{"description", "body", "text", "message", "details", "firstmessage", "content", "comment", "question", "original"}},
		{fPriority, []string{"priority", "severity", "urgency", "importance", "impact"}},
		{fGroup, []string{"group", "queue", "team", "department", "assignmentgroup", "assignedgroup", "component", "components", "category", "topic", "intent", "label", "area"}},
		{fAssignee, []string{"assignee", "assignedto", "owner", "agent", "assignedagent", "handler"}},
		{fTags, []string{"tags", "labels", "keywords"}},
		{fStatus, []string{"status", "state"}},
		{fCreated, []string{"created", "createdat", "createdon", "createddate", "creationdate", "createdtime", "opened", "openedat", "opendate", "reported", "reportedon", "submitted", "submittedat", "receivedat", "date", "timestamp"}},
		{fAssigned, []string{"assignedat", "firstassignedat", "triagedat"}},
		{fAnswered, []string{"firstresponseat", "firstrespondedat", "firstresponse", "firstresponsetime", "firstreplyat", "firstreply", "respondedat"}},
		{fResolved, []string{"resolved", "resolvedat", "resolvedon", "resolveddate", "resolutiondate", "closed", "closedat", "closedon", "closeddate", "solvedat", "completedat", "timetoresolution", "resolutiontime"}},
		{fReassigned, []string{"reassignments", "reassignmentcount", "reassigned", "transfers", "hops", "assignments", "groupstations", "assigneestations"}},
		{fReopened, []string{"reopens", "reopencount", "reopened", "timesreopened"}},
		{fTier, []string{"plan", "tier", "accounttier", "customertier", "subscription", "segment", "sla"}},
		{fChannel, []string{"channel", "via", "source", "origin"}},
		{fKind, []string{"type", "product", "productpurchased", "issuetype", "kind", "requesttype", "project"}},
	},
}

var paymentFile = kind{
	prefixes: []string{"payment", "bill", "document", "transaction", "vendor", "supplier"},
	needs:    [][]field{{fVendor}, {fAmount}, {fDate, fPaid, fIssued, fDue}},
	meanings: []meaning{
		{fVendor, []string{"vendor", "vendorname", "supplier", "suppliername", "beneficiary", "payee", "creditor", "name", "vendorid", "supplierid"}},
		{fAmount, []string{"amount", "total", "gross", "grossamount", "invoiceamount", "value", "netamount", "net", "sum", "amountpaid", "paymentamount", "amountgbp", "amountusd", "amounteur"}},
		{fInvoice, []string{"invoice", "invoiceno", "invoicenumber", "invoiceid", "billnumber", "reference", "documentnumber", "transactionnumber", "number", "docno"}},
		{fIssued, []string{"issued", "issuedon", "invoicedate", "issuedate", "billdate", "documentdate"}},
		{fDue, []string{"due", "dueon", "duedate", "payby"}},
		{fPaid, []string{"paid", "paidon", "paidat", "paymentdate", "datepaid", "settled", "settledon", "cleared", "payday", "paiddate"}},
		{fDate, []string{"date", "postingdate", "transactiondate", "bookingdate", "entrydate", "created", "createdat"}},
		{fTerms, []string{"terms", "paymentterms", "discountterms"}},
		{fCurrency, []string{"currency", "ccy", "currencycode"}},
		{fClass, []string{"class", "vendorclass", "category", "suppliertype", "type", "directorate", "department", "costcentre", "costcenter"}},
		{fApprover, []string{"approver", "approvedby", "authoriser", "authorizer", "authorisedby", "authorizedby"}},
		{fRequested, []string{"requestedat", "requested", "requestedon", "submittedat", "submitted", "requestdate"}},
		{fApproved, []string{"approvedat", "approved", "approvedon", "approvaldate", "authorisedat", "authorizedat"}},
		{fBank, []string{"bankaccount", "iban", "accountnumber", "bank"}},
		{fPO, []string{"po", "ponumber", "purchaseorder", "order", "ordernumber"}},
	},
}

// plain leaves of a name what it is compared by.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// match finds the columns of a header. A column is taken for one thing at most, and the surer name wins.
func (k kind) match(header []string) map[field]int {
	found, used := map[field]int{}, map[int]bool{}
	for _, strict := range []bool{true, false} {
		for _, m := range k.meanings {
			if _, ok := found[m.field]; ok {
				continue
			}
			if i := k.find(header, m, used, strict); i >= 0 {
				found[m.field], used[i] = i, true
			}
		}
	}
	return found
}

// find gives the column of a meaning, -1 for none; where not strict, a prefix that says nothing is left off.
func (k kind) find(header []string, m meaning, used map[int]bool, strict bool) int {
	for _, name := range m.names {
		for i, h := range header {
			if !used[i] && (plain(h) == name || !strict && slices.Contains(k.bare(plain(h)), name)) {
				return i
			}
		}
	}
	return -1
}

func (k kind) bare(name string) []string {
	var out []string
	for _, p := range k.prefixes {
		if rest, ok := strings.CutPrefix(name, p); ok && rest != "" {
			out = append(out, rest)
		}
	}
	return out
}

// lacks says what is needed and was not found, "" where nothing is lacking.
func (k kind) lacks(found map[field]int) string {
	var missing []string
	for _, any := range k.needs {
		if !slices.ContainsFunc(any, func(f field) bool { _, ok := found[f]; return ok }) {
			var names []string
			for _, f := range any {
				names = append(names, fmt.Sprintf("%s (such as %s)", f, strings.Join(k.names(f), ", ")))
			}
			missing = append(missing, strings.Join(names, " or "))
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return "Needed, and not found: " + strings.Join(missing, "; and ") + ". Rename a column, or export it too."
}

// names gives a few names of a field, for a sentence.
func (k kind) names(f field) []string {
	i := slices.IndexFunc(k.meanings, func(m meaning) bool { return m.field == f })
	return k.meanings[i].names[:min(3, len(k.meanings[i].names))]
}
