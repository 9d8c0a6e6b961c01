#!/bin/sh
# Installs what building, testing and running need on Debian 12, and the packages named as
# arguments (`make bench`: the programs we compare with). Prints nothing and needs no
# privileges when all is there.
set -eu

PACKAGES="gcc make pkg-config libc6-dev libpq-dev libxml2-dev libleptonica-dev libjpeg62-turbo-dev
libtesseract-dev tesseract-ocr tesseract-ocr-eng tesseract-ocr-deu tesseract-ocr-fra
tesseract-ocr-spa libtiff-dev libseccomp-dev libjansson-dev libsystemd-dev libcmocka-dev
libzbar-dev libqrencode-dev qrencode libmicrohttpd-dev liblinear-dev libsodium-dev liboath-dev
oathtool openssl libfreetype-dev libcurl4-openssl-dev libgmime-3.0-dev libarchive-dev poppler-utils fonts-urw-base35
qpdf postgresql-15
postgresql-client-15 strace procps jq curl ca-certificates $*"

# One question for all: asking for each would cost seconds on a busy machine.
here=$(dpkg-query -W -f '${Package} ${Status}\n' $PACKAGES 2>/dev/null |
	sed -n 's/ [a-z]* ok installed$//p') || true
missing=
for p in $PACKAGES; do
	echo "$here" | grep -qx "$p" || missing="$missing $p"
done
[ -z "$missing" ] && exit 0

sudo=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || {
		echo "Intray needs these packages: $missing" >&2
		echo "Install them as root (apt-get install ...), or install sudo." >&2
		exit 1
	}
	sudo=sudo
fi
echo "installing:$missing"
# The packaged default cluster is not wanted: Intray makes its own.
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
	$sudo mkdir -p /etc/postgresql-common
	echo 'create_main_cluster = false' |
		$sudo tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
log=$(mktemp)
if ! { $sudo env DEBIAN_FRONTEND=noninteractive apt-get update -q &&
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
		--no-install-recommends $missing; } >"$log" 2>&1; then
	tail -20 "$log" >&2
	echo "Installing packages failed; the whole output is in $log" >&2
	exit 1
fi
rm -f "$log"
