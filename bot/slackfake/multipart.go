package slackfake

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
)

// partOf gives the first file in a multipart form.
func partOf(contentType string, body []byte) []byte {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil
	}
	r := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		p, err := r.NextPart()
		if err != nil {
			return nil
		}
		if p.FileName() != "" {
			raw, _ := io.ReadAll(p)
			return raw
		}
	}
}
