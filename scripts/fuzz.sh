#!/usr/bin/env bash
# Runs each fuzz test of some packages for a while: scripts/fuzz.sh 20s ./...
# Go fuzzes one test at a time.
set -euo pipefail

time=$1
shift
failed=0
for package in $(go list "$@"); do
	dir=$(go list -f '{{.Dir}}' "$package")
	grep -qs '^func Fuzz' "$dir"/*_test.go || continue
	for name in $(grep -hoE '^func Fuzz\w+' "$dir"/*_test.go | sed 's/func //'); do
		echo "== $package $name"
		go test -run '^$' -fuzz "^$name\$" -fuzztime "$time" -fuzzminimizetime 2s "$package" || failed=1
	done
done
exit $failed
