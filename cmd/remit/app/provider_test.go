package app

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
)

func TestCallsOfAProviderUseTheConnectionsOfThoseBefore(t *testing.T) {
	var opened atomic.Int64
	var together sync.WaitGroup // so that each of a round needs a connection of its own
	provider := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		together.Done()
		together.Wait()
	}))
	provider.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	provider.Start()
	defer provider.Close()
	client := providerClient()
	defer client.CloseIdleConnections()
	for range 3 {
		together.Add(idleCalls)
		var calls sync.WaitGroup
		for range idleCalls {
			calls.Go(func() {
				resp, err := client.Get(provider.URL)
				if err != nil {
					t.Error(err)
					return
				}
				_ = resp.Body.Close()
			})
		}
		calls.Wait()
	}
	if n := opened.Load(); n != idleCalls {
		t.Errorf("%d connections were opened for three rounds of %d calls", n, idleCalls)
	}
}
