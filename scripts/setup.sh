#!/usr/bin/env bash
# Makes .venv and brings it up to date: `scripts/setup.sh` with what Keyway needs to run, `scripts/setup.sh test` with
# what its tests need too. Quick when nothing changed: a stamp in .venv holds the checksum of what was installed.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/again.sh
want=${1:-run}
venv=.venv

stop() { printf '\nCannot go on: %s\n' "$*" >&2; exit 2; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
  local name
  for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
    if command -v "$name" >/dev/null && new_enough "$name"; then command -v "$name"; return; fi
  done
  return 1
}

make_venv() {
  local python said
  python=$(find_python) || stop "no Python 3.11 or newer among ${PYTHON:-python3, python3.11, … python3.14}." \
    "Install one, or name it: make run PYTHON=/path/to/python3"
  echo "Making $venv with $("$python" --version) …"
  rm -rf "$venv"
  said=$("$python" -m venv "$venv" 2>&1) && return
  rm -rf "$venv"
  stop "$python cannot make a virtual environment (on Debian and Ubuntu: apt-get install python3-venv). It says:" "$said"
}

pip() {
  again "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "$@" \
    || stop "pip could not install the packages; its words are above. Is there a network, and room on the disk?"
}

install() {  # install NAME FILE…: what a file with this name in .venv says that it has already is left alone
  local name=$1 stamp="$venv/installed-$1" sum start=$SECONDS
  shift
  sum=$(cat "$@" | sha256sum)
  [ "$(cat "$stamp" 2>/dev/null || true)" != "$sum" ] || return 0
  rm -f "$stamp"
  echo "Installing $(grep -hc '==' "${@: -1}") packages to $name; once, a minute or two …"
  "packages_to_$name" "$@"
  echo "$sum" > "$stamp"
  echo "Installed in $((SECONDS - start)) s."
}

packages_to_run() { pip -r requirements.txt; }

packages_to_test() {
  # torch alone and first: only so does pip take a build for the CPU where one is at hand. TORCH_INDEX names the
  # address of an index of such builds where pip would bring the gigabytes for graphics cards instead.
  pip ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} torch==2.13.0
  pip -r requirements-test.txt
}

[ -x "$venv/bin/python" ] && new_enough "$venv/bin/python" || make_venv
install run requirements.txt
[ "$want" != test ] || install test requirements.txt requirements-test.txt
