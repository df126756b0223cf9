package main

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// secret signs the load's webhooks.
const secret = "a-secret-of-the-ingest-bench"

// load drives signed tickets at some servers from c connections.
type load struct {
	addrs []string
	path  string
	c     int
	run   string // makes the ids of this run its own
}

// drive sends for d and gives what was measured and the ids that were accepted.
func (l load) drive(ctx context.Context, servers []*process, d time.Duration) (point, []string, error) {
	cpu := cpuOf(servers)
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	var wg sync.WaitGroup
	clients := make([]client, l.c)
	start := time.Now()
	for i := range clients {
		clients[i] = client{load: l, n: i, addr: l.addrs[i%len(l.addrs)], rng: rand.New(rand.NewPCG(1, uint64(i)))}
		wg.Go(func() { clients[i].run(ctx) })
	}
	wg.Wait()
	elapsed := time.Since(start)
	var took []time.Duration
	var ids []string
	var errs []error
	for _, c := range clients {
		took, ids, errs = append(took, c.took...), append(ids, c.ids...), append(errs, c.err)
	}
	if err := errors.Join(errs...); err != nil {
		return point{}, nil, err
	}
	if len(took) == 0 {
		return point{}, nil, errors.New("nothing was accepted")
	}
	slices.Sort(took)
	at := func(q float64) float64 { return float64(took[int(q*float64(len(took)-1))]) / float64(time.Millisecond) }
	return point{
		C: l.c, PerS: float64(len(took)) / elapsed.Seconds(), P50: at(.5), P99: at(.99),
		CPUUs: float64((cpuOf(servers) - cpu).Microseconds()) / float64(len(took)),
	}, ids, nil
}

// client is one keep-alive connection.
type client struct {
	load
	n    int
	addr string
	took []time.Duration
	ids  []string
	err  error
	rng  *rand.Rand // of what the tickets say
}

func (c *client) run(ctx context.Context) {
	conn, err := net.Dial("tcp", c.addr)
	if err != nil {
		c.err = err
		return
	}
	defer conn.Close()
	br := bufio.NewReader(conn)
	for i := 0; ctx.Err() == nil; i++ {
		id := fmt.Sprintf("%s-%d-%d", c.load.run, c.n, i)
		req := c.request(id, i%10 == 0)
		start := time.Now()
		if _, err := conn.Write(req); err != nil {
			c.err = err
			return
		}
		status, err := readStatus(br)
		if err != nil {
			c.err = err
			return
		}
		if status != http.StatusAccepted {
			c.err = fmt.Errorf("answered %d", status)
			return
		}
		c.took = append(c.took, time.Since(start))
		c.ids = append(c.ids, id)
	}
}

func readStatus(br *bufio.Reader) (int, error) {
	resp, err := http.ReadResponse(br, nil)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, errors.Join(err, resp.Body.Close())
}

// request is one signed Zendesk webhook of some 1.6 KB.
func (c *client) request(id string, urgent bool) []byte {
	text := textOf(c.rng, urgent)
	now := time.Now().UTC().Format(time.RFC3339)
	body := fmt.Sprintf(ticketBody, id, now, id, id, id, text, now, now, padding)
	m := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(m, now+body)
	var b strings.Builder
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"+
		"X-Zendesk-Webhook-Signature: %s\r\nX-Zendesk-Webhook-Signature-Timestamp: %s\r\n\r\n%s",
		c.path, len(body), base64.StdEncoding.EncodeToString(m.Sum(nil)), now, body)
	return []byte(b.String())
}

const ticketBody = `{"type":"zen:event-type:ticket.created","account_id":1,"id":"%s","time":"%s","zendesk_event_version":"2022-11-06",` +
	`"subject":"zen:ticket:%s","detail":{"id":"%s","actor_id":"7","requester_id":"7","subject":"A question about order %s",` +
	`"description":"%s","priority":"NORMAL","status":"NEW","created_at":"%s","updated_at":"%s","is_public":true,"tags":["web"],` +
	`"via":{"channel":"email"},"custom_fields":"%s"},"event":{"meta":{"sequence":{"position":1}}}}`

var padding = strings.Repeat("field value of the help desk; ", 22)
