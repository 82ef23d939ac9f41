#!/usr/bin/env bash
# A PostgreSQL of one test, which it may end and start again: start FOLDER prints its address; kill FOLDER ends it as a power
# cut would (pg_ctl -m immediate); again FOLDER starts it after that; stop FOLDER ends and removes it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
logs=$2
. "$here/install.sh"
. "$here/postgres.sh"

control() { as_owner "$pg_ctl" -D "$database/data" -s -w -t 60 "$@"; }

case $1 in
  start)
    unset SLIDEWAY_TEST_POSTGRES
    start_postgres >&2
    printf 'owner=%q\ndatabase=%q\npg_ctl=%q\n' "$owner" "$database" "$pg_ctl" >"$2/cluster"
    echo "$SLIDEWAY_TEST_POSTGRES"
    ;;
  kill) . "$2/cluster" && control -m immediate stop ;;
  again) . "$2/cluster" && cp "$database/data/postmaster.opts" "$2/options" && control -l "$database/log" start -o "$(sed -E 's/^[^"]*"-D" "[^"]*"//; s/"//g' "$2/options")" ;;
  stop) . "$2/cluster" && stop_postgres ;;
esac
