package web

import (
	"context"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// result is what became of a webhook, as a metric's label.
type result string

const (
	resultAccepted    result = "accepted"
	resultDuplicate   result = "duplicate"
	resultDead        result = "dead_letter"
	resultUnknown     result = "unknown" // a kind that remit has no use for
	resultAnswered    result = "answered"
	resultForged      result = "unauthenticated"
	resultTooLarge    result = "too_large"
	resultBroken      result = "broken" // the body never arrived whole
	resultUnavailable result = "unavailable"
	resultError       result = "error"
)

func results() []result {
	return []result{
		resultAccepted, resultDuplicate, resultDead, resultUnknown, resultAnswered, resultForged, resultTooLarge,
		resultBroken, resultUnavailable, resultError,
	}
}

// Metrics counts what comes in over the network. Make one a process and give it to both handlers.
type Metrics struct {
	webhooks *prometheus.CounterVec
	seconds  prometheus.Histogram
	answers  *prometheus.CounterVec
}

// NewMetrics makes the metrics and registers them, together with gauges of what counts gives (nil: none).
func NewMetrics(reg prometheus.Registerer, counts Counter) *Metrics {
	m := &Metrics{
		webhooks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "remit_webhooks_total", Help: "Webhooks by source and what became of them.",
		}, []string{"source", "result"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "remit_webhook_seconds", Help: "Seconds from a webhook's headers to its answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "remit_answers_total", Help: "Answers given in the console and the API, by kind and outcome.",
		}, []string{"via", "kind", "outcome"}),
	}
	reg.MustRegister(m.webhooks, m.seconds, m.answers)
	if counts != nil {
		reg.MustRegister(countsCollector{counts})
	}
	return m
}

// forSource gives the source's counters, looked up once so that a request need not.
func (m *Metrics) forSource(name string) map[result]prometheus.Counter {
	of := map[result]prometheus.Counter{}
	for _, r := range results() {
		of[r] = m.webhooks.WithLabelValues(name, string(r))
	}
	return of
}

// answered counts an answer; outcome is "ok" or the kind of the error.
func (m *Metrics) answered(via, kind, outcome string) {
	if outcome == "" {
		outcome = "ok"
	}
	m.answers.WithLabelValues(via, kind, outcome).Inc()
}

// countsTimeout bounds what a scrape may ask of the database.
const countsTimeout = 2 * time.Second

var (
	upDesc        = prometheus.NewDesc("remit_database_up", "1 if the counts could be read from the database.", nil, nil)
	inboxDesc     = prometheus.NewDesc("remit_inbox_pending", "Deliveries that are not decided yet.", nil, nil)
	deadDesc      = prometheus.NewDesc("remit_dead_letters", "Deliveries that could not be decided.", nil, nil)
	statesDesc    = prometheus.NewDesc("remit_decisions", "Decisions by the state they are in.", []string{"state"}, nil)
	decisionsDesc = prometheus.NewDesc("remit_decisions_total", "Decisions ever made.", nil, nil)
	effectsDesc   = prometheus.NewDesc("remit_effects", "Effects by the state they are in.", []string{"state"}, nil)
	otherDesc     = prometheus.NewDesc("remit_count", "Other counts of the database, by name.", []string{"name"}, nil)
)

// countsCollector reads the counts when it is scraped. A database that does not answer is a metric, not a failed scrape.
type countsCollector struct{ counts Counter }

// Describe sends the descriptions of everything that Collect may send.
func (countsCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{upDesc, inboxDesc, deadDesc, statesDesc, decisionsDesc, effectsDesc, otherDesc} {
		ch <- d
	}
}

// Collect sends the counts as they are now.
func (c countsCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), countsTimeout)
	defer cancel()
	counts, err := c.counts.Counts(ctx)
	if err != nil {
		ch <- prometheus.MustNewConstMetric(upDesc, prometheus.GaugeValue, 0)
		return
	}
	ch <- prometheus.MustNewConstMetric(upDesc, prometheus.GaugeValue, 1)
	var decisions int64
	for name, n := range counts {
		if strings.HasPrefix(name, "state_") {
			decisions += n
		}
		ch <- countMetric(name, float64(n))
	}
	ch <- prometheus.MustNewConstMetric(decisionsDesc, prometheus.CounterValue, float64(decisions))
}

func countMetric(name string, n float64) prometheus.Metric {
	gauge := func(d *prometheus.Desc, labels ...string) prometheus.Metric {
		return prometheus.MustNewConstMetric(d, prometheus.GaugeValue, n, labels...)
	}
	if state, ok := strings.CutPrefix(name, "state_"); ok {
		return gauge(statesDesc, state)
	}
	if state, ok := strings.CutPrefix(name, "effects_"); ok {
		return gauge(effectsDesc, state)
	}
	switch name {
	case "inbox_pending":
		return gauge(inboxDesc)
	case "dead_letters":
		return gauge(deadDesc)
	}
	return gauge(otherDesc, name)
}
