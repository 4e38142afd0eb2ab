#!/usr/bin/env bash
# Rewrites the golden files: runs the tests that know the flag -update with it.
# Read the difference before you commit it.
set -euo pipefail

packages=$(grep -rl --include='*_test.go' --exclude-dir=node_modules 'flag.Bool("update"' . | xargs -r -n 1 dirname | sort -u)
if [[ -z $packages ]]; then
	echo 'golden: no package has golden files' >&2
	exit 0
fi
# shellcheck disable=SC2086 # one argument a package
go run ./internal/pgserver/pgtest/withpg go test $packages -count=1 -update
git --no-pager diff --stat
