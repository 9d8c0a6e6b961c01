# What make bench compares, sourced by bench.sh. Each reader_* function reads the documents
# of one turn ($T/turn, one path a line) from start to result and leaves its CPU seconds in
# $T/cpu; what a reader needs but would not be charged for is made by prepare_* beforehand.

# CPU seconds of the children of the command that is run, and of theirs. A reader that
# fails has used no CPU worth comparing: the benchmark ends.
children_cpu() {
	("$@" >/dev/null 2>"$T/peer.err" && times >"$T/times") || {
		cat "$T/peer.err" >&2
		return 1
	}
	awk 'NR == 2 { # "0m1.234s 0m0.100s": user and system of children
		for (i = 1; i <= 2; i++) {
			split($i, part, "[ms]")
			sum += part[1] * 60 + part[2]
		}
	} END { printf "%.2f\n", sum }' "$T/times" >"$T/cpu"
}

each_of_turn() { # COMMAND DOCUMENT, one after the other
	while read -r document; do "$1" "$document" || return 1; done <"$T/turn"
}

# --- tesseract: pictures only, so a PDF's pages are drawn for it ---

pictures_of() { # of one document, one path a line
	case $1 in
	*.pdf)
		stem=$T/pictures/$(basename "$1" .pdf)
		ls "$stem"-*.pgm 2>/dev/null || {
			pdftoppm -r 300 -gray "$1" "$stem" && ls "$stem"-*.pgm
		}
		;;
	*) echo "$1" ;;
	esac
}
prepare_tesseract() { each_of_turn pictures_of >"$T/turn.pictures"; }

tesseract_turn() {
	xargs -P2 -I{} sh -c 'tesseract "$1" "$2/$(basename "$1")"' - {} "$T/text/tesseract" \
		<"$T/turn.pictures"
}
reader_tesseract() { children_cpu tesseract_turn; }

# --- ocrmypdf: PDFs only, so pictures are wrapped for it, unchanged ---

wrapped() {
	case $1 in
	*.pdf) echo "$1" ;;
	*)
		pdf=$T/pictures/$(basename "$1").pdf
		[ -e "$pdf" ] || img2pdf -o "$pdf" "$1" >/dev/null 2>&1 || return 1
		echo "$pdf"
		;;
	esac
}
prepare_ocrmypdf() { each_of_turn wrapped >"$T/turn.pdfs"; }

ocrmypdf_turn() {
	while read -r pdf; do
		ocrmypdf --jobs 2 --quiet --sidecar "$T/text/ocrmypdf/$(basename "$pdf" .pdf).txt" \
			"$pdf" "$T/searchable.pdf" || return 1
	done <"$T/turn.pdfs"
}
reader_ocrmypdf() { children_cpu ocrmypdf_turn; }

# --- Intray: from the drop to the committed result, PostgreSQL and all ---

prepare_intray() {
	mkdir -p "$T/new"
	rm -f "$T/new"/*
	while read -r document; do
		cp "$document" "$T/new/$kind-$(basename "$document")" || return 1
	done <"$T/turn"
	[ "$(id -u)" -ne 0 ] || chown "$INTRAY_USER" "$T/new"/*
}

reader_intray() {
	dropped=$((dropped + $(wc -l <"$T/turn")))
	cpu_before=$(intray_cpu)
	mv "$T/new"/* "$TRAY/" || return 1
	session_wait "$dropped" || return 1
	cpu_after=$(intray_cpu)
	awk -v a="$cpu_before" -v b="$cpu_after" 'BEGIN { printf "%.2f\n", b - a }' >"$T/cpu"
}

# One psql for the whole benchmark, and its question planned once: a connection or a plan
# for every look would cost more than many a document does.
session_open() {
	sql 'select 1' >/dev/null # finds psql
	mkfifo "$T/ask" "$T/answer"
	PGPASSWORD=$(cat "$T/state/secrets/intray_owner") "$PSQL" -X -q -A -t \
		-h "$T/run/pg" -U intray_owner -d intray <"$T/ask" >"$T/answer" &
	exec 8>"$T/ask" 9<"$T/answer"
	echo "set plan_cache_mode = force_generic_plan;
		prepare done_with(bigint) as select (select count(*) from intray.drop) >= \$1
			and not exists (select from intray.job);" >&8
}
session() {
	echo "$1;" >&8
	read -r row <&9
	echo "$row"
}
session_wait() { # until so many drops are recorded and no job is left
	for _ in $(seq 6000); do
		[ "$(session "execute done_with($1)")" = t ] && return 0
		sleep 0.1
	done
	echo "bench: Intray was not done within ten minutes" >&2
	return 1
}
