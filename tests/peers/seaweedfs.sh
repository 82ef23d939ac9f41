# Sourced by tests/run: an S3 store of this run (SeaweedFS), on loopback, in a temporary folder.

# Sets SLIDEWAY_TEST_S3=http://KEY:SECRET@127.0.0.1:PORT/BUCKET; keeps the caller's store when it is set already.
start_seaweedfs() {
  [[ -z ${SLIDEWAY_TEST_S3:-} ]] || return 0
  local weed=$PWD/.venv/bin/weed key secret s3 ports
  store=$(mktemp -d "${TMPDIR:-/tmp}/slideway-seaweedfs.XXXXXX")
  key=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
  secret=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  mkdir "$store/data"
  cat >"$store/s3.json" <<JSON
{"identities": [{"name": "slideway", "credentials": [{"accessKey": "$key", "secretKey": "$secret"}], "actions": ["Admin", "Read", "Write", "List"]}]}
JSON
  read -ra ports < <(ports_with_twins 5)
  s3=${ports[0]}
  (cd "$store" && exec "$weed" -logtostderr=true server -dir="$store/data" -ip=127.0.0.1 -ip.bind=127.0.0.1 -filer -s3 \
    -s3.config="$store/s3.json" -s3.port="$s3" -s3.iam=false -s3.port.iceberg=0 -s3.port.lance=0 -filer.port="${ports[1]}" -master.port="${ports[2]}" \
    -volume.port="${ports[3]}" -volume.max=20 -master.volumeSizeLimitMB=256 -master.telemetry=false) \
    >"$logs/seaweedfs.log" 2>&1 </dev/null &
  seaweedfs=$!
  "$PWD/.venv/bin/python" tests/peers/s3_bucket.py "http://127.0.0.1:$s3" "$key" "$secret" slideway "$seaweedfs" ||
    die "SeaweedFS did not start, see $logs/seaweedfs.log" "repair what its log says"
  export SLIDEWAY_TEST_S3=http://$key:$secret@127.0.0.1:$s3/slideway
}

stop_seaweedfs() {
  [[ -n ${store:-} ]] || return 0
  if [[ -n ${seaweedfs:-} ]]; then
    kill "$seaweedfs" 2>/dev/null || true
    wait "$seaweedfs" 2>/dev/null || true
  fi
  rm -rf "$store"
  store=
}

# ports_with_twins COUNT: free ports whose gRPC twin, 10,000 above, is free too.
ports_with_twins() {
  python3 - "$1" <<'PYTHON'
import random, socket, sys

def free(port):
    with socket.socket() as s:
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

found = set()
while len(found) < int(sys.argv[1]):
    port = random.randrange(15000, 32000)
    if free(port) and free(port + 10000):
        found.add(port)
print(*found)
PYTHON
}
