package bot

import (
	"sync"
	"time"
)

// remembered is how long what Slack has sent is known again when it is sent once more: longer than a signature holds, and
// than Slack tries again. rememberedMost bounds how much of it is kept.
const (
	remembered     = 15 * time.Minute
	rememberedMost = 50_000
)

// memory knows again what came before. Its zero value is ready. It is of this process alone: what a restart or another
// process lets through meets the versions that a click carries, by which nothing happens twice.
type memory struct {
	mu  sync.Mutex
	at  map[string]time.Time
	old []string // keys in the order they came
}

// before reports whether key came before, not long ago, and keeps it.
func (m *memory) before(key string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at, known := m.at[key]; known && now.Sub(at) < remembered {
		return true
	}
	if m.at == nil {
		m.at = map[string]time.Time{}
	}
	for len(m.old) > 0 && (len(m.old) >= rememberedMost || now.Sub(m.at[m.old[0]]) >= remembered) {
		delete(m.at, m.old[0])
		m.old = m.old[1:]
	}
	m.at[key] = now
	m.old = append(m.old, key)
	return false
}
