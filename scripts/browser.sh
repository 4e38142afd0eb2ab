#!/usr/bin/env bash
# Plays the demonstration in a data directory of its own and drives its page in
# Chromium with web/e2e/run.mjs, or what E2E names. Arguments go to it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

data=$(mktemp -d -t jieshi-browser-XXXXXX)
# PostgreSQL refuses root and runs as another user, who must get through.
chmod 711 "$data"
log=$data/demo.log
bin/jieshi demo --data-dir "$data/data" --listen 127.0.0.1:0 >"$log" 2>&1 &
server=$!
finish() {
	kill "$server" 2>/dev/null || true
	wait "$server" 2>/dev/null || true
	rm -rf "$data"
}
trap finish EXIT

page=
for _ in $(seq 600); do
	page=$(sed -nE 's#.*(http://127\.0\.0\.1:[0-9]+/cases/[A-Z0-9-]+).*#\1#p' "$log" | head -n 1)
	[[ -n $page ]] && break
	kill -0 "$server" 2>/dev/null || break
	sleep 0.5
done
if [[ -z $page ]]; then
	echo 'browser.sh: the demonstration did not come up:' >&2
	cat "$log" >&2
	exit 1
fi
JIESHI_URL=${page%%/cases/*} JIESHI_CASE=${page##*/} node "${E2E:-web/e2e/run.mjs}" "$@"
