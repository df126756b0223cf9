// Capacity proposes to move people between support queues ahead of a rush, and does what became of it. Try it beside
// `remit serve`, with a source named planner whose deliver_to is http://localhost:9091/:
//
//	PLANNER_SECRET=whsec_... go run ./examples/capacity
package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"os"
	"time"

	"remit/examples/capacity/rota"
	"remit/examples/proposer"
)

func main() {
	url := flag.String("url", "http://localhost:8080/v1/webhooks/planner", "the source's address at remit")
	listen := flag.String("listen", "localhost:9091", "where outcomes are heard")
	file := flag.String("forecast", "", "a CSV file like rota/rota.csv; the sample where empty")
	flag.Parse()
	forecast := rota.Sample
	if *file != "" {
		var err error
		if forecast, err = os.ReadFile(*file); err != nil {
			log.Fatal(err)
		}
	}
	secret := os.Getenv("PLANNER_SECRET")
	proposals, err := rota.Propose(forecast, time.Now().Format(time.DateOnly))
	if err != nil {
		log.Fatal(err)
	}
	heard, err := proposer.Hear(secret, func(o proposer.Outcome) error {
		if o.Do() { // here the rota would be changed, or changed back, once for each o.Key
			log.Printf("%s: %s now has %s (%s)", o.Outcome, o.Item, o.Value, o.Note)
		} else {
			log.Printf("%s: nothing to do for %s", o.Outcome, o.Item)
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	client := proposer.Client{URL: *url, Secret: secret, HTTP: &http.Client{Timeout: 10 * time.Second}, Now: time.Now}
	for _, p := range proposals {
		if err := client.Propose(context.Background(), p); err != nil {
			log.Fatal(err)
		}
		log.Printf("proposed to move %s to %s", p.Value, p.Item)
	}
	server := &http.Server{Addr: *listen, Handler: heard, ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}
