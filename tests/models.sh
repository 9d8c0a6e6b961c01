#!/bin/sh
# models.sh DIR [LANGUAGE...]: fetches the more accurate integer models of Tesseract into
# DIR, as the package registry has them, held against the checksums below. Debian packages
# only the fast ones. What cannot be fetched is said and left out: Intray then reads
# receipts, and doubtful places of all pages, with the fast models.
set -u
DIR=$1
shift
VERSION=1.0.0

# SHA-512 of the archive of each language.
SUMS="
eng 99b4ee9a6e8a40f507cb34cf41a17739b5d89f1d12aaa7d5da769ba855500700fa2a5ecf84648b4b33a57c54d6cb43f7063821692280d96f46075f4993e65c4e
deu ded7abd69da014088277908c0be3e8759f58636503a2690a8fecad94a79e66a3949a12f1d520e760f7f9ce88348393016f162f796fbca262373d47e5a877d9e1
fra a69e7c80c6a8ca27680412dde72e6b9dfd165b4635f7de10ac6a99ad86ad213a8853f01179424cca40fe618dc90e0be79a0cfbb80c755268638eec84995f0910
spa f4b9fe40aabf4cdbb81f2e1a3a9e5be275e8f54d02e88a89333343a402597bf7cdb73ea35c6f46fe142047f22bc63f9119fd0ced7cb530dc75ca5e3041421f7a
"

# By the registry's own client, which knows where it is, or from NPM_REGISTRY.
download() {
	if [ -z "${NPM_REGISTRY:-}" ]; then
		npm pack --silent --pack-destination "$DIR" \
			"@tesseract.js-data/$1@$VERSION" >/dev/null 2>&1 &&
			mv "$DIR/tesseract.js-data-$1-$VERSION.tgz" "$2"
	else
		curl -fsSL --connect-timeout 5 --max-time 300 -o "$2" \
			"$NPM_REGISTRY/@tesseract.js-data/$1/-/$1-$VERSION.tgz" 2>/dev/null
	fi
}

fetch() {
	lang=$1
	sum=$(echo "$SUMS" | sed -n "s/^$lang //p")
	part=$DIR/.$lang.tgz
	[ -n "$sum" ] || return 1
	download "$lang" "$part" &&
		echo "$sum  $part" | sha512sum -c --status &&
		tar -xzOf "$part" "package/4.0.0_best_int/$lang.traineddata.gz" |
		gunzip >"$DIR/.$lang.part" &&
		[ -s "$DIR/.$lang.part" ] &&
		mv "$DIR/.$lang.part" "$DIR/$lang.traineddata"
	got=$?
	rm -f "$part" "$DIR/.$lang.part"
	return $got
}

mkdir -p "$DIR" || exit 1
[ $# -gt 0 ] || set -- eng deu
for lang; do
	[ -s "$DIR/$lang.traineddata" ] && continue
	fetch "$lang" || {
		echo "models: the accurate model for $lang could not be fetched; receipts" \
			"will be read less well. Install npm or set NPM_REGISTRY to a" \
			"registry's address; \`make tessdata\` tries again." >&2
		exit 0
	}
done
