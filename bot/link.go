package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/slack-go/slack"

	"remit/models"
)

// Links keeps the wishes of Slack users to be known here.
type Links interface {
	AskLink(ctx context.Context, l models.Link) (models.Link, error)
	Link(ctx context.Context, slackID string) (models.Link, error)
	// SettleLink keeps what an admin said; a Conflict where that was said already.
	SettleLink(ctx context.Context, l models.Link) error
	// Linkable gives the people who are not known in Slack yet.
	Linkable() []models.Person
}

// The ids of what asks to be known, and of what an admin answers with.
const (
	ActionAskLink    = "link-ask"
	ActionLink       = "link"        // its option's value is "slackID personID"
	ActionRefuseLink = "link-refuse" // its value is the Slack id
)

const linkPrefix = "link:"

// errStranger is why nobody whom remit does not know may answer.
var errStranger = models.Errorf(models.Denied, "remit does not know you.")

// introduce tells a stranger whom to ask, with a button to ask an admin.
func (b *Bot) introduce(ctx context.Context, in slack.InteractionCallback, sentence string) {
	blocks := []slack.Block{slack.NewSectionBlock(plain(show(sentence, 2900)), nil, nil)}
	if b.Links != nil {
		ask := slack.NewButtonBlockElement(ActionAskLink, in.User.ID, plain("Ask to be added"))
		blocks = append(blocks, slack.NewActionBlock("introduce", ask))
	}
	err := b.whisperBlocks(ctx, in.ResponseURL, channelIn(in), in.User.ID, sentence, blocks)
	if err != nil {
		b.Logger.Warn("tell a stranger", slog.String("kind", string(models.KindOf(err))))
	}
}

// askLink keeps a stranger's wish and puts it before the admins. Guests and strangers to the workspace have none.
func (b *Bot) askLink(ctx context.Context, in slack.InteractionCallback, ack func()) {
	ack()
	_, err := b.clicker(ctx, in)
	switch {
	case err == nil:
		b.tell(ctx, in, "remit knows you already.")
		return
	case !errors.Is(err, errStranger) || b.Links == nil:
		b.tell(ctx, in, models.SentenceOf(err))
		return
	}
	full, err := b.fullMember(ctx, in.User.ID)
	if err != nil || !full {
		b.tell(ctx, in, "Guests, bots and deactivated accounts cannot be added.")
		return
	}
	l, err := b.Links.AskLink(ctx, models.Link{SlackID: in.User.ID, Name: line(in.User.Name, 80), AskedAt: b.Now()})
	if err == nil {
		err = b.placeLink(ctx, l)
	}
	if err != nil {
		b.tell(ctx, in, "Your wish could not be passed on: "+models.SentenceOf(err))
		return
	}
	b.tell(ctx, in, "An admin of remit has been asked to say who you are. Until then nothing you click is taken.")
}

func (b *Bot) placeLink(ctx context.Context, l models.Link) error {
	item := linkPrefix + l.SlackID
	defer b.lock(item)()
	ref, err := b.ref(ctx, item)
	if err != nil {
		return err
	}
	return b.place(ctx, ref, linkSheet{b, l}, false, true)
}

// linkSheet is the card on which an admin says who a Slack user is.
type linkSheet struct {
	*Bot
	models.Link
}

func (s linkSheet) home() string { return s.Fallback }
func (s linkSheet) open() bool   { return s.State == models.LinkAsked }
func (s linkSheet) urgent() bool { return true }

func (s linkSheet) draw(string) ([]slack.Block, string) {
	who := fmt.Sprintf("%s (%s)", line(s.Name, 80), s.SlackID)
	blocks := []slack.Block{slack.NewHeaderBlock(plain("Somebody asks to answer remit"))}
	switch s.State {
	case models.LinkLinked:
		return append(blocks, slack.NewSectionBlock(plain(who+" is "+line(s.PersonID, 80)+" now, says "+line(s.By, 80)+"."), nil, nil)), "remit: somebody was added"
	case models.LinkRefused:
		return append(blocks, slack.NewSectionBlock(plain(who+" was not added, says "+line(s.By, 80)+"."), nil, nil)), "remit: somebody was not added"
	}
	blocks = append(blocks,
		slack.NewSectionBlock(marked("<@"+escape(s.SlackID)+">"), nil, nil),
		slack.NewSectionBlock(plain("remit does not know "+who+". An admin of remit says here who that is; a name proves nothing. Until then nothing they click is taken."), nil, nil))
	pick := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Approve link as…"), ActionLink, s.choices()...)
	pick.Confirm = slack.NewConfirmationBlockObject(plain("Approve the link?"), plain("They can then answer what that person may answer."), plain("Approve link"), plain("Cancel"))
	refuse := slack.NewButtonBlockElement(ActionRefuseLink, s.SlackID, plain("Do not add"))
	return append(blocks, slack.NewActionBlock("link", pick, refuse)), "remit: somebody asks to answer its cards"
}

// linkChoices is how many people the card offers.
const linkChoices = 99

func (s linkSheet) choices() []*slack.OptionBlockObject {
	opts := []*slack.OptionBlockObject{
		slack.NewOptionBlockObject(s.SlackID+" "+models.NewcomerID(s.SlackID), plain("Somebody new: an approver by Slack's user groups"), nil),
	}
	people := s.Links.Linkable()
	for _, p := range people[:min(len(people), linkChoices)] {
		if value := s.SlackID + " " + p.ID; len(value) <= 150 {
			opts = append(opts, slack.NewOptionBlockObject(value, plain(line(p.Actor().Display()+" ("+p.ID+")", 75)), nil))
		}
	}
	return opts
}

// settleLink takes an admin's answer.
func (b *Bot) settleLink(ctx context.Context, in slack.InteractionCallback, value string, ack func()) {
	ack()
	slackID, personID, _ := strings.Cut(value, " ")
	if err := b.settledLink(ctx, in, slackID, personID); err != nil {
		b.tell(ctx, in, models.SentenceOf(err))
	}
}

func (b *Bot) settledLink(ctx context.Context, in slack.InteractionCallback, slackID, personID string) error {
	admin, err := b.clicker(ctx, in)
	if err != nil {
		return err
	}
	if b.Links == nil {
		return models.Errorf(models.NotFound, "Nobody asked to be known.")
	}
	l, err := b.Links.Link(ctx, slackID)
	if err != nil {
		return models.Errorf(models.KindOf(err), "This button does not name anybody who asked. Nothing was done.")
	}
	if personID != "" && personID != models.NewcomerID(slackID) && !b.mayLink(personID) {
		return models.Errorf(models.Conflict, "That person is not in the configuration, or is known in Slack already. Nothing was done.")
	}
	if admin.Slack == "" {
		admin.Slack = in.User.ID
	}
	if err := l.Settle(admin, personID, b.Now()); err != nil {
		return err
	}
	if err := b.Links.SettleLink(ctx, l); err != nil {
		return err
	}
	b.Logger.Info("a Slack user was settled", slog.String("slack", slackID), slog.String("person", personID), slog.String("by", admin.ID))
	return b.placeLink(ctx, l)
}

func (b *Bot) mayLink(personID string) bool {
	for _, p := range b.Links.Linkable() {
		if p.ID == personID {
			return true
		}
	}
	return false
}
