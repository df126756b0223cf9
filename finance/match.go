package finance

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"remit/models"
)

// A transaction settles invoices that it names, where the amounts agree. It names one by a reference that is the invoice's
// number or id, or by the number within what was written for the other side, in which spaces and punctuation count for
// nothing. Where the bank tells who was paid, that has to be the invoice's vendor. What agrees with more than one choice of
// invoices is left to a person.
const (
	// wordsInNumber is how many words of a text may make up one number ("RE 2026 / 4711").
	wordsInNumber = 6
	// mostNamed is how many named invoices are looked through for a sum that agrees.
	mostNamed = 10
)

// claimed is an invoice of either way as a transaction sees it.
type claimed struct {
	item, number, whose string
	in                  bool
	at                  int // in the list of its kind
}

// reconciling is a reconciliation under way.
type reconciling struct {
	owed    models.Owed
	numbers map[string][]claimed // by plain number
	ids     map[string][]claimed // by plain external id
	changed map[string]bool      // items and transactions
}

// Reconcile matches the open ones of a pool's transactions with invoices, the earliest first, and gives what changed by it.
// Those that are not open are there to be taken back by others. What could not be matched says why.
func (*Judge) Reconcile(txs []models.Transaction, owed models.Owed) models.Reconciled {
	r := newReconciling(owed)
	txs = slices.Clone(txs)
	slices.SortStableFunc(txs, func(a, b models.Transaction) int {
		return cmp.Or(cmp.Compare(a.BookedOn, b.BookedOn), cmp.Compare(a.ID, b.ID))
	})
	r.settleAll(txs)
	took := false
	for i := range txs {
		if txs[i].Open() && txs[i].Reversal {
			took = r.takeBack(&txs[i], txs) || took
		}
	}
	if took { // what is owed again may have been paid twice
		r.settleAll(txs)
	}
	return r.result(txs)
}

func (r *reconciling) settleAll(txs []models.Transaction) {
	for i := range txs {
		if txs[i].Open() && !txs[i].Reversal {
			r.settle(&txs[i])
		}
	}
}

func newReconciling(owed models.Owed) *reconciling {
	owed.Payables, owed.Receivables = slices.Clone(owed.Payables), slices.Clone(owed.Receivables)
	r := &reconciling{owed: owed, numbers: map[string][]claimed{}, ids: map[string][]claimed{}, changed: map[string]bool{}}
	for i, p := range owed.Payables {
		c := claimed{item: p.ID, number: p.Invoice, whose: p.VendorName, at: i}
		r.enter(c, p.ExternalID)
	}
	for i, v := range owed.Receivables {
		c := claimed{item: v.ID, number: v.Invoice, whose: lastPart(v.CustomerID), in: true, at: i}
		r.enter(c, strings.TrimPrefix(v.ID, models.ReceivableItem(v.Source, "")))
	}
	return r
}

func (r *reconciling) enter(c claimed, id string) {
	number := plainNumber(c.number)
	c.number = cmp.Or(label(c.number), label(id))
	if number != "" {
		r.numbers[number] = append(r.numbers[number], c)
	}
	if n := plainNumber(id); n != "" && n != number {
		r.ids[n] = append(r.ids[n], c)
	}
}

func lastPart(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

func (r *reconciling) result(txs []models.Transaction) models.Reconciled {
	var out models.Reconciled
	for _, t := range txs {
		if r.changed[t.ID] {
			out.Transactions = append(out.Transactions, t)
		}
	}
	for _, p := range r.owed.Payables {
		if r.changed[p.ID] {
			out.Payables = append(out.Payables, p)
		}
	}
	for _, v := range r.owed.Receivables {
		if r.changed[v.ID] {
			out.Receivables = append(out.Receivables, v)
		}
	}
	return out
}

// leave leaves a transaction open, with why.
func (r *reconciling) leave(t *models.Transaction, named bool, why string) {
	if t.State != models.TransactionOpen || t.Why != why || t.Named != named {
		t.State, t.Why, t.Named = models.TransactionOpen, why, named
		r.changed[t.ID] = true
	}
}

func (r *reconciling) settle(t *models.Transaction) {
	named, strong := r.named(*t)
	if len(named) == 0 {
		r.leave(t, false, "it names no invoice that is known")
		return
	}
	fits := slices.DeleteFunc(slices.Clone(named), func(c claimed) bool { return r.sides(c, *t) == against })
	if len(fits) == 0 {
		r.leave(t, true, fmt.Sprintf("it names %s of %s, and the bank says %s", named[0].number, label(named[0].whose), label(t.Party)))
		return
	}
	due := slices.DeleteFunc(slices.Clone(fits), func(c claimed) bool { return r.rest(c) <= 0 })
	if len(due) == 0 {
		r.leave(t, true, fmt.Sprintf("it names %s, which is paid already", fits[0].number))
		return
	}
	choice, why := r.choose(due, *t)
	if len(choice) == 0 && len(due) == 1 && r.inPart(due[0], *t, strong) {
		choice = []models.Settled{{Item: due[0].item, Minor: t.Size().Minor}}
	}
	if len(choice) == 0 {
		r.leave(t, true, why)
		return
	}
	t.State, t.Settles, t.Why, t.Named = models.TransactionSettled, choice, "", false
	r.changed[t.ID] = true
	for _, s := range choice {
		r.book(due, s, t.BookedOn)
	}
}

// named gives the invoices of the transaction's way that it names, and those of them that a reference names by itself.
func (r *reconciling) named(t models.Transaction) (all []claimed, strong map[string]bool) {
	in := !t.Amount.Negative()
	seen := map[string]bool{}
	strong = map[string]bool{}
	take := func(cs []claimed, sure bool) {
		for _, c := range cs {
			if c.in != in {
				continue
			}
			strong[c.item] = strong[c.item] || sure
			if !seen[c.item] {
				seen[c.item] = true
				all = append(all, c)
			}
		}
	}
	for _, ref := range t.Refs {
		n := plainNumber(ref)
		take(r.numbers[n], true)
		take(r.ids[n], true)
	}
	for n := range wordNumbers(t.Text + " " + strings.Join(t.Refs, " ")) {
		take(r.numbers[n], false)
	}
	slices.SortFunc(all, func(a, b claimed) int { return cmp.Compare(a.item, b.item) })
	return all, strong
}

// wordNumbers gives the plain numbers that consecutive words of a text make: at least minNumber long, with a digit.
func wordNumbers(text string) map[string]bool {
	var words []string
	kind := 0 // of the character before: 1 a letter, 2 a digit
	for _, c := range text {
		k := 0
		switch {
		case unicode.IsDigit(c):
			k = 2
		case unicode.IsLetter(c):
			k = 1
		}
		if k != 0 {
			if k != kind {
				words = append(words, "")
			}
			words[len(words)-1] += string(unicode.ToUpper(c))
		}
		kind = k
	}
	out := map[string]bool{}
	for i := range words {
		whole := ""
		for j := i; j < min(i+wordsInNumber, len(words)); j++ {
			whole += words[j]
			if n := strings.TrimLeft(whole, "0"); len(n) >= minNumber && strings.ContainsFunc(n, unicode.IsDigit) {
				out[n] = true
			}
		}
	}
	return out
}

// siding says whether the other side of a transaction is that of an invoice.
type siding int

const (
	against siding = iota - 1
	unsaid
	agreed
)

func (r *reconciling) sides(c claimed, t models.Transaction) siding {
	if c.in { // of customers no names are known, so that a name cannot speak against one
		return pickSide(alikeNames(c.whose, t.Party), agreed, unsaid)
	}
	p := r.owed.Payables[c.at]
	v := r.owed.Vendors[p.VendorID]
	if t.PartyBank != "" && (t.PartyBank == p.Bank || slices.ContainsFunc(v.OnRecord(), func(b models.BankUse) bool { return b.Bank == t.PartyBank })) {
		return agreed
	}
	if plainName(t.Party) == "" {
		return unsaid
	}
	names := append([]string{p.VendorName, v.Name}, v.Aliases...)
	return pickSide(slices.ContainsFunc(names, func(n string) bool { return alikeNames(n, t.Party) }), agreed, against)
}

func pickSide(ok bool, yes, no siding) siding {
	if ok {
		return yes
	}
	return no
}

// alikeNames reports names of which one has all the words of the other: banks cut names short and add towns.
func alikeNames(a, b string) bool {
	x, y := strings.Fields(plainName(a)), strings.Fields(plainName(b))
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) == 0 || strings.Join(x, "") == strings.Join(y, "") {
		return len(x) > 0
	}
	for _, w := range x {
		if !slices.Contains(y, w) {
			return false
		}
	}
	return len(strings.Join(x, "")) >= minNumber
}

func (r *reconciling) rest(c claimed) int64 {
	if c.in {
		v := r.owed.Receivables[c.at]
		if v.Cancelled {
			return 0
		}
		return v.Rest().Minor
	}
	p := r.owed.Payables[c.at]
	if p.Status == models.PayableVoid {
		return 0
	}
	return p.Rest().Minor
}

// amounts gives what would settle an invoice on a day: all that is left, or that less the discount of its terms.
func (r *reconciling) amounts(c claimed, on models.Day) []int64 {
	rest := r.rest(c)
	if !c.in {
		if saved := r.owed.Payables[c.at].Saved(on).Minor; saved > 0 && saved < rest {
			return []int64{rest, rest - saved}
		}
	}
	return []int64{rest}
}

// choose gives the one choice of named invoices whose amounts come to the transaction's, all of them before some; why says
// what stands against it.
func (r *reconciling) choose(due []claimed, t models.Transaction) (choice []models.Settled, why string) {
	if len(due) > mostNamed {
		return nil, fmt.Sprintf("it names %d invoices", len(due))
	}
	var all, some [][]models.Settled
	var try func(i int, left int64, taken []models.Settled)
	try = func(i int, left int64, taken []models.Settled) {
		switch {
		case left == 0 && len(taken) > 0 && len(taken) == len(due):
			all = append(all, slices.Clone(taken))
		case left == 0 && len(taken) > 0:
			some = append(some, slices.Clone(taken))
		case i < len(due) && left > 0:
			for _, m := range r.amounts(due[i], t.BookedOn) {
				try(i+1, left-m, append(taken, models.Settled{Item: due[i].item, Minor: m}))
			}
			try(i+1, left, taken)
		}
	}
	try(0, t.Size().Minor, nil)
	for _, found := range [][][]models.Settled{all, some} {
		found = slices.CompactFunc(found, sameItems) // with the discount of one or of the other, both are paid
		switch {
		case len(found) == 1:
			return found[0], ""
		case len(found) > 1:
			return nil, "it could be for " + r.numberOf(due, found[0][0].Item) + " or for " + r.numberOf(due, found[1][0].Item)
		}
	}
	var sum int64
	var numbers []string
	for _, c := range due {
		sum += r.rest(c)
		numbers = append(numbers, c.number)
	}
	return nil, fmt.Sprintf("it names %s, of which %s is to be paid", label(strings.Join(numbers, ", ")), models.Money{Minor: sum, Currency: t.Amount.Currency}.Display())
}

func sameItems(a, b []models.Settled) bool {
	return slices.EqualFunc(a, b, func(x, y models.Settled) bool { return x.Item == y.Item })
}

func (r *reconciling) numberOf(due []claimed, item string) string {
	c := due[slices.IndexFunc(due, func(c claimed) bool { return c.item == item })]
	return c.number + " of " + label(c.whose)
}

// inPart reports a payment of a part: of the one invoice that is named, by a reference or to its vendor's own name.
func (r *reconciling) inPart(c claimed, t models.Transaction, strong map[string]bool) bool {
	return t.Size().Minor < r.rest(c) && (strong[c.item] || r.sides(c, t) == agreed)
}

func (r *reconciling) book(due []claimed, s models.Settled, on models.Day) {
	c := due[slices.IndexFunc(due, func(c claimed) bool { return c.item == s.Item })]
	if c.in {
		r.owed.Receivables[c.at] = r.owed.Receivables[c.at].Book(s.Minor, on)
	} else {
		r.owed.Payables[c.at] = r.owed.Payables[c.at].Book(s.Minor, on)
	}
	r.changed[c.item] = true
}

// takeBack finds the payment that a reversal takes back, and has the invoices that it had paid be owed again. A payment that is
// not matched is not taken back before it is: the books may come to call its invoice paid.
func (r *reconciling) takeBack(t *models.Transaction, txs []models.Transaction) bool {
	var o *models.Transaction
	for i := range txs {
		switch like := &txs[i]; {
		case !reverses(*t, *like):
		case o != nil && !sameRefs(*o, *like):
			r.leave(t, true, fmt.Sprintf("it could take back the payment of %s or that of %s", o.BookedOn.Display(), like.BookedOn.Display()))
			return false
		default:
			o = like // the last of those that are the same in all
		}
	}
	if o == nil {
		r.leave(t, false, "it takes back a payment that is not matched")
		return false
	}
	for _, s := range o.Settles {
		r.unbook(s, t.BookedOn)
	}
	o.State, o.Settles, o.Why, o.Named = models.TransactionReversed, nil, "", false
	t.State, t.Undoes, t.Why, t.Named = models.TransactionTook, o.ID, "", false
	r.changed[o.ID], r.changed[t.ID] = true, true
	return true
}

func reverses(t, o models.Transaction) bool {
	matched := o.State == models.TransactionSettled || o.State == models.TransactionOther
	return matched && !o.Reversal && o.Entity == t.Entity && o.Account == t.Account && o.Amount == t.Amount.Neg() && o.BookedOn <= t.BookedOn && kindred(t, o)
}

// kindred reports a reference that two transactions share, or what was written being the same.
func kindred(a, b models.Transaction) bool {
	for _, x := range a.Refs {
		if slices.ContainsFunc(b.Refs, func(y string) bool { return plainNumber(x) != "" && plainNumber(x) == plainNumber(y) }) {
			return true
		}
	}
	if text := plainNumber(a.Text); text != "" {
		return text == plainNumber(b.Text)
	}
	return false
}

func sameRefs(a, b models.Transaction) bool {
	set := func(t models.Transaction) []string {
		m := map[string]bool{}
		for _, x := range t.Refs {
			m[plainNumber(x)] = true
		}
		return slices.Sorted(maps.Keys(m))
	}
	return slices.Equal(set(a), set(b)) && plainNumber(a.Text) == plainNumber(b.Text)
}

func (r *reconciling) unbook(s models.Settled, back models.Day) {
	for i, p := range r.owed.Payables {
		if p.ID == s.Item {
			r.owed.Payables[i], r.changed[s.Item] = p.Unbook(s.Minor, back), true
		}
	}
	for i, v := range r.owed.Receivables {
		if v.ID == s.Item {
			r.owed.Receivables[i], r.changed[s.Item] = v.Unbook(s.Minor, back), true
		}
	}
}
