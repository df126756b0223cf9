// Package judge asks other judges what they make of a ticket: a language model behind an OpenAI-compatible or Anthropic
// address, or any HTTP classifier. What they say is an opinion beside remit's own judgement: it is recorded and measured, it
// holds no decision up, but for what the configuration puts it in place for, and that for some seconds at most; nothing of it is believed before people have borne it out.
//
// What leaves the building is redacted. What comes back is checked: a label that was not among those asked about, a
// priority that is none, a confidence outside 0..1 and a draft that promises what no macro does are not opinions.
package judge
