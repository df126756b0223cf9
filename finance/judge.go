// Package finance judges money: which payments look wrong, what cash a pool of payments leaves, and on which day each
// should be paid. It is pure: the same facts and rules give the same judgement, and it knows no clock but theirs.
//
// What looks wrong is found by documented rules, one file per family of evidence (duplicate.go, amount.go, bank.go,
// split.go), and by a model that combines many weaker signals (signals.go, boost.go), taught without labels (learn.go,
// inject.go). Cash is decided from documented rules: one file for the projection (project.go), one for choosing pay days (timing.go) and one for sentences
// (explain.go). Amounts are integers of minor units throughout; floating point appears only in statistics about them.
package finance

import (
	"slices"
	"time"

	"remit/models"
)

// ModelName is the name and version under which this package's proposals are kept; where a learned model had a part in
// one, "+" and its name follow.
const ModelName = "finance-rules/1"

// Judge judges payments and plans pay days. It never changes and is safe for concurrent use.
type Judge struct {
	model *Model
	trust float64 // how much the model's probability is worth
}

// borrowedTrust is what a probability is worth that was learned from the books of others: alone it leads to a hold from
// .84 on.
const borrowedTrust = .6

// New gives a Judge that goes by the model that ships.
func New() *Judge { return &Judge{model: shipped(), trust: borrowedTrust} }

// NewLearned gives a Judge that goes by a customer's own model. One that was not taught to see a vendor's payments alone,
// which is all that a Judge is given, is Invalid.
func NewLearned(m *Model) (*Judge, error) {
	if !m.alone {
		return nil, models.Errorf(models.Invalid, "the anomaly model %q needs all payments at once: train one that sees a vendor's alone", m.name)
	}
	return &Judge{model: m, trust: 1}, nil
}

// Model names the model that it goes by.
func (j *Judge) Model() string { return j.model.name }

// holdLine is the combined score from which a hold is proposed. At the weights of the table in evidence.go, a duplicate, a
// changed or shared account, an exact slip of the point, or an amount far beyond all before reaches it alone; a milder
// outlier, a split or a first payment needs company.
const holdLine = 0.5

// maxConfidence caps the score: rules weighed by hand cannot know better than this.
const maxConfidence = 0.97

// detectors are run in this order, which also breaks ties between equally strong findings.
var detectors = []func(subject) (finding, bool){
	duplicate, bankChanged, bankShared, decimalSlip, outlier, split, firstPayment,
	otherCurrency, dormant, velocity, noOrder, oddOrder, shorterTerms, lostDiscount, newLateFee,
}

// Decide looks for anomalies in a payable and proposes to hold it where together they pass the line. What was found is
// in Facts.Signals under the names "duplicate", "outlier", "decimal_slip", "bank_changed", "bank_shared",
// "first_payment", "split", "currency", "dormant", "velocity", "no_order", "order" and "terms", and of the model as "anomaly",
// whether or not it led to a proposal. A release is never proposed: only people release.
// Nothing is proposed for a payable that is paid, cancelled or already held, nor for a credit note.
func (j *Judge) Decide(f models.Facts, r models.CashRules) models.Judgement {
	out := models.Judgement{Facts: f}
	out.Facts.Signals, out.Facts.Earlier = nil, nil
	if f.Payable == nil {
		return out
	}
	s := newSubject(f, r)
	found := s.examine(j)
	for _, d := range found {
		out.Facts.Signals = append(out.Facts.Signals, d.signal())
		if d.earlier != nil {
			earlier := *d.earlier
			out.Facts.Earlier = &earlier
		}
	}
	if p, ok := s.propose(j.model, found); ok {
		out.Proposals = []models.Proposal{p}
	}
	return out
}

// subject is the payable under examination with its history sorted out.
type subject struct {
	p      bill
	vendor *models.Vendor
	own    []bill  // earlier payables of this vendor, newest first, cancelled ones left out
	others []bill  // lookalikes of other vendors
	usual  amounts // of own, in the payable's currency
	again  int     // how many of own have the payable's amount
	named  int     // how many of those have its number too
	now    time.Time
	today  models.Day
	rules  models.CashRules
	rule   models.VendorRule // what the policy says of the vendor
	also   []string          // other ids of the vendor
}

func newSubject(f models.Facts, r models.CashRules) subject {
	p := *f.Payable
	s := subject{p: billOf(&p), vendor: f.Vendor, now: f.Now, today: r.Today, rules: r, also: f.SameVendors}
	if !s.today.Valid() {
		s.today = models.DayOf(f.Now)
	}
	if s.p.VendorName == "" && f.Vendor != nil {
		s.p.VendorName = f.Vendor.Name
	}
	s.rule = ruleFor(s.p.Payable, r)
	s.own = make([]bill, 0, len(f.History))
	s.others = make([]bill, 0, len(f.History)/2)
	for i := range f.History {
		h := &f.History[i]
		switch {
		case h.Status == models.PayableVoid || !s.earlier(h):
		case s.sameVendor(h):
			s.own = append(s.own, s.compare(h, true))
		default:
			s.others = append(s.others, s.compare(h, false))
		}
	}
	s.usual = amountsOf(s.own, s.p.Amount.Currency)
	return s
}

// compare notes how h's number relates to the payable's, where that can matter: for the same amount, or lately. It counts
// the vendor's own bills of the same amount.
func (s *subject) compare(h *models.Payable, own bool) bill {
	b := billOf(h)
	alike := h.Amount == s.p.Amount
	if days, known := apart(s.p, b); alike || (own && known && days <= duplicateDays) {
		b.kin = related(s.p.Invoice, h.Invoice)
	}
	if own && alike {
		s.again++
		if b.kin == same {
			s.named++
		}
	}
	return b
}

// earlier reports whether h was there before the payable. One that has been paid counts however late it came: of two
// copies, the one to stop is the one not yet paid.
func (s *subject) earlier(h *models.Payable) bool {
	switch {
	case h.ID == s.p.ID:
		return false
	case h.Status == models.PayablePast, h.CreatedAt.IsZero(), s.p.CreatedAt.IsZero():
		return true
	case h.CreatedAt.Equal(s.p.CreatedAt):
		return h.ID < s.p.ID
	}
	return h.CreatedAt.Before(s.p.CreatedAt)
}

// sameVendor goes by the vendor's id or an alias of the policy's, and by name where an id is missing on either side.
func (s *subject) sameVendor(h *models.Payable) bool {
	if s.p.VendorID != "" && h.VendorID != "" {
		return s.p.VendorID == h.VendorID || s.rule.Name != "" && named(s.rule, h.VendorName)
	}
	plain := plainName(s.p.VendorName)
	return plain != "" && plain == plainName(h.VendorName)
}

// alsoKnown reports a payable of the same vendor under another id.
func (s *subject) alsoKnown(h *models.Payable) bool {
	return h.VendorID != "" && slices.Contains(s.also, h.VendorID)
}

// examine runs the detectors and then the model, which hears of what they found. A credit note or an amount of nothing moves no money out, so nothing about it is an anomaly.
func (s subject) examine(j *Judge) []finding {
	if s.p.Amount.Minor <= 0 {
		return nil
	}
	var found []finding
	for _, detect := range detectors {
		if d, ok := detect(s); ok && d.strength > 0 {
			d.strength = min(d.strength, 1)
			found = append(found, d)
		}
	}
	found = muffle(found)
	if d, ok := s.learned(j, found); ok {
		found = append(found, d)
	}
	return found
}

func (s subject) propose(m *Model, found []finding) (models.Proposal, bool) {
	score := combine(found)
	if score < holdLine || !s.p.Open() || s.p.Status == models.PayableHeld {
		return models.Proposal{}, false
	}
	class := ""
	if s.vendor != nil {
		class = s.vendor.Class
	}
	return models.Proposal{
		Action: models.ActionHold, Item: s.p.ID,
		Value: models.ValueHold, Before: s.p.Field(models.ActionHold),
		Confidence: min(score, maxConfidence),
		Reasons:    append(reasons(found), assumptions(*s.p.Payable)...),
		Options:    []string{models.ValueRelease},
		Segment:    segment(class, s.p.Amount),
		Case:       s.caseOf(found),
		Model:      modelName(m, found),
	}, true
}

// modelName names the rules, and the model where it had a part in the score.
func modelName(m *Model, found []finding) string {
	if slices.ContainsFunc(found, func(d finding) bool { return d.name == signalAnomaly && !d.echo }) {
		return ModelName + "+" + m.name
	}
	return ModelName
}
