#!/usr/bin/env bash
# Writes requirements.txt and requirements-test.txt anew from the names in pyproject.toml: the newest versions that fit
# together, each pinned. Run it on purpose, run the tests, commit both.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
names() {  # names: what is needed to run; names test: what the tests need on top
  "${PYTHON:-python3}" - "$@" <<'PYTHON'
import sys, tomllib
project = tomllib.load(open("pyproject.toml", "rb"))["project"]
print(*(project["optional-dependencies"][sys.argv[1]] if sys.argv[1:] else project["dependencies"]), sep="\n")
PYTHON
}
frozen() {  # platform words of pyproject.toml stay with their package
  "$scratch/venv/bin/python" -m pip freeze | sed -E \
    -e 's/^(torch==[0-9.]+)\+.*/\1/' \
    -e "s/^(pysqlite3==.*)/\1 ; sys_platform == 'linux' and platform_machine == 'x86_64'/"
}
"${PYTHON:-python3}" -m venv "$scratch/venv"
pip() { "$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "$@"; }

names > "$scratch/run.in"
pip -r "$scratch/run.in"
frozen > "$scratch/run"
{ echo "# Made by scripts/freeze.sh: everything that Keyway needs to run. No torch."; cat "$scratch/run"; } > requirements.txt

names test > "$scratch/test.in"
pip ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} "$(grep '^torch' "$scratch/test.in")"
pip -r requirements.txt -r "$scratch/test.in"
{
  echo "# Made by scripts/freeze.sh: what the tests need on top."
  echo "-r requirements.txt"
  frozen | grep -vxFf "$scratch/run" || true
} > requirements-test.txt
wc -l requirements.txt requirements-test.txt
