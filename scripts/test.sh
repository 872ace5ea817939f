#!/usr/bin/env bash
# Runs pytest with what the browser tests need: Chromium (from the distribution), a driver that starts, and axe-core (from
# npm). What cannot be had is left out and said, before and after; with CI=true it is a failure. Arguments go to pytest.
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/again.sh
missing=()

find_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
driver_starts() { .venv/bin/python -m playwright --version >/dev/null 2>&1; }
from_distribution() {  # only where this may be done without asking
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  echo "Installing $* for the browser tests …"
  { again apt-get update -qq && again env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@"; } >/dev/null
}

CHROMIUM=${CHROMIUM:-$(find_chromium)}
[ -n "$CHROMIUM" ] || { from_distribution chromium; CHROMIUM=$(find_chromium); }
[ -n "$CHROMIUM" ] || missing+=("Chromium (apt-get install chromium, or name it: CHROMIUM=/path)")
if ! driver_starts; then
  from_distribution libatomic1
  driver_starts || { missing+=("a driver for Chromium: Playwright's does not start (apt-get install libatomic1)"); CHROMIUM=; }
fi
export CHROMIUM

export AXE_SCRIPT=$PWD/.venv/axe-$AXE/node_modules/axe-core/axe.min.js
if [ ! -f "$AXE_SCRIPT" ] && command -v npm >/dev/null; then
  echo "Fetching axe-core $AXE for the accessibility tests …"
  again npm install --silent --no-save --no-package-lock --no-audit --no-fund --prefix ".venv/axe-$AXE" "axe-core@$AXE" >/dev/null
fi
[ -f "$AXE_SCRIPT" ] || { missing+=("axe-core $AXE (install npm and run again)"); AXE_SCRIPT=; }

say_missing() {
  local what
  for what in "${missing[@]}"; do printf '\n!!! LEFT OUT, because it is not here: %s\n' "$what"; done
  [ ${#missing[@]} = 0 ] || printf '!!! The tests that need it are skipped.\n\n'
}

say_missing
if [ ${#missing[@]} != 0 ] && [ "${CI:-}" = true ]; then
  echo "With CI=true nothing may be left out." >&2
  exit 1
fi
.venv/bin/python -m pytest "$@"
status=$?
say_missing
exit $status
