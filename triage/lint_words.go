package triage

import "strings"

// promises are the words that commit the company, by what they commit it to, as phrases (see phrasesOf) in English, German,
// French, Spanish, Italian, Portuguese and Dutch. They stand for whatever might commit: a sentence that only speaks of a refund
// is refused with those that promise one.
var promises = [...]struct {
	why     string
	phrases phrases
}{
	{"promises money", phrasesOf(currencies,
		// English
		`refund*; reimburs*; compensat*; recompens*; credit|credits|credited|crediting; discount*; waive*|waiving; goodwill;
voucher*; coupon*; rebate*; bonus*; cashback; chargeback*; gift card|cards; no charge|charges; free of charge;
for free; at no|our cost|charge|expense; no extra|additional|further cost|charge|fee; no cost|fee;
free month|months|year|week|weeks|replacement|upgrade|subscription|repair|return|shipping|delivery; on the house;
money|monies|payout*; pay*|paid you; pay*|paid .. back; we|i|ll|will|shall|be|gladly pay|paying|paid;
we|i|ll .. pay|paying;
give|gives|giving|given|hand|get|gets|have|receive it|that|this|them|all|everything|half|full back;
we|i|ll|will|shall|is|are|be .. send|sending|sent|transfer|transferred|wire|wired|give|giving|given .. back;
return* .. amount|price|payment|purchase|sum|cost|costs|fee|fees|charge|charges|deposit|difference|funds;
transfer*|wire .. amount|sum|funds;
revers*|remov*|cancel*|drop*|void*|cover*|bear|absorb*|credit* .. charge|charges|payment|payments|fee|fees|cost|costs|bill;
charge|charges|payment|payments|fee|fees|cost|costs|bill|price .. reversed|returned|removed|dropped|cancelled|canceled|covered|reduced|lowered;
take* .. cost|costs|charges; owe|owes|owed|owing; make it up to you; make up for; deduct*; price reduction;
reduc*|lower* .. price|fee|bill|charge|cost; it|that|this s|is on us|me; send|sends|sending .. amount|sum;
payment|price|amount|sum .. comes|goes|come|go back; not|t|nothing|nor .. pay; cheaper; write|writing|written off;
settle* .. bill|claim`,
		// German
		`erstatt*; rückerstatt*; zurückerstatt*; zurückzahl*; zurückgezahlt; zurückzuzahlen;
zurückgeben|zurückgegeben|zurücküberw*; rückzahl*; rückvergüt*; vergüt*; zurückbekomm*;
bekommen|bekommst|erhalten|erhältst|zahl*|bezahl*|überweis*|buch* .. zurück;
wir|ich|man|werden .. send*|schick*|geb* .. zurück; zahl*|bezahl* ihnen|dir|euch;
wir|ich|werden zahl*|bezahl*|überweis*; übernehm*|übernimmt|trag* .. kosten|gebühr*|rechnung|betrag;
kosten|gebühr*|rechnung|betrag .. übernehm*|erlass*|übernommen; gutschr*; gutschreib*|gutgeschrieb*|gutzuschreiben;
schreib* ihnen|dir|euch .. gut; gutschein*; entschädig*; kostenlos*; kostenfrei*; gratis; umsonst; rabatt*; nachlass;
preisnachl*; ermäßig*; geld|gelder|geldes; kulanz*; erlass*; wiedergutmach*; schadensersatz; schadenersatz; auszahl*;
ausgezahlt; auszuzahlen; ohne aufpreis|berechnung|kosten; auf unsere kosten; keine kosten; geht auf uns|mich|unsere;
nichts|nicht .. zahl*|bezahl*; schulden; stornier* .. gebühr*|rechnung|zahlung|betrag|buchung`,
		// French
		`rembours*; gratuit*; sans frais; un avoir; remise|remises; réduction*; rabais; ristourne*; dédommag*; indemni*;
compens*; argent; rendr*|rendons|rendu* .. montant|somme; nous|on|je .. payer*|payons|paier*|verser*|versons|virer*;
vous|te pay*|paie*|vers*|vir*; crédit*; bon d achat; geste commercial; offert*|offrons|offrir*;
prend*|prenons .. frais|coûts; annul* .. frais|facture|paiement; à nos frais; restitu*`,
		// Spanish
		`reembols*; reintegr*; devol*|devuel*; descuento*; gratis; sin costo|coste|costes|cargo; indemniz*;
abonar*|abonamos|abono|abonos; dinero; pagar*|pagamos|paguemos .. le|les|te|os; le|les|te|os|nosotros pagar*|pagamos;
regresa* .. pago|importe; pagaremos|pagaré; cupón|cupones; un vale; bonific*;
cubrir*|cubrimos|asum* .. gasto*|costo*|coste*`,
		// Italian
		`rimbors*; soldi|denaro; sconto|sconti; senza costi|spese|alcun; risarc*; indenn*; accredit*; un buono;
pagheremo|pagherò; vi|le|ti paghiamo; ridar*|ridiamo; a nostre spese; omaggio; storn*`,
		// Portuguese
		`dinheiro; desconto*; grátis; sem custo|custos|encargos; indeniz*; pagaremos|pagarei; vamos|iremos pagar; nós pagamos;
lhe|vos pag*; estorn*; ressarc*; cupom|cupão; um vale; creditar*`,
		// Dutch
		`terugbeta*; terugge*; terugstort*; terug te betalen; betal*|betaal*|stort*|krijg*|geven|geef|sturen .. terug; vergoed*;
geld; korting*; kosteloos|kosteloze; zonder kosten; tegoed*; waardebon*; crediteren|gecrediteerd|creditnota;
schadevergoeding; nemen|betalen|dragen .. kosten; kwijtsch*; we|wij|zullen .. betalen; wij|we betalen`,
	)},
	{"names a date", phrasesOf(
		// in all of them
		`9/9; 9h; 9th of|MONTH; on|by|until|till|before|from|for|of 9th; on|by|until|till|before|from the 9th;
by|until|till the first|second|third|fourth|fifth|sixth|seventh|eighth|tenth|end; # MONTH|may|mai|marco;
MONTH|may|mai|marco 9`,
		// English
		`
by|until|till|in|before|of|from|since|after|mid|early|late|on|next|this|end|im|bis|ab|ende|anfang|mitte|en|de|du|début|fin|em MONTH|may|mai|marco;
by|until|till|on|before|next|this|from|through|every|come|due|bis|am|ab|vom|zum DAY;
DAY morning|afternoon|evening|night;
today|tonight|tomorrow|tmrw|overnight|eod|eow|eom|cob|midnight|noon|fortnight|weekend; monday*; tuesday*; wednesday*;
thursday*; friday*; saturday*; sunday*; january; february; march; april; june; july; august; september; october;
november; december; within; by the end; end of day|week|month|year|business|play|quarter|today;
end of the|this|next day|week|month|year|quarter|business; close of business|play; xmas|christmas|easter;
before lunch|dinner; # a|p m; hours|days|minute*|week|weeks|weekday*|months|hrs|mins;
# hour|day|month|year|years|h|hr|min|second|seconds|quarter*|business|working|calendar|am|pm|o;
in|within|after|under|takes|take|than|about|around|another|inside|for|only|half|give a|an hour|day|month|year|second|quarter;
an hour or|from|later|before; a day|month|year from|later|or; half an hour;
next|same day|month|year|quarter|hour|morning|business|working|time; this month|quarter|year|afternoon|evening|hour;
in the morning|afternoon|evening; the day after; o clock; by|until|till|before #; by the time; later on`,
		// German
		`heute; morgen; übermorgen; montag*; dienstag*; mittwoch*; donnerstag*; freitag*; samstag*; sonnabend*; sonntag*;
januar; jänner; februar; märz; juni; juli; oktober; dezember; stunde|stunden; # tag;
einem|eines|selben|nächsten|gleichen|ganzen tag|tages; tage|tagen; werktag*; arbeitstag*; woche|wochen|wochenende;
monat*; minuten; # jahr|jahre|jahren; einem|eines|nächsten jahr|jahres; spätestens; frühestens; bis #; bis zum;
bis ende|mitte|anfang|spätestens|abend|mittag|nachmittag; ende der|des|dieser|dieses|nächster;
mittag|mitternacht|nachmittag|vormittag|uhr|feierabend; am|zum|vom 9; am abend; diesem|dieses jahr|quartal; # std|min;
innerhalb|binnen #|einer|eines|von|kurzer`,
		// French
		`aujourd hui; demain; ce soir|matin|midi|jour|mois; cet après; lundi*; mardi*; mercredi*; jeudi*; vendredi*; samedi*;
dimanche*; janvier; février; mars; avril; juin; juillet; août; septembre; octobre; novembre; décembre; heure|heures;
# jour|an|ans|h|min|mn; un|une|prochain|ouvrable jour; jours; semaine*; mois; délai*; avant le|la|ce|#;
fin de|du|cette; d ici; le|au 9; jusqu au|à; sous #|peu|quinzaine;
lun|mer|jeu|ven|sam|dim|mié|jue|vie|dom|gio|qua|qui|sex 9; dans un|une|# an|ans|jour`,
		// Spanish
		`hoy; mañana; esta tarde|noche; lunes; martes; miércoles; jueves; viernes; sábado*; domingo*; enero; febrero; marzo;
abril; mayo; junio; julio; agosto; septiembre; setiembre; octubre; noviembre; diciembre; hora|horas;
# día|año|años|mes; un|próximo|mismo día|año|mes; este|cada|del|al mes; días; semana*; meses; minuto*;
antes del|de #|el|la|que; dentro de #|un|una|unos|unas|poco; plazo; hábiles; a más tardar; hasta el; el 9;
fin de mes|año|semana`,
		// Italian
		`oggi; domani; dopodomani; stasera|stamattina|stanotte|pomeriggio; lunedì; martedì; mercoledì; giovedì; venerdì;
domenica; gennaio; febbraio; aprile; maggio; giugno; luglio; settembre; ottobre; novembre; dicembre; un|# ora; ore;
# giorno|anno|anni; giorni; giornata; un|stesso|prossimo giorno|anno; settiman*; mese|mesi; minuti; entro;
fine di|della|del; il|al|dal 9`,
		// Portuguese
		`hoje; amanhã; segunda|terça|quarta|quinta|sexta feira; até segunda|terça|quarta|quinta|sexta|#|amanhã|o|ao|final;
domingo; janeiro; fevereiro; maio; junho; julho; setembro; outubro; novembro; dezembro; # dia|ano|anos;
um|próximo|mesmo dia|ano|mês; no|do|ao mês; dias; dia 9; úteis; prazo; dentro de um|uma|breve; noite; tarde`,
		// Dutch
		`vandaag; overmorgen; vanavond|vanmiddag|vannacht|vanochtend; maandag*; dinsdag*; woensdag*; donderdag*; vrijdag*;
zaterdag*; zondag*; januari; februari; maart; mei; augustus; uur|uren; een|# dag; werkdag*; dagen; weken; maand*;
minuten|minuut; eind|einde van; uiterlijk; tot #|en; op|tegen|voor 9 MONTH; # jaar|jaren; een jaar;
binnen #|een|enkele|kort`,
	)},
	{"takes a legal position", phrasesOf(
		// English
		`responsib*; liab*; legal*; lawyer*; attorney*; court|courts; lawsuit*; we|you|i|will|ll|to|may|can|could|would sue;
sued; suing; litigat*; warrant*; guarant*; gdpr; ccpa; breach*; negligen*; contract*;
our|my|ours fault|mistake|error|oversight|doing|blame|wrongdoing; at|in fault; fault is|was|lies ours|mine|with;
blame*; accept*|acknowledg* .. fault|error|mistake; caused by us; our duty; we|i were|was wrong; admit*|admission;
entitle*; right to; rights; obliged|obligat*; promise*; we commit; accountab*; damages; culpab*; law|laws; assure you;
statutory`,
		// German
		`haftung*; haften; haftet; haftbar*; anwalt*; anwält*; rechtsanwalt*; gericht*; garanti*; gewährleist*; vertrag*;
verträg*; dsgvo; rechtlich*; juristisch*; rechtsanspr*; rechtsweg; verantwort*; schuld; schuldig; verschuld*;
unser|unseren|unserem|unserer|mein fehler|versehen|verschulden; fehler unsererseits; fehler .. liegt|lag .. uns;
liegt|lag an|bei uns; zugeb*|zugegeb*|eingestand*|eingesteh*; geben|räumen .. zu|ein dass; verpflicht*; anspruch*;
ansprüche; gesetz*; versprech*|versprochen; zusicher*|zugesichert; sichern .. zu; bürgen`,
		// French
		`responsab*; avocat*; tribuna*; contrat*; rgpd; juridi*; légal*|légaux; notre|ma|nôtre faute|erreur|tort;
faute|erreur .. nôtre; en faute|tort; reconn* .. faute|tort|tords|erreur; admett*|admis; engageons|engage à;
obligés|tenus|obligation*; droit à|de|d|au; droits; promet*|promis|promesse*; loi; justice; assur* que`,
		// Spanish
		`abogad*; culpa*; nuestro error; error nuestro; reconoc* .. error|fallo; comprometemos|compromiso; derecho*; ley|leyes;
demandar*; aseguramos|aseguro que`,
		// Italian
		`avvocat*; giurid*; colpa*; nostro errore|sbaglio; errore nostro; ammett*|ammess*; promett*|promess*;
impegniamo|impegno a; diritto|diritti; legge; obblig*; assicur* che`,
		// Portuguese
		`advogad*; jurídic*; nosso erro|engano; erro nosso; reconhec* .. erro|falha; direito a|ao|de; direitos; lei|leis; lgpd;
obrigação|obrigações; responsáve*`,
		// Dutch
		`aansprakelijk*; advoca*; rechtbank*; rechter; garand*; juridisch*; wettelijk*; wet; verantwoordelijk*;
onze|mijn fout|schuld|vergissing; fout .. ons|onze; ligt aan ons; geven .. toe dat; toegeven; erkennen;
beloof*|beloven|belooft; recht op; rechten; verplicht*`,
	)},
}

// currencies are the names and codes of money. A number beside a sign is money wherever the two stand.
const currencies = `
¤ .. #; # .. ¤; euro|euros|eur|dollar|dollars|usd|buck|bucks|pound|pounds|gbp|quid|cent|cents|pence|penny|franc|francs|franken|rappen|chf|yen|jpy|rupee*|rupie*
cad|aud|nzd|sek|nok|dkk|pln|czk|huf|bgn|inr|cny|rmb|hkd|sgd|krw|brl|mxn|zar|aed|ils|thb|idr|myr|uah|rub|isk|clp; # ron|php|try|ars|cop|sar|real|won|yuan|rand|lei|k|bn|mio|grand
dólar|dólares|libra|libras|sterling|sterlin*|kron*|zloty*|koruna*|forint*|reais|peso|pesos|lira|lire|bitcoin*|btc|dollari|sterline|euri
percent|prozent|procent; pour cent; por ciento|cento; per cent|cento`

// months and weekdays are their short names in all of these languages. Most of them are words too: they count beside a number or
// a word such as "by".
const (
	months   = "jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez|mär|mrz|janv|févr|avr|juil|août|déc|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|fev|out|mrt"
	weekdays = "mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|mo|di|mi|do|fr|sa|so"
)

// harmless are phrases that are in words of promises and promise nothing.
var harmless = phrasesOf(`
for writing|contacting|calling|messaging|emailing|asking today; for contacting|calling|messaging|emailing us|me today; for writing in today; for writing to us|me today; for reaching out today; for reaching out to us today
for your message|question|mail|email|call|patience|time|feedback|report today; help|assist you today; your|a|the|another|new|different|of|by|with|valid|which credit card|cards; opening|office|business|working hours
responsible team|department|colleague|colleagues|person|group; have a nice|great|good|lovely|pleasant day|week|weekend|evening
guten|gute|schönen|schöner morgen|abend|nachmittag|mittag; nachricht|mail|anruf|anfrage|schreiben|e von heute; schönes|schöne|angenehmes wochenende|woche; verantwortlichen|verantwortliche kollegen|kollegin|team|abteilung
message|courriel|appel|mail|écrit|contactés|écrire aujourd hui; message|courriel|appel|mail d aujourd hui; à l heure actuelle; dans les meilleurs délais; dans les plus brefs délais; bonne|excellente semaine; bon week end; meilleurs|brefs délais
buenos días; mensaje|correo de hoy; escribirnos|contactarnos|escribir hoy; buen fin de semana; buenas tardes|noches; buena tarde|noche|semana
averci scritto|contattato oggi; messaggio di oggi; buona|piacevole giornata|settimana; buon|buona pomeriggio|fine settimana
bom dia|domingo; bons dias; boa|boas tarde|tardes|noite|noites|semana; mensagem de hoje; escrever|contactar|contatar hoje; bom fim de semana
goede|goeden morgen|dag|middag|avond; bericht|mail|vraag van vandaag; bericht|mail|vraag vandaag; fijn|prettig|goed weekend; fijne|prettige|goede dag|week|avond`)

// numberWords are the numbers that are written out, and words that stand for one.
var numberWords = func() map[string]struct{} {
	out := map[string]struct{}{}
	for w := range strings.FieldsSeq(folded(`
one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand few couple several
zwei drei vier fünf sechs sieben acht neun zehn zwölf vierzehn fünfzehn zwanzig dreißig vierzig fünfzig hundert tausend einige wenige paar ein halben
deux trois quatre cinq six sept huit neuf dix douze quinze vingt trente quarante cinquante cent mille quelques plusieurs
dos tres cuatro cinco seis siete ocho nueve diez doce quince veinte treinta cuarenta cincuenta cien mil unos unas algunos algunas pocos pocas
due tre quattro cinque sei sette otto nove dieci dodici quindici venti trenta quaranta cinquanta cento alcuni alcune pochi poche
dois duas três quatro sete oito dez vinte trinta quarenta cinquenta cem alguns algumas poucos poucas
twee drie vijf zes zeven acht negen tien twaalf veertien vijftien twintig dertig veertig vijftig honderd duizend enkele`)) {
		out[w] = struct{}{}
	}
	return out
}()
