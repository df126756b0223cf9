package slackfake

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// File is what the app has uploaded.
type File struct {
	ID, Name, Title, Alt string
	Channel, ThreadTS    string // where it was shared; empty where it was not
	Body                 []byte
	length               int
	done                 bool
}

// maxAlt is the longest description of an image.
const maxAlt = 1000

// Files gives the files whose upload was completed, oldest first.
func (s *Server) Files() []File {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []File
	for _, f := range s.files {
		if f.done {
			out = append(out, *f)
		}
	}
	slices.SortFunc(out, func(a, b File) int { return compareText(a.ID, b.ID) })
	return out
}

// uploadURL begins an upload: Slack is told the length before it takes the bytes.
func (s *Server) uploadURL(a args) result {
	n, err := strconv.Atoi(a.get("length"))
	switch {
	case !slices.Contains(s.Scopes, "files:write"):
		return fail("missing_scope")
	case a.get("filename") == "" || err != nil || n <= 0:
		return fail("invalid_arguments")
	case Length(a.get("alt_txt")) > maxAlt:
		return fail("alt_txt_too_large")
	}
	f := &File{ID: s.nextID("F"), Name: a.get("filename"), Alt: a.get("alt_txt"), length: n}
	s.files[f.ID] = f
	return ok(map[string]any{"upload_url": s.base + "/upload/" + f.ID, "file_id": f.ID})
}

// upload takes the bytes of a file.
func (s *Server) upload(w http.ResponseWriter, id string, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[id]
	if f == nil || f.done || len(body) != f.length {
		http.Error(w, "no such upload", http.StatusNotFound)
		return
	}
	f.Body = body
	_, _ = w.Write([]byte("OK - " + strconv.Itoa(len(body))))
}

// completeUpload makes uploaded files usable, and shares them where it is said.
func (s *Server) completeUpload(a args) result {
	var files []struct{ ID, Title string }
	if json.Unmarshal([]byte(a.get("files")), &files) != nil || len(files) == 0 {
		return fail("invalid_arguments")
	}
	channel := a.get("channel_id")
	if channel != "" {
		if _, problem := s.writable(channel); problem != "" {
			return fail(problem)
		}
	}
	var done []map[string]any
	for _, said := range files {
		f := s.files[said.ID]
		if f == nil || f.Body == nil {
			return fail("file_not_found")
		}
		f.done, f.Title, f.Channel, f.ThreadTS = true, said.Title, channel, a.get("thread_ts")
		done = append(done, map[string]any{"id": f.ID, "title": f.Title})
	}
	return ok(map[string]any{"files": done})
}

// missingFile gives a file that the blocks show and that is not there.
func (s *Server) missingFile(blocks json.RawMessage) string {
	var all []struct {
		File struct{ ID string } `json:"slack_file"`
	}
	_ = json.Unmarshal(blocks, &all)
	for _, b := range all {
		if id := b.File.ID; id != "" && (s.files[id] == nil || !s.files[id].done) {
			return id
		}
	}
	return ""
}

// fileBytes gives the bytes in a request to an upload's address: raw, or the part of a form.
func fileBytes(r *http.Request, body []byte) []byte {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		return body
	}
	return partOf(r.Header.Get("Content-Type"), body)
}
