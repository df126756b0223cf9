// Stockreorder proposes to reorder what would run out before a delivery comes, and does what became of it. Try it beside
// `remit serve`, with a source named warehouse whose deliver_to is http://localhost:9090/:
//
//	WAREHOUSE_SECRET=whsec_... go run ./examples/stockreorder
package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"os"
	"time"

	"remit/examples/proposer"
	"remit/examples/stockreorder/reorder"
)

func main() {
	url := flag.String("url", "http://localhost:8080/v1/webhooks/warehouse", "the source's address at remit")
	listen := flag.String("listen", "localhost:9090", "where outcomes are heard")
	file := flag.String("stock", "", "a CSV file like reorder/stock.csv; the sample where empty")
	flag.Parse()
	stock := reorder.Sample
	if *file != "" {
		var err error
		if stock, err = os.ReadFile(*file); err != nil {
			log.Fatal(err)
		}
	}
	secret := os.Getenv("WAREHOUSE_SECRET")
	proposals, err := reorder.Propose(stock, time.Now().Format(time.DateOnly), "EUR", 0.3)
	if err != nil {
		log.Fatal(err)
	}
	heard, err := proposer.Hear(secret, func(o proposer.Outcome) error {
		if o.Do() { // here the order would be sent, or cancelled, once for each o.Key
			log.Printf("%s: order of %s is now %s (%s)", o.Outcome, o.Item, o.Value, o.Note)
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
		log.Printf("proposed to reorder %s of %s", p.Value, p.Item)
	}
	server := &http.Server{Addr: *listen, Handler: heard, ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}
