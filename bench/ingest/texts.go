package main

import (
	"math/rand/v2"
	"strings"
)

// said are sentences of customers. A ticket is made of a few that are drawn, so that tickets are about different things: many
// about the same would be one incident, and the drain be measured on that alone.
var said = []string{
	"I ordered two keyboards last week and would like to know when they are going to arrive.",
	"The tracking number on the order page does not show anything since Tuesday.",
	"Please send the parcel to our new office in Leeds and not to the warehouse.",
	"One of the cups was broken when my wife unpacked the box yesterday evening.",
	"How can I change the colour of the lamp before it leaves your factory?",
	"My invoice shows a company name that we have not used for three years.",
	"Could you explain why the March statement has a second line for shipping?",
	"We prefer to pay by bank transfer instead of the credit card on file.",
	"A colleague of mine needs read access to the quarterly reports.",
	"Where do I find the setting that turns off weekly newsletters?",
	"The export to a spreadsheet leaves out the last column with the totals.",
	"Your manual mentions a blue button, but my screen only has a grey one.",
	"Is there a discount for schools that buy more than thirty licences?",
	"The mobile app asks for my location each time I open the map.",
	"I should like to return the jacket because the sleeves are too short.",
	"Our accountant wants to know the tax number of your Irish branch.",
	"Does the warranty cover a battery that holds its charge for an hour?",
	"The printer jams whenever thick paper comes from the lower tray.",
	"I forgot which address I signed up with two summers ago.",
	"Can the weekly meeting room booking repeat until December?",
	"The photo that I uploaded appears upside down in my profile.",
	"We moved from Madrid to Lisbon and our phone number is different now.",
	"My voucher from the spring sale was refused at the checkout.",
	"Which of your cables fits the older model with the round plug?",
	"The chart on the dashboard stops in the middle of October.",
	"Please add my assistant to the list of people who approve holidays.",
	"The sound of the video course is lower than that of the trailer.",
	"I would rather collect the chairs myself on Friday afternoon.",
	"There is a typing error in the German translation of the menu.",
	"When does the shop on the harbour open during the winter?",
	"My subscription renewed although I had chosen the monthly plan.",
	"The calendar shows birthdays one day early since the clocks changed.",
	"Do you keep spare glasses for the tall version of that jar?",
	"The receipt came as an attachment that our mail server removes.",
	"I would like to give the remaining credit to a friend as a present.",
	"Could the courier ring the bell twice, since the first one is silent?",
	"The search finds nothing when I write the name with an accent.",
	"Our dog chewed the remote control, can a single one be bought?",
	"The recipe on the packet says grams, and my scales show ounces.",
	"We were told that the paint dries overnight, and it is still wet.",
}

const urgently = "The whole system is down since this morning and nobody in our company can log in, all 240 users are blocked and " +
	"we are losing money every minute: this is urgent."

// each is how many sentences a ticket has.
const each = 5

// textOf gives what a ticket says. An urgent one is worth another priority than it has.
func textOf(rng *rand.Rand, urgent bool) string {
	var lines []string
	if urgent {
		lines = append(lines, urgently)
	}
	for _, i := range rng.Perm(len(said))[:each] {
		lines = append(lines, said[i])
	}
	return strings.Join(lines, " ")
}
