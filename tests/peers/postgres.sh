# Sourced by tests/run: a PostgreSQL of this run, on loopback, in a temporary folder.

# Runs a command as the database's owner: PostgreSQL refuses to run as root.
as_owner() {
  if [[ $(id -u) == 0 ]]; then
    (cd / && setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups -- "$@")
  else
    "$@"
  fi
}

# Sets SLIDEWAY_TEST_POSTGRES; keeps the caller's database when it is set already.
start_postgres() {
  [[ -z ${SLIDEWAY_TEST_POSTGRES:-} ]] || return 0
  local programs password port
  programs=$(postgres_programs)
  owner=$(id -un)
  if [[ $owner == root ]]; then
    owner=postgres
    id "$owner" >/dev/null 2>&1 || owner=nobody
  fi
  database=$(mktemp -d "${TMPDIR:-/tmp}/slideway-postgres.XXXXXX")
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  port=$(free_port)
  echo "$password" >"$database/password"
  chown -R "$owner" "$database"
  as_owner "$programs/initdb" -D "$database/data" -U slideway -A scram-sha-256 --pwfile="$database/password" \
    -E UTF8 --locale=C.UTF-8 --data-checksums >"$logs/initdb.log" 2>&1 ||
    die "initdb failed, see $logs/initdb.log" "check that ${TMPDIR:-/tmp} can be written by $owner"
  pg_ctl=$programs/pg_ctl
  as_owner "$pg_ctl" -D "$database/data" -s -w -t 60 -l "$database/log" start -o \
    "-k $database -h 127.0.0.1 -p $port -c max_connections=200 -c fsync=on -c synchronous_commit=on" ||
    die "PostgreSQL did not start: $(tail -3 "$database/log")" "repair what its log says"
  export SLIDEWAY_TEST_POSTGRES=postgres://slideway:$password@127.0.0.1:$port/postgres
}

stop_postgres() {
  [[ -n ${database:-} ]] || return 0
  [[ -z ${pg_ctl:-} ]] || as_owner "$pg_ctl" -D "$database/data" -s -w -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$database"
  database=
}

# The folder of initdb and pg_ctl: the newest Debian has, else where PATH finds them.
postgres_programs() {
  local newest
  newest=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -1)
  [[ -n $newest ]] || newest=$(command -v initdb || true)
  [[ -z $newest ]] || dirname "$newest"
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
