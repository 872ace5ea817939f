#!/usr/bin/env bash
# Brings the newest backup back, or the one that is named; --list shows them, --drill practises and changes nothing.
# Stop Keyway first. What was there is put aside, never removed.
set -euo pipefail
arguments=()
for each in "$@"; do
  case $each in -*) arguments+=("$each") ;; *) arguments+=("$(realpath -m "$each")") ;; esac
done
cd "$(dirname "$0")/.."
if [ -x .venv/bin/python ]; then PATH=$PWD/.venv/bin:$PATH; fi
exec python -m scripts.restore ${arguments[@]+"${arguments[@]}"}
