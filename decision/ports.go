package decision

import (
	"context"
	"time"

	"remit/models"
)

// Reader is what the engine reads of what is known. Maps lack the ids that nothing is known of. Every read within one
// Drain sees one state of the database, or a later one: what it must not have missed is checked again at the commit.
type Reader interface {
	Tickets(ctx context.Context, ids []string) (map[string]models.Ticket, error)
	Accounts(ctx context.Context, ids []string) (map[string]models.Account, error)
	Vendors(ctx context.Context, ids []string) (map[string]models.Vendor, error)
	Payables(ctx context.Context, ids []string) (map[string]models.Payable, error)
	Receivables(ctx context.Context, ids []string) (map[string]models.Receivable, error)
	// Overdue gives what those who are the accounts owe by open invoices that were due before the day, by account and currency.
	Overdue(ctx context.Context, accounts []models.Account, day models.Day) (map[string][]models.Money, error)
	Balances(ctx context.Context, ids []string) (map[string]models.Balance, error)
	Submissions(ctx context.Context, ids []string) (map[string]models.Submission, error)
	// TransactionsByID gives those of the transactions that are known, OpenTransactions a pool's that are not matched, at most
	// a thousand, those that name an invoice and the newest first, and BookedSince all of a pool's since a day.
	TransactionsByID(ctx context.Context, ids []string) (map[string]models.Transaction, error)
	OpenTransactions(ctx context.Context, pool string) ([]models.Transaction, error)
	BookedSince(ctx context.Context, pool string, since models.Day) ([]models.Transaction, error)
	// Owed gives a pool's invoices that are open, or were paid on a day or after it; no vendors.
	Owed(ctx context.Context, pool string, since models.Day) (models.Owed, error)
	// Stated gives, newest first, the confidences that a model of another system stated for an action, each with the
	// verdict of people on it where that counts.
	Stated(ctx context.Context, a models.Action, model string, limit int) ([]Stated, error)
	// Besides gives, newest first, decisions on an action on which another judge had an opinion too and of which people's
	// verdict counts.
	Besides(ctx context.Context, a models.Action, model string, limit int) ([]Besides, error)
	// Opinions gives what other judges said of a decision, oldest first.
	Opinions(ctx context.Context, decisionID string) ([]models.Second, error)
	// Pool gives a cash pool's balances, its open payables and receivables, and what is planned and known of its past.
	Pool(ctx context.Context, id string) (models.Pool, error)
	// History gives, newest first and at most a few hundred, what the payable is judged against: earlier payables of
	// its vendor, and of other vendors those with the same amount, bank account or purchase order within the last year; one that has
	// been paid counts as earlier however late it came. The payable itself is not among them.
	History(ctx context.Context, p models.Payable) ([]models.Payable, error)
	// Copies gives, oldest first and at most a few hundred, the other payables of the payable's amount that are still to be
	// paid.
	Copies(ctx context.Context, p models.Payable) ([]models.Payable, error)
	// SameVendors gives the other ids under which the payable's vendor is known: those of vendors who share a name or an
	// alias with it, however that is spelled. History has their payables of the same amount, whenever they were.
	SameVendors(ctx context.Context, p models.Payable) ([]string, error)
	// Recent gives the newest tickets created since, at most some hundreds, with the incidents that they are of.
	Recent(ctx context.Context, since time.Time) ([]models.Seen, error)
	// OpenTickets counts the tickets that wait for an answer of ours.
	OpenTickets(ctx context.Context) (models.OpenTickets, error)
	// Members gives the tickets of an incident, the oldest first.
	Members(ctx context.Context, incident string) ([]models.Membership, error)
	// Norms gives what is usual of customers and queues.
	Norms(ctx context.Context, ids []string) (map[string]models.Norm, error)
	// Open gives the decisions on the items that are in an open state.
	Open(ctx context.Context, items []string) ([]models.Decision, error)
	// Newest gives, for each of the items, the newest decision of each action, in whatever state.
	Newest(ctx context.Context, items []string) ([]models.Decision, error)
	// Dismissed gives, by case, the newest decision on it that a person ended by letting the payment go.
	Dismissed(ctx context.Context, cases []string) (map[string]models.Decision, error)
	// Echoed gives those of the fingerprints that we wrote ourselves since.
	Echoed(ctx context.Context, fingerprints []string, since time.Time) (map[string]bool, error)
	// Switches gives the kill switches that were ever touched.
	Switches(ctx context.Context) (map[models.Domain]models.Switch, error)
	// Spent gives what was spent of each budget; see Spend.
	Spent(ctx context.Context, budgets []string) (map[string]int64, error)
	// StandingsOf gives what is kept of those of the slices of which anything is.
	StandingsOf(ctx context.Context, slices []Slice) (map[Slice]Standing, error)
	// Acts gives the newest of what a slice did by itself since, oldest first.
	Acts(ctx context.Context, of Slice, since time.Time, limit int) ([]Act, error)
	// Grants gives those given here whose last day is not before the day.
	Grants(ctx context.Context, day models.Day) ([]models.Grant, error)
	// LastVerdict gives when the person last gave a verdict; the zero time where they never did.
	LastVerdict(ctx context.Context, person string) (time.Time, error)
}

// Changes is all that a batch of events, or one answer, causes. A store commits the whole or nothing.
type Changes struct {
	// Facts, whole. Tickets, payables, receivables, balances, submissions and transactions are changed by one subject's drain alone and
	// replace what is there. Accounts and vendors are shared by subjects: the store folds them onto what it finds.
	Tickets      []models.Ticket
	Accounts     []models.Account
	Vendors      []models.Vendor
	Payables     []models.Payable
	Receivables  []models.Receivable
	Balances     []models.Balance
	Submissions  []models.Submission
	Transactions []models.Transaction
	Told         []models.Balance // every balance that was told, also those that a later one of the batch has replaced
	Planned      []models.PlannedItem
	Unplanned    []string // ids of planned items that are not expected any more

	Joined      []models.Membership // which incident tickets were found to be of
	Heard       []models.Heard      // customers' messages, for what is usual
	Opinions    []models.Second     // of other judges; the first of a judge on a decision stays
	Snapshots   []models.Snapshot
	Decisions   []models.Decision // new ones; one that is already there is a Conflict
	Moves       []Move
	Entries     []models.Entry
	Effects     []models.Effect // new ones, each with its job; one that is already there is left as it is
	Recalls     []string        // ids of queued effects to stop; one that is no longer queued is a Conflict
	Leaving     []string        // ids of queued effects that are about to be tried; one that is neither queued nor leaving is a Conflict
	Sent        []string        // ids of queued or leaving effects that are done
	Dead        []string        // ids of queued or leaving effects that were given up
	Running     []models.Domain // domains that must not be paused when this commits, else it is a Conflict (on PostgreSQL: read FOR SHARE)
	Echoes      []string        // fingerprints of what we write
	Spends      []Spend
	Switches    []models.Switch
	Verdicts    []Verdict      // what people thought; a decision has one at most, see models.Decision.Judge
	Turned      []Verdict      // in place of those that there were on the same decisions; where there was none, a Conflict
	Standings   []StandingMove // compare-and-set on their version
	Grants      []models.Grant // new ones, or ended ones in place of what is there
	DeadLetters []models.DeadLetter
	Deliveries  []models.Delivery // new rows for the inbox; one that is already there is left as it is
	At          time.Time         // when, for what the rows say
}

// Move is a decision as it is now, to replace the row that still has version From. Another version there is a Conflict.
type Move struct {
	Decision models.Decision
	From     int
}

// StandingMove is a standing as it is now, to replace the row that still has version From, or to be new where that is 0.
// Another version there is a Conflict.
type StandingMove struct {
	Standing Standing
	From     int
}

// Spend takes N of a budget of Limit. A budget that would be overrun is a Conflict: whoever spends reads Spent first,
// so it happens only when two nodes spend side by side, and trying again asks instead of acting.
type Spend struct {
	Budget string // names what and when: "actions/2026-12-03T14", "money/2026-12-03"
	N      int64
	Limit  int64
}

// Ledger is where decisions are kept.
type Ledger interface {
	Reader
	// Drain takes up to limit deliveries of subjects that nobody else is draining, each subject's in order, has them
	// decided, and commits what they cause together with their being done. It gives how many were done. If decide or
	// the commit fails nothing has happened, the error is passed on with its kind, and n is how many were tried.
	Drain(ctx context.Context, limit int, decide func(context.Context, Reader, []models.Delivery) (Changes, error)) (n int, err error)
	// Commit commits changes that no delivery caused.
	Commit(ctx context.Context, c Changes) error
	// Decision gives a decision by its id, or NotFound.
	Decision(ctx context.Context, id string) (models.Decision, error)
	// Snapshot gives the facts by their id, or NotFound.
	Snapshot(ctx context.Context, id string) (models.Snapshot, error)
	// Effect gives an effect by its id, or NotFound.
	Effect(ctx context.Context, id string) (models.Effect, error)
	// Delivery gives a delivery by its id, drained or not, or NotFound.
	Delivery(ctx context.Context, id string) (models.Delivery, error)
	// Leaving gives the effects of a domain that write to a provider, in a state, made since; all domains for "".
	Leaving(ctx context.Context, d models.Domain, s models.EffectState, since time.Time) ([]models.Effect, error)
	// Standings gives what is kept of every slice.
	Standings(ctx context.Context) ([]Standing, error)
	// VerdictsOf gives a slice's verdicts since, oldest first.
	VerdictsOf(ctx context.Context, of Slice, since time.Time) ([]Verdict, error)
	// VerdictOn gives the verdict on a decision, or NotFound.
	VerdictOn(ctx context.Context, decisionID string) (Verdict, error)
	// Volume counts a slice's decisions since, and those of them that were at least so sure, acted alone, or got a verdict.
	Volume(ctx context.Context, of Slice, sure float64, since time.Time) (Volume, error)
	// Scores gives what a slice's decisions were scored by, in their order, from the one after the number on, and the number
	// of the last.
	Scores(ctx context.Context, of Slice, after int64, limit int) (scores []Scores, last int64, err error)
	// Slices gives the slices that decisions were made in since.
	Slices(ctx context.Context, since time.Time) ([]Slice, error)
	// Figure gives a goal's figure for an action in a segment between two times, and how many cases it is of.
	Figure(ctx context.Context, goal string, a models.Action, segment string, from, to time.Time) (figure float64, n int, err error)
	// Overridden gives, for the autonomous decisions of all slices in their order after the number on and made before a
	// time, whether people overrode them unasked, and the number of the last.
	Overridden(ctx context.Context, after int64, before time.Time, limit int) (overridden []bool, last int64, err error)
	// InState gives the decisions of a domain in a state; all domains for "".
	InState(ctx context.Context, d models.Domain, s models.State) ([]models.Decision, error)
	// Acted gives what remit did by itself, or is about to, newest first; what was taken back or settled otherwise since is
	// not among it.
	Acted(ctx context.Context, q UndoQuery) ([]models.Decision, error)
}

// Act is one decision that remit carried out, or is to, without an answer.
type Act struct {
	ID         string
	Overridden bool // by people, unasked
}

// Scores are what is watched of what comes in: how sure remit was, and two features of the case itself, how long what it is
// about is said and how much spoke for or against, in characters.
type Scores struct {
	Confidence float64
	Length     float64
	Said       float64
}

// Volume is how much there is of a slice.
type Volume struct {
	Decisions int
	Sure      int // at least as sure as was asked
	Acted     int // without an answer
	Judged    int // with a verdict
}

// Translator gives a source's deliveries in remit's own words. No event means there is nothing in it for us.
type Translator interface {
	Translate(models.Delivery) ([]models.Event, error)
}

// TicketJudge judges tickets, purely.
type TicketJudge interface {
	Decide(models.Facts, models.TriageRules) models.Judgement
}

// PaymentJudge judges payments and plans a pool's pay days, purely.
type PaymentJudge interface {
	Decide(models.Facts, models.CashRules) models.Judgement
	Plan(models.Pool, models.CashRules) models.Plan
	// Reconcile matches a pool's open transactions with invoices and gives what changed by it; see models.Transaction.
	Reconcile(txs []models.Transaction, owed models.Owed) models.Reconciled
	// Price says what paying the item on a day costs beside the day it is planned on now, and what cash that leaves.
	Price(p models.Pool, r models.CashRules, item string, day models.Day) (cost models.Money, cash models.Cash, err error)
}
