#!/usr/bin/env bash
# Writes the schema that the migrations make: withpg scripts/schema.sh FILE.
# JIESHI_TEST_DATABASE names the empty database to make it in.
set -euo pipefail

file=$1
database=${JIESHI_TEST_DATABASE:?names an empty database}
new=$(mktemp)
trap 'rm -f "$new"' EXIT

DATABASE_URL=$database bin/jieshi migrate
{
	echo '-- The schema that the migrations make, for reading. `make schema` writes it.'
	# The version of pg_dump differs between machines, its \restrict lines from
	# run to run.
	pg_dump --schema-only --no-owner "$database"
} | sed -E '/^-- Dumped (from|by) /d; /^\\(un)?restrict /d; /^SET /d' | cat -s >"$new"
mkdir -p "$(dirname "$file")"
cp "$new" "$file"
