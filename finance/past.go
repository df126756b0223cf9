package finance

import (
	"math"
	"strconv"
	"strings"

	"remit/models"
)

// windowRows is how many of a vendor's newest payments a new one is compared with. It bounds the time that one payment
// takes, and keeps a vendor's figures from turning on how long the books are.
const windowRows = 400

// payment is what the learned score knows of a payable.
type payment struct {
	vendor   string
	currency models.Currency
	day      int // days since 1970
	minor    int64
	number   string // as written() gives it
	told     told   // what a person has said of it
}

// told is what a person has said of a payment.
type told int8

const (
	toldRight told = iota - 1
	toldNothing
	toldWrong
)

func paymentOf(p models.Payable) payment {
	b := billOf(&p)
	vendor := p.VendorID
	if vendor == "" {
		vendor = plainName(p.VendorName)
	}
	return payment{vendor: vendor, currency: p.Amount.Currency, day: b.day, minor: p.Amount.Minor, number: written(p.Invoice)}
}

// Past is all payments so far, indexed so that a new one is compared with them in microseconds however many they are.
// Currencies never meet in it. It is for one goroutine at a time.
type Past struct {
	limits map[models.Currency][]int64
	books  map[models.Currency]*chronicle
}

// NewPast gives an empty past. The limits are the amounts above which a payment needs more approval.
func NewPast(limits []models.Money) *Past {
	p := &Past{limits: map[models.Currency][]int64{}, books: map[models.Currency]*chronicle{}}
	for _, l := range limits {
		if l.Minor > 0 {
			p.limits[l.Currency] = append(p.limits[l.Currency], l.Minor)
		}
	}
	return p
}

// Add takes a payment that was made into the past. Payments are added in the order of their days; credit notes and what
// has no day are left out, since no cash leaves by them or nobody knows when.
func (p *Past) Add(v models.Payable) {
	if dayOf(v) != "" && v.Amount.Minor > 0 {
		p.add(paymentOf(v))
	}
}

func (p *Past) add(v payment) {
	b := p.in(v.currency)
	b.add(b.entry(v))
}

func (p *Past) signals(v payment) vector {
	b := p.in(v.currency)
	return b.signals(b.entry(v))
}

// aloneRows is how many of the vendor's newest payments are seen where a payment is seen beside those alone: as many as
// a judge can count on being given.
const aloneRows = 200

// alone gives what is seen of a payment beside those of its vendor only.
func (p *Past) alone(v payment) vector {
	var own []payment
	if b := p.books[v.currency]; b != nil && b.vendors[v.vendor] != nil {
		rows := b.vendors[v.vendor].window()
		for _, e := range rows[max(len(rows)-aloneRows, 0):] {
			own = append(own, payment{vendor: v.vendor, currency: v.currency, day: e.day, minor: e.minor, number: e.number})
		}
	}
	return beside(v, own, p.limits)
}

// beside gives what is seen of a payment beside others of its vendor, in the order of their days.
func beside(v payment, own []payment, limits map[models.Currency][]int64) vector {
	past := &Past{limits: limits, books: map[models.Currency]*chronicle{}}
	b := past.in(v.currency)
	b.vendors[v.vendor] = &vendorPast{rows: make([]entry, 0, len(own))}
	for _, o := range own {
		past.add(o)
	}
	return past.signals(v)
}

func (p *Past) in(c models.Currency) *chronicle {
	b := p.books[c]
	if b == nil {
		b = &chronicle{
			limits: p.limits[c], vendors: map[string]*vendorPast{}, amounts: map[int64]int{},
			series: map[string]*series{}, numbers: map[string]seen{},
		}
		p.books[c] = b
	}
	return b
}

// entry is a payment ready for comparing.
type entry struct {
	vendor *vendorPast
	day    int
	minor  int64
	log    float64 // of minor
	number string
	series *series // nil where the number has no digits to count by
	serial int64   // place in the series
}

// seen is the newest use of a number.
type seen struct {
	vendor *vendorPast
	day    int
}

// chronicle is the past in one currency.
type chronicle struct {
	limits  []int64
	vendors map[string]*vendorPast
	amounts map[int64]int   // how often each amount was paid
	numbers map[string]seen // by number
	series  map[string]*series
	levels  histogram
	total   int
	ends    [4]int                           // how many amounts end in at least so many zeros
	days    []int                            // of all payments, ascending
	scratch struct{ logs, sorted []float64 } // reused from one payment to the next
}

func (b *chronicle) entry(v payment) entry {
	e := entry{day: v.day, minor: v.minor, log: math.Log(float64(max(v.minor, 1))), number: v.number, vendor: b.vendors[v.vendor]}
	if e.vendor == nil {
		e.vendor = &vendorPast{}
		b.vendors[v.vendor] = e.vendor
	}
	digits := digitsOf(v.number)
	if digits == "" || len(digits) > 18 {
		return e
	}
	serial, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return e
	}
	key := strings.TrimSuffix(v.number, digits) + "#" + strconv.Itoa(len(digits))
	if b.series[key] == nil {
		b.series[key] = &series{}
	}
	e.series, e.serial = b.series[key], serial
	return e
}

func (b *chronicle) add(e entry) {
	e.vendor.add(e)
	b.amounts[e.minor]++
	b.levels.add(e.log)
	b.total++
	b.days = append(b.days, max(e.day, b.newest()))
	for i := range b.ends[:trailingZeros(e.minor)+1] {
		b.ends[i]++
	}
	if e.number != "" {
		b.numbers[e.number] = seen{e.vendor, e.day}
	}
	if e.series != nil {
		e.series.add(placed{e.serial, e.day, e.vendor})
	}
}

// newest gives the day of the newest payment.
func (b *chronicle) newest() int {
	if len(b.days) == 0 {
		return math.MinInt
	}
	return b.days[len(b.days)-1]
}

// trailingZeros counts the zeros that an amount ends in, up to three.
func trailingZeros(minor int64) int {
	n := 0
	for n < 3 && minor != 0 && minor%10 == 0 {
		minor /= 10
		n++
	}
	return n
}

// vendorPast is a vendor's newest payments, oldest first, and when the vendor was first paid.
type vendorPast struct {
	rows  []entry
	first int
	count int
}

func (v *vendorPast) add(e entry) {
	if v.count == 0 {
		v.first = e.day
	}
	v.count++
	if len(v.rows) == 2*windowRows {
		v.rows = v.rows[:copy(v.rows, v.rows[windowRows:])]
	}
	v.rows = append(v.rows, e)
}

// window gives the rows to compare with.
func (v *vendorPast) window() []entry { return v.rows[max(len(v.rows)-windowRows, 0):] }

// histogram is the distribution of all amounts on the log scale.
type histogram struct {
	bins  [histogramBins]int
	total int
}

// Bins of a tenth of a natural log unit, up to e^45.
const (
	histogramBins = 450
	binsPerUnit   = 10
)

func binOf(log float64) int { return min(max(int(log*binsPerUnit), 0), histogramBins-1) }

func (h *histogram) add(log float64) {
	h.bins[binOf(log)]++
	h.total++
}

// density gives the density at a log amount, smoothed over three bins, never quite zero.
func (h *histogram) density(log float64) float64 {
	i, n := binOf(log), 0
	for _, j := range []int{i - 1, i, i + 1} {
		if j >= 0 && j < histogramBins {
			n += h.bins[j]
		}
	}
	return (float64(n)/3*binsPerUnit + .02) / (float64(h.total) + 1)
}

// rank gives the share of amounts below a log amount.
func (h *histogram) rank(log float64) float64 {
	below := 0
	for _, n := range h.bins[:binOf(log)] {
		below += n
	}
	return float64(below) / float64(max(h.total, 1))
}
