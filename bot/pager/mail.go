// Package pager reaches people where Slack does not: by mail, and by the webhook of a paging service.
package pager

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"

	"remit/bot"
	"remit/models"
)

// limit bounds one message.
const limit = 20 * time.Second

// Mail tells people by mail.
type Mail struct {
	URL  models.Secret // smtp://user:password@host:587, or smtps:// for TLS from the start
	From string
	To   []string
}

// Page sends one mail to all. Its id is made of the page's key, so that a mail that is sent twice is the same mail.
func (m Mail) Page(ctx context.Context, p bot.Page) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	msg, err := m.message(p)
	if err != nil {
		return err
	}
	c, err := m.client()
	if err != nil {
		return err
	}
	if err := c.DialAndSendWithContext(ctx, msg); err != nil {
		return models.Errorf(models.Unavailable, "the mail could not be sent: %w", err)
	}
	return nil
}

func (m Mail) message(p bot.Page) (*mail.Msg, error) {
	msg := mail.NewMsg()
	if err := errors.Join(msg.From(m.From), msg.To(m.To...)); err != nil {
		return nil, models.Errorf(models.Invalid, "an address of the mail is none: %w", err)
	}
	msg.Subject("remit: " + p.Title)
	msg.SetMessageIDWithValue(p.Key + "@remit.invalid")
	msg.SetBodyString(mail.TypeTextPlain, p.Text)
	return msg, nil
}

// client speaks TLS wherever the server does, and always where there is a password.
func (m Mail) client() (*mail.Client, error) {
	u, err := url.Parse(m.URL.Reveal())
	if err != nil || u.Hostname() == "" {
		return nil, models.Errorf(models.Invalid, "the address of the mail server cannot be read")
	}
	opts := []mail.Option{mail.WithTimeout(limit), mail.WithTLSPolicy(mail.TLSOpportunistic)}
	if u.Scheme == "smtps" {
		opts = append(opts, mail.WithSSL(), mail.WithPort(465))
	}
	if password, has := u.User.Password(); has {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
		if u.Scheme != "smtps" && !loopback(u.Hostname()) {
			opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory))
		}
	}
	if n, err := strconv.Atoi(u.Port()); err == nil {
		opts = append(opts, mail.WithPort(n))
	}
	c, err := mail.NewClient(u.Hostname(), opts...)
	if err != nil {
		return nil, models.Errorf(models.Invalid, "the mail server cannot be used: %w", err)
	}
	return c, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
