#!/usr/bin/env bash
# Asks the advisory service about every package that serves, as pinned in requirements.txt. Fails where it knows of a
# weakness; where it cannot be asked, says so and fails nothing.
set -uo pipefail
cd "$(dirname "$0")/.."
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
said=$(timeout 60 .venv/bin/python -m pip_audit -r "${1:-requirements.txt}" --no-deps --disable-pip --progress-spinner off \
  --format json --output "$answer" 2>&1)
status=$?
if [ ! -s "$answer" ]; then
  printf '!!! NOT AUDITED: the advisory service could not be asked. It said: %s\n' "$(tail -n 1 <<<"$said")"
  exit 0
fi
.venv/bin/python - "$answer" <<'PYTHON'
import json, sys
packages = json.load(open(sys.argv[1]))["dependencies"]
for package in packages:
    for weakness in package.get("vulns", []):
        mended = ", ".join(weakness["fix_versions"]) or "no version yet"
        print(f"{package['name']} {package['version']}: {weakness['id']}, mended in {mended}")
unknown = [package["name"] for package in packages if "skip_reason" in package]
if len(unknown) == len(packages):
    print(f"!!! NOT AUDITED: what answers here for the advisory service knows none of the {len(packages)} packages.")
elif unknown:
    print(f"!!! NOT AUDITED, because the advisory service does not know them: {', '.join(unknown)}")
print(f"{len(packages) - len(unknown)} of {len(packages)} packages audited.")
PYTHON
exit "$status"
