#!/usr/bin/env bash
# Installs the Debian packages that Jieshi needs and that are missing:
#
#   scripts/setup.sh run         to build and run it
#   scripts/setup.sh run test    to test it too
#
# Where nothing is missing it only looks. It changes nothing but packages.
set -euo pipefail

say() { echo "setup: $*" >&2; }

# The release of PostgreSQL that the distribution has.
postgres=15
if [[ -r /etc/os-release ]]; then
	case "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" in
	jammy) postgres=14 ;;
	noble) postgres=16 ;;
	trixie) postgres=17 ;;
	esac
fi

# cgo needs the compilers and GDAL; documents are set in WenQuanYi Micro Hei.
run=(g++ pkg-config libgdal-dev gdal-bin fonts-wqy-microhei
	"postgresql-$postgres" "postgresql-$postgres-postgis-3")
# The browser test draws Chinese with Noto; poppler reads back our PDF files.
test=(chromium fonts-noto-cjk poppler-utils)

need=()
for what in "$@"; do
	case $what in
	run) need+=("${run[@]}") ;;
	test) need+=("${test[@]}") ;;
	*)
		say "unknown argument $what; usage: setup.sh [run] [test]"
		exit 2
		;;
	esac
done

check_tool() { # name, oldest version, how to ask, where it comes from
	local found
	if ! command -v "$1" >/dev/null; then
		say "$1 is not installed; $1 $2 or newer is needed ($4)"
		exit 1
	fi
	found=$($3 | sed -E 's/^[^0-9]*([0-9]+(\.[0-9]+)*).*/\1/')
	if [[ "$(printf '%s\n%s\n' "$2" "$found" | sort -V | head -n 1)" != "$2" ]]; then
		say "$1 is $found; $2 or newer is needed ($4)"
		exit 1
	fi
}
# GOTOOLCHAIN may fetch a newer Go by itself, so any Go that knows how will do.
check_tool go 1.21 'go env GOVERSION' https://go.dev/dl/
check_tool node 20.19 'node --version' https://nodejs.org/
check_tool npm 9 'npm --version' https://nodejs.org/

if ! command -v dpkg-query >/dev/null; then
	say "this is not Debian; what is needed is called there: ${need[*]}"
	exit 0
fi

missing=()
for package in "${need[@]}"; do
	status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
	[[ $status == installed ]] || missing+=("$package")
done
((${#missing[@]})) || exit 0

become=()
if ((EUID != 0)); then
	# A person can type a password, CI cannot.
	if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; then
		become=(sudo)
	else
		say "missing, and only root may install them: apt-get install --no-install-recommends ${missing[*]}"
		exit 1
	fi
fi

say "installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
	"${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes "$@" >"$log" 2>&1
}
install() { apt install --no-install-recommends "${missing[@]}"; }
# The lists of a fresh machine are empty, those of an old one out of date; a
# source of somebody else that fails is no reason to give up.
if ! install && ! { apt update || true; install; }; then
	tail -n 20 "$log" >&2
	say "apt-get could not install: ${missing[*]}"
	exit 1
fi
