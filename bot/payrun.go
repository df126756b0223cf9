package bot

import (
	"context"
	"fmt"
	"net/url"

	"github.com/slack-go/slack"

	"remit/decision"
	"remit/models"
)

// runLines is how many payments the pay run names.
const runLines = 10

// PostPayRun shows a pool's pay run in the channel of payments: what waits for an answer, what leaves, what it leaves of
// the cash, and where all of it is approved at once or one by one. Its error is as Notify's.
func (b *Bot) PostPayRun(ctx context.Context, run decision.PayRun) error {
	if !b.On() {
		return nil
	}
	channel := b.channel(models.Finance)
	if channel == "" {
		return models.Errorf(models.Invalid, "There is no Slack channel for %q and no fallback: set slack.channels.", models.Finance)
	}
	if err := b.turn(ctx, channel); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, flight)
	defer cancel()
	head := fmt.Sprintf("Pay run of %s: %s.", run.Day.Display(), waits(len(run.Asked)))
	_, _, err := b.api.PostMessageContext(ctx, channel, content(card{blocks: b.payRunBlocks(run, head), text: head})...)
	if err != nil {
		return slackError("chat.postMessage", err)
	}
	return nil
}

func waits(n int) string {
	switch n {
	case 0:
		return "nothing waits for an answer"
	case 1:
		return "1 payment waits for an answer"
	}
	return fmt.Sprintf("%d payments wait for an answer", n)
}

func (b *Bot) payRunBlocks(run decision.PayRun, head string) []slack.Block {
	var asked []string
	for i, d := range run.Asked {
		if i == runLines {
			asked = append(asked, fmt.Sprintf("and %d more", len(run.Asked)-i))
			break
		}
		asked = append(asked, "• "+line(d.Title, 100)+": "+change(d, 60))
	}
	blocks := []slack.Block{slack.NewHeaderBlock(plain(line(head, 140)))}
	if len(asked) > 0 {
		blocks = append(blocks, slack.NewSectionBlock(plain(joinLines(asked)), nil, nil, slack.SectionBlockOptionBlockID("asked")))
	}
	says := []string{}
	if n := len(run.Leaving); n > 0 {
		says = append(says, fmt.Sprintf("Until the next bank day %d leave as things stand, %s together.", n, run.Sum.Display()))
	}
	says = append(says, cashLine(run.Cash))
	blocks = append(blocks, slack.NewContextBlock("cash", plain(joinLines(says))))
	if b.ConsoleURL != "" {
		link := b.ConsoleURL + "/cash?" + url.Values{"pool": {run.Pool}}.Encode()
		blocks = append(blocks, slack.NewSectionBlock(marked("<"+link+"|Approve all or one by one>"), nil, nil, slack.SectionBlockOptionBlockID("run")))
	}
	return blocks
}
