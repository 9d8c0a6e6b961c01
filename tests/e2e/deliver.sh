# Shell functions for the tests of the hand-over. Needs tests/lib.sh.
#
#   deliver_setup         as intray_setup, with folders $T/out and $T/answers
#   door NAME < SETTINGS  adds [door acme/NAME] to $CONF
#   invoices FROM TO      e-invoices F-1, F-2 ..., each of its own cents, ready when it returns
#   ready_at N            F-1 to F-N have become ready (or gone further)
#   erp_take FOLDER       the fake ERP: takes the batch away, checks it, books what it has not
#                         booked: $T/book has "document revision control-number number sum"
#   answer NAME < LINES   an answer file, finished
#   state_counts          "posted 4, ready 2"
#   statement_field NAME  of today's statement (one row expected)
#   statement_sum NAME    the same, with cents

deliver_setup() {
	intray_setup
	mkdir -p "$T/out" "$T/answers" "$T/erp"
	: >"$T/book"
	own "$T/out" "$T/answers"
}
own() { if [ "$(id -u)" -eq 0 ]; then chown -R "$INTRAY_USER" "$@"; fi; }
door() { { printf '\n[door acme/%s]\n' "$1"; cat; } >>"$CONF"; }
intray() { "$BUILD/intray" --config "$CONF" "$@"; }

within() { # SECONDS COMMAND...: until it succeeds
	within_tries=$(($1 * 10))
	shift
	for _ in $(seq $within_tries); do
		"$@" && return 0
		sleep 0.1
	done
	echo "# never: $*" >&2
	return 1
}
is() { [ "$(eval "$1")" = "$2" ]; } # COMMAND RESULT
exist() { [ -e "$1" ]; }

invoices() {
	for n in $(seq "$1" "$2"); do
		sed "s/INVOICE_NUMBER/F-$n/" tests/e2e/deliver-invoice.xml >"$T/made.xml"
		cents=$((n % 100))
		sed -i "s/CENTS/$(printf %02d $cents)/g" "$T/made.xml"
		own "$T/made.xml"
		mv "$T/made.xml" "$TRAY/f-$n.xml"
	done
	within 60 ready_at "$2"
}
ready_at() { # LAST NUMBER: that one and all before it
	[ "$(sql "select count(distinct f.value) from intray.field f join intray.document d on d.id = f.document
		where f.path = 'number' and f.value in (select 'F-' || n from generate_series(1, $1) n)
			and d.revision > 0")" = "$1" ]
}

erp_take() {
	rm -rf "$T/erp/now"
	mv "$1" "$T/erp/now" || return 1
	(cd "$T/erp/now" && sha256sum --quiet -c SHA256SUMS) || return 1
	mkdir -p "$T/erp/seen" && cp -n "$T/erp/now"/*.r*.* "$T/erp/seen/" 2>/dev/null
	jq -r '.documents[] | [.document, .revision, .control_number, .sum, .action,
		.replaces_number // "-"] | @tsv' "$T/erp/now/manifest.json" >"$T/erp/list"
	while read -r doc rev control sum action old; do
		grep -q "^$doc $rev " "$T/book" && continue
		if [ "$action" != book ]; then sed -i "s/^\(.* $old .*\)$/# \1/" "$T/book"; fi
		echo "$doc $rev $control BK-$(($(wc -l <"$T/book") + 1)) $sum" >>"$T/book"
	done <"$T/erp/list"
}
book_sum() { awk '$1 != "#" { c += $5 * 100 } END { printf "%.2f\n", c / 100 }' "$T/book"; }
booked_once() { [ -z "$(awk '$1 != "#" { print $1 }' "$T/book" | sort | uniq -d)" ]; }

answer() {
	cat >"$T/answers/.$1"
	touch -d '1 minute ago' "$T/answers/.$1"
	own "$T/answers/.$1"
	mv "$T/answers/.$1" "$T/answers/$1"
}
answered() { [ -e "$T/answers/done/$1" ] && [ ! -e "$T/answers/$1" ]; }

state_counts() {
	sql "select string_agg(state || ' ' || n, ', ' order by state) from (select state,
		count(*) as n from intray.document group by state) x"
}
statement_field() { intray deliver statement --json | jq -r ".[0].$1"; }
# What jq prints of 610.20 is 610.2.
statement_sum() { printf '%.2f\n' "$(statement_field "$1")"; }
