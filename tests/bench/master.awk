# A master of suppliers: the sellers on standard input (document, name, tax id, tax number, IBAN,
# address; tabs between), spelt as masters spell, then made ones up to `n` altogether, as CSV. One
# record a company, as a master has it: spellings of one name are one company, and so are names very
# much alike at one address or with one tax id; its other addresses are sites. Written beside it:
# `sites`, those, and `owners`, whose each document is. How many were one is said on standard error.
# `namesakes`: so many others beside each of them that are called nearly as it is, in other towns;
# where the master knows an address of it, every third of them is called just the same.
function pick(a, k) { return a[1 + int(rand() * k)] }
function quoted(s) { gsub(/"/, "\"\"", s); return "\"" s "\"" }
function plain(s) { s = tolower(s); gsub(/[^a-z0-9]/, "", s); return s }
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
function iban_holds(code, n, i, c, rest) {
	if (length(code) < 15 || code !~ /^[A-Z][A-Z][0-9][0-9]/) return 0
	code = substr(code, 5) substr(code, 1, 4)
	for (i = 1; i <= length(code); i++) {
		c = index("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", substr(code, i, 1)) - 1
		rest = (rest * (c > 9 ? 100 : 10) + c) % 97
	}
	return rest == 1
}
function minimum(a, b) { return a < b ? a : b }
# Letters to be changed to make one of the other; 9 when it is many.
function distance(a, b, i, j, was, left, keep) {
	if (length(a) - length(b) > 3 || length(b) - length(a) > 3) return 9
	for (j = 0; j <= length(b); j++) cost[j] = j
	for (i = 1; i <= length(a); i++) {
		was = cost[0]; cost[0] = i
		for (j = 1; j <= length(b); j++) {
			keep = cost[j]
			cost[j] = minimum(minimum(cost[j], cost[j - 1]) + 1,
				was + (substr(a, i, 1) != substr(b, j, 1)))
			was = keep
		}
	}
	return cost[length(b)]
}
function words(s) { s = tolower(s); gsub(/[^a-z0-9]+/, " ", s); return " " s " " }
# The words of one are in the other, or hardly a letter differs.
function much_alike(a, b) {
	if (length(a) > length(b)) return much_alike(b, a)
	if (length(plain(a)) >= 6 && index(words(b), words(a))) return 1
	return length(plain(a)) >= 8 && distance(plain(a), plain(b)) <= length(plain(a)) / 8
}
function root(i) { while (one_with[i] != i) i = one_with[i]; return i }
# The last number of four to six digits that does not begin the address, with what belongs to it.
function split_address(address, at, from) {
	street = address; postcode = city = ""
	for (from = 1; match(substr(address, from), /[ ,]([A-Z][A-Z]?-)?([0-9][0-9][0-9][0-9][0-9]?[0-9]?([A-Z][A-Z])?|[0-9][0-9][0-9] [0-9][0-9])([ ,-]|$)/);) {
		at = from + RSTART
		from = at + 4
	}
	if (!at) return
	match(substr(address, at), /^([A-Z]+-)?([0-9][0-9][0-9] [0-9][0-9]|[0-9]+([A-Z][A-Z]| [A-Z][A-Z]([ ,]|$))?)/)
	postcode = substr(address, at, RLENGTH)
	street = substr(address, 1, at - 1)
	city = substr(address, at + RLENGTH)
	sub(/[ ,]+$/, "", postcode); sub(/[ ,]+$/, "", street); sub(/^[-0-9 ,]+/, "", city)
	if (city == "" && match(street, /,[^,]*$/)) { # Seattle, WA 98109
		city = substr(street, RSTART + 2); street = substr(street, 1, RSTART - 1)
	}
}
# A house in another town, as CSV.
function elsewhere() {
	return quoted(word(2) "str. " int(1 + rand() * 120)) "," 10000 + 9 * int(10000 * rand() ^ 2) "," quoted(word(2))
}
function tax_id() { return rand() < 0.8 ? sprintf("DE%09d", 1e8 + int(rand() * 8.9e8)) : "" }
# Another word for one of the name's, or one more.
function nearly(name, n, w, i, k, of) {
	n = split(name, w, " ")
	k = n > 2 ? 1 + int(rand() * (n - 1)) : n + 1
	w[k] = k > n ? pick(trade, n_trades) : word(2)
	for (i = 1; i <= (k > n ? k : n); i++) of = of (i > 1 ? " " : "") w[i]
	return of
}
BEGIN {
	srand(7)
	n_syllables = split("ba be bi bo bu da de di do du fa fe fi ga ge go ha he hi ho ka ke ki ko la le li lo lu ma me mi mo mu na ne ni no pa pe po ra re ri ro ru sa se si so ta te ti to tu va ve vi wa we wi za ze zo bren stein berg man hoff land ton ham ler ner sch tra kel mar ber den len gar dor", syllable, " ")
	n_trades = split("Bau,Handel,Logistik,Technik,Elektro,Services,Consulting,Druck,Maschinen,Software,Transport,Energie,Catering,Medien,Restaurant,Cafe,Trading,Enterprise,Supplies,Hardware,Market,Stationery,Books,Foods,Systems,Engineering,Metall,Pharmacy,Solutions,Office", trade, ",")
	n_forms = split("GmbH,GmbH & Co. KG,AG,KG,Ltd.,Inc.,B.V.,S.A.,SARL,S.r.l.,e.K.,OHG,LLC,SDN BHD,(M) SDN. BHD.,ENTERPRISE", form, ",")
	print "number,name,vat_id,tax_number,street,postcode,city,iban"
	print "supplier,code,street,postcode,city" >sites
}
# Each spelling of a name once, with all that is known of it.
{
	key = plain($2)
	if (key == "") next
	if (!(key in spelling)) { spelling[key] = ++n_names; name[n_names] = $2; one_with[n_names] = n_names }
	i = spelling[key]
	papers[i]++
	of_paper[$1] = i
	if ($3 != "" && vat[i] == "") vat[i] = $3
	if ($4 ~ /[0-9]/ && tax[i] == "") tax[i] = $4
	if ($5 != "" && iban[i] == "") { iban[i] = toupper($5); gsub(/[^A-Z0-9]/, "", iban[i]) }
	if ($6 != "" && !((i, plain($6)) in there)) {
		there[i, plain($6)] = 1
		place[i, ++n_places[i]] = $6
	}
}
function shares_place(i, j, p) {
	for (p = 1; p <= n_places[i]; p++) if ((j, plain(place[i, p])) in there) return 1
	return 0
}
function unite(i, j, p) {
	i = root(i); j = root(j)
	if (i == j) return
	if (papers[j] > papers[i]) { p = i; i = j; j = p }
	one_with[j] = i
	papers[i] += papers[j]
	if (vat[i] == "") vat[i] = vat[j]
	if (tax[i] == "") tax[i] = tax[j]
	if (iban[i] == "") iban[i] = iban[j]
	for (p = 1; p <= n_places[j]; p++) if (!((i, plain(place[j, p])) in there)) {
		there[i, plain(place[j, p])] = 1
		place[i, ++n_places[i]] = place[j, p]
	}
	merged++
	print "one company: " name[i] " = " name[j] >"/dev/stderr"
}
END {
	for (i = 1; i <= n_names; i++) for (j = 1; j < i; j++)
		if (much_alike(name[i], name[j]) && (shares_place(i, j) ||
				vat[i] != "" && plain(vat[i]) == plain(vat[j])))
			unite(j, i)
	for (i = 1; i <= n_names; i++) if (root(i) == i) {
		number[i] = 100000 + ++made
		printf "%d,%s,%s,%s,", number[i], quoted(mangled(name[i])),
			quoted(rand() < 0.7 ? vat[i] : ""), quoted(rand() < 0.7 ? tax[i] : "")
		split_address(rand() < 0.7 ? place[i, 1] : "")
		known_at[i] = street != ""
		printf "%s,%s,%s,%s\n", quoted(street), quoted(postcode), quoted(city),
			rand() < 0.5 && iban_holds(iban[i]) ? iban[i] : ""
		# One in ten has somebody else in its house.
		if (rand() < 0.1) house[++n_houses] = quoted(street) "," quoted(postcode) "," quoted(city)
		for (p = 2; p <= n_places[i]; p++) {
			split_address(place[i, p])
			printf "%d,S%d,%s,%s,%s\n", number[i], p, quoted(street), quoted(postcode), quoted(city) >sites
		}
	}
	for (i = 1; i <= n_names; i++) if (root(i) == i) for (k = 1; k <= namesakes; k++)
		printf "%d,%s,%s,,%s,\n", 100000 + ++made,
			quoted(mangled(k % 3 == 0 && known_at[i] ? name[i] : nearly(name[i]))), tax_id(), elsewhere()
	printf "%d spellings of %d companies\n", n_names, n_names - merged >"/dev/stderr"
	for (paper in of_paper) print paper "\t" number[root(of_paper[paper])] >owners
	while (++made <= n) {
		called = word(2)
		if (rand() < 0.35) called = called " " word(2)
		if (rand() < 0.75) called = called " " pick(trade, n_trades)
		called = called " " pick(form, n_forms)
		at = n_houses ? house[n_houses--] : elsewhere()
		printf "%d,%s,%s,,%s,\n", 100000 + made, quoted(rand() < 0.3 ? toupper(called) : called), tax_id(), at
	}
}
