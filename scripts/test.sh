#!/usr/bin/env bash
# Runs pytest with what the browser tests need: Chromium (from the distribution) and axe-core (from npm). What cannot be
# had is left out and said, before and after; with CI=true it is a failure. Arguments go to pytest.
set -uo pipefail
cd "$(dirname "$0")/.."
missing=()

find_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

if ! find_chromium >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium for the browser tests …"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium; } >/dev/null
fi
export CHROMIUM=${CHROMIUM:-$(find_chromium)}
[ -n "$CHROMIUM" ] || missing+=("Chromium (install it: apt-get install chromium, or name it: CHROMIUM=/path)")

export AXE_SCRIPT=$PWD/.venv/axe-$AXE/node_modules/axe-core/axe.min.js
if [ ! -f "$AXE_SCRIPT" ] && command -v npm >/dev/null; then
  echo "Fetching axe-core $AXE for the accessibility tests …"
  npm install --silent --no-save --no-package-lock --no-audit --no-fund --prefix ".venv/axe-$AXE" "axe-core@$AXE" >/dev/null
fi
[ -f "$AXE_SCRIPT" ] || missing+=("axe-core $AXE (install npm and run again)")

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
