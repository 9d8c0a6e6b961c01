# The table of make bench, or with json=1 the same as JSON. Each line of input is one turn:
# KIND ROUND READER CPU_SECONDS MILLISECONDS; READER "pages" says how many pages the
# documents of that round have, "error-READER" the word error of all rounds.

BEGIN {
	title["forms"] = "forms in colour"
	title["scans"] = "scanned invoices"
	title["receipts"] = "receipts"
	title["digital"] = "born-digital PDF"
	title["text"] = "running text"
	title["pictures"] = "all pictures"
	must["pictures", "tesseract"] = 1.00; aim["pictures", "tesseract"] = 1.00
	must["forms", "tesseract"] = 0.35; aim["forms", "tesseract"] = 0.20
	must["scans", "tesseract"] = 1.00; aim["scans", "tesseract"] = 0.70
	must["scans", "ocrmypdf"] = 0.45; aim["scans", "ocrmypdf"] = 0.30
	must["receipts", "tesseract"] = 1.60; aim["receipts", "tesseract"] = 1.10
	must["digital", "tesseract"] = 0.05; aim["digital", "tesseract"] = 0.02
	n_readers = split("intray tesseract ocrmypdf", readers)
}
$3 == "pages" { pages[$1] += $4; next }
$3 ~ /^error-/ { error[$1, substr($3, 7)] = $4; next }
{
	if (!($1 in known)) {
		known[$1] = 1
		kinds[++n_kinds] = $1
	}
	cpu[$1, $3] += $4
	ms[$1, $3] += $5
	round_cpu[$1, $2, $3] = $4
	if ($2 > rounds) rounds = $2
}

# Of Intray's CPU over the peer's, round by round; low and high say how far they lie apart.
function ratios(kind, peer,    r, n, i, v, t) {
	n = 0
	for (r = 1; r <= rounds; r++)
		if (round_cpu[kind, r, peer] > 0)
			v[++n] = round_cpu[kind, r, "intray"] / round_cpu[kind, r, peer]
	for (r = 2; r <= n; r++) # sorted
		for (i = r; i > 1 && v[i] < v[i - 1]; i--) {
			t = v[i]; v[i] = v[i - 1]; v[i - 1] = t
		}
	low = v[1]; high = v[n]
	return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}

function per_hour(kind, reader) {
	return pages[kind] * 3600000 / ms[kind, reader]
}

function table(    k, i, kind, reader, ratio, goal) {
	printf "%-17s %-10s %5s %10s %9s %11s  %-20s %s\n", "pages", "reader", "pages",
		"CPU s/page", "pages/h", "word error", "Intray over it", "must, aim"
	for (k = 1; k <= n_kinds; k++) {
		for (i = 1; i <= n_readers; i++) {
			kind = kinds[k]; reader = readers[i]; ratio = goal = ""
			if (!((kind, reader) in cpu))
				continue
			if (reader != "intray") {
				ratio = sprintf("%.3f", ratios(kind, reader))
				ratio = sprintf("%s (%.3f-%.3f)", ratio, low, high)
			}
			if ((kind, reader) in must)
				goal = sprintf("%.2f, %.2f", must[kind, reader], aim[kind, reader])
			printf "%-17s %-10s %5d %10.3f %9d %11s  %-20s %s\n", i == 1 ? title[kind] : "",
				reader, pages[kind], cpu[kind, reader] / pages[kind],
				per_hour(kind, reader), error[kind, reader], ratio, goal
		}
	}
	print "\nIntray over it: median (lowest-highest) of the rounds' ratios of CPU. pages/h: by the"
	print "clock, with two processes, on this machine as busy as it was."
}

function as_json(    k, i, kind, reader, sep) {
	printf "["
	for (k = 1; k <= n_kinds; k++) {
		for (i = 1; i <= n_readers; i++) {
			kind = kinds[k]; reader = readers[i]
			if (!((kind, reader) in cpu))
				continue
			printf "%s\n{\"kind\": \"%s\", \"reader\": \"%s\", \"pages\": %d, \"cpu_s_a_page\": %.4f, " \
				"\"pages_an_hour\": %d", sep, kind, reader, pages[kind],
				cpu[kind, reader] / pages[kind], per_hour(kind, reader)
			sep = ","
			if ((kind, reader) in error)
				printf ", \"word_error\": %s", error[kind, reader] == "" ? "null" : error[kind, reader]
			if (reader != "intray")
				printf ", \"intray_over_it\": %.4f, \"lowest\": %.4f, \"highest\": %.4f",
					ratios(kind, reader), low, high
			if ((kind, reader) in must)
				printf ", \"must\": %.2f, \"aim\": %.2f", must[kind, reader], aim[kind, reader]
			printf "}"
		}
	}
	print "\n]"
}

END {
	if (json) as_json()
	else table()
}
