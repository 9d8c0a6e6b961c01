# A master of suppliers: those on standard input (name, tax id, IBAN, address; tabs between), spelt
# as masters spell, then made ones up to `n` altogether. Which is which stands in cost_centre, a
# mark that no match looks at.
function pick(a, k) { return a[1 + int(rand() * k)] }
function quoted(s) { gsub(/"/, "\"\"", s); return "\"" s "\"" }
function word(least, i, w) {
	for (i = 0; i < least + int(rand() * 2); i++) w = w pick(syllable, n_syllables)
	return toupper(substr(w, 1, 1)) substr(w, 2)
}
# Bookkeepers have their ways.
function mangled(name) {
	if (rand() < 0.4) name = toupper(name)
	if (rand() < 0.5) {
		gsub(/ä/, "ae", name); gsub(/ö/, "oe", name); gsub(/ü/, "ue", name); gsub(/ß/, "ss", name)
		gsub(/Ä/, "AE", name); gsub(/Ö/, "OE", name); gsub(/Ü/, "UE", name)
	}
	if (rand() < 0.3) { gsub(/ & /, " + ", name) }
	if (rand() < 0.2) { sub(/ SDN\.? ?BHD\.?$/, "", name); sub(/ GmbH$/, "", name) }
	if (rand() < 0.3) gsub(/[.,]/, "", name)
	return rand() < 0.5 ? substr(name, 1, 35) : name
}
BEGIN {
	srand(7)
	n_syllables = split("ba be bi bo bu da de di do du fa fe fi ga ge go ha he hi ho ka ke ki ko la le li lo lu ma me mi mo mu na ne ni no pa pe po ra re ri ro ru sa se si so ta te ti to tu va ve vi wa we wi za ze zo bren stein berg man hoff land ton ham ler ner sch tra kel mar ber den len gar dor", syllable, " ")
	n_trades = split("Bau,Handel,Logistik,Technik,Elektro,Services,Consulting,Druck,Maschinen,Software,Transport,Energie,Catering,Medien,Restaurant,Cafe,Trading,Enterprise,Supplies,Hardware,Market,Stationery,Books,Foods,Systems,Engineering,Metall,Pharmacy,Solutions,Office", trade, ",")
	n_forms = split("GmbH,GmbH & Co. KG,AG,KG,Ltd.,Inc.,B.V.,S.A.,SARL,S.r.l.,e.K.,OHG,LLC,SDN BHD,(M) SDN. BHD.,ENTERPRISE", form, ",")
	print "number,name,vat_id,street,iban,cost_centre"
}
{
	key = tolower($1); gsub(/[^a-z0-9]/, "", key)
	if (key == "" || key in seen) next
	seen[key] = 1
	printf "%d,%s,%s,%s,%s,%s\n", 100000 + ++made, quoted(mangled($1)), quoted(rand() < 0.7 ? $2 : ""),
		quoted(rand() < 0.7 ? $4 : ""), rand() < 0.5 ? $3 : "", quoted(key)
}
END {
	while (++made <= n) {
		name = word(2)
		if (rand() < 0.35) name = name " " word(2)
		if (rand() < 0.75) name = name " " pick(trade, n_trades)
		name = name " " pick(form, n_forms)
		printf "%d,%s,%s,%s,,\n", 100000 + made, quoted(rand() < 0.3 ? toupper(name) : name),
			rand() < 0.8 ? sprintf("DE%09d", 1e8 + int(rand() * 8.9e8)) : "",
			quoted(word(2) "str. " int(1 + rand() * 120) ", " int(10000 + rand() * 89999) " " word(2))
	}
}
