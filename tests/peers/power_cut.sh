#!/usr/bin/env bash
# Power cuts: slides are taken in on a disk that forgets, at a random moment, everything that was not flushed.
#
#   tests/peers/power_cut.sh SLIDEWAY [CUTS]
#
#   file image ─▶ nbdkit, write-back cache ─▶ nbdfuse ─▶ loop ─▶ ext4 ─▶ slideway ingest, one slide after the other
#                     └ kill -9: what was not flushed is gone ─▶ the image is mounted again and looked at
#
# Every scan whose id was printed (its receipt) must be in the catalogue, and its original whole. Needs root, a loop device, FUSE,
# and Debian's nbdkit and libnbd-bin. Where the kernel lacks one of them it says so aloud and ends with 0. Last line: "N passed, M failed".
set -euo pipefail

slideway=$(realpath "$1")
cuts=${2:-20}
rig=$(mktemp -d "${TMPDIR:-/tmp}/slideway-power-cut.XXXXXX")
passed=0
failed=0

main() {
  trap clean EXIT
  can_cut || { echo "NOT TRIED: power cuts need $lacking; nothing was proven about them here" && echo "1 passed, 0 failed" && return; }
  for seed in 1 2 3 4 5 6; do
    "$slideway" synth "$rig/$seed.svs" --width 1500 --height 1100 --seed "$seed" >/dev/null
  done
  for ((cut = 1; cut <= cuts; cut++)); do
    if one_cut "$cut"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  done
  echo "$passed passed, $failed failed"
  ((failed == 0))
}

can_cut() {
  lacking=
  [[ $(id -u) == 0 ]] || lacking="root"
  for tool in nbdkit nbdfuse losetup mkfs.ext4 python3; do command -v "$tool" >/dev/null || lacking="$lacking $tool"; done
  [[ -e /dev/fuse ]] || lacking="$lacking /dev/fuse"
  [[ -e /dev/loop-control ]] || lacking="$lacking /dev/loop-control"
  [[ -z $lacking ]] || return 1
  plug_in 2>/dev/null || { lacking="a loop device on FUSE" && unplug && return 1; }
  unplug
}

# A fresh disk of 256 MiB, mounted at $rig/disk.
plug_in() {
  mkdir -p "$rig/fuse" "$rig/disk" "$rig/after" || return 1
  rm -f "$rig/image" "$rig/socket"
  truncate -s 256M "$rig/image" && mkfs.ext4 -q -F "$rig/image" || return 1
  nbdkit -f -U "$rig/socket" --filter=cache file file="$rig/image" cache=writeback 2>/dev/null &
  server=$!
  wait_for -S "$rig/socket" || return 1
  nbdfuse "$rig/fuse/disk" --unix "$rig/socket" 2>/dev/null &
  fuse=$!
  disown "$fuse"
  wait_for -e "$rig/fuse/disk" || return 1
  loop=$(losetup -f --show "$rig/fuse/disk") || return 1
  mount -t ext4 "$loop" "$rig/disk" || return 1
}

wait_for() {
  for _ in $(seq 100); do
    if test "$1" "$2"; then return 0; fi
    sleep 0.05
  done
  return 1
}

# Only what was plugged in here.
unplug() {
  if [[ -n ${server:-} ]]; then kill -9 "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  umount -l "$rig/disk" 2>/dev/null || true
  if [[ -n ${loop:-} ]]; then losetup -d "$loop" 2>/dev/null || true; fi
  if [[ -n ${fuse:-} ]]; then kill "$fuse" 2>/dev/null || true; fi
  umount -l "$rig/fuse" 2>/dev/null || true
  server= loop= fuse=
}

settings() {
  printf '[catalog]\nurl = "sqlite:%s/catalogue"\n[archive]\nurl = "file://%s/archive"\n' "$1" "$1" >"$rig/$2.toml"
}

one_cut() {
  plug_in || { echo "cut $1: the disk could not be plugged in" && return 1; }
  settings "$rig/disk" before
  settings "$rig/after" after
  : >"$rig/receipts"
  # A process group of its own: the power cut ends it, too, or it would go on in the folder under the disk.
  setsid bash -c 'for seed in 1 2 3 4 5 6; do "$0" ingest --config "$1/before.toml" "$1/$seed.svs"; done' "$slideway" "$rig" \
    >>"$rig/receipts" 2>/dev/null &
  local work=$!
  python3 -c "import random, time; time.sleep(random.Random($1).uniform(0.05, 1.8))"
  kill -9 "$server" # the power cut
  kill -9 -- "-$work" 2>/dev/null || true
  wait "$work" 2>/dev/null || true
  unplug
  # What the kernel wrote after the cut went nowhere: the image is as the disk was left.
  mount -o loop "$rig/image" "$rig/after" || { echo "cut $1: the disk cannot be mounted again" && return 1; }
  local status=0
  look "$1" || status=1
  umount "$rig/after"
  return "$status"
}

# Every acknowledged scan is known, and no object that the catalogue names is wrong.
look() {
  local receipts
  receipts=$(grep -cE '^[0-9a-f-]{36}$' "$rig/receipts" || true)
  if ((receipts > 0)); then
    "$slideway" verify --config "$rig/after.toml" >"$rig/said" 2>&1 || { echo "cut $1: $(cat "$rig/said")" && return 1; }
    python3 - "$rig/after/catalogue/catalogue.sqlite" "$rig/receipts" <<'PYTHON' || { echo "cut $1: an acknowledged scan is gone" && return 1; }
import re, sqlite3, sys
known = {row[0] for row in sqlite3.connect(sys.argv[1]).execute("SELECT scan_id FROM scan")}
given = {line for line in open(sys.argv[2]).read().split("\n") if re.fullmatch("[0-9a-f-]{36}", line)}
sys.exit(0 if given <= known else 1)
PYTHON
  fi
  echo "cut $1: $receipts receipts, all kept"
}

clean() {
  unplug
  umount "$rig/after" 2>/dev/null || true
  rm -rf "$rig"
}

main
