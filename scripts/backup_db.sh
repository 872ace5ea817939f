#!/usr/bin/env bash
# The daily backup: one verified copy in DATA_DIR/backups, older ones pruned, and every copy that has not left this
# machine yet handed to BACKUP_SHIP_COMMAND as $1. Exits 0 only when all of it went well; 1 when the copy is made and
# verified but could not be shipped, which the next run tries again; 2 when there is no new copy.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -x .venv/bin/python ]; then PATH=$PWD/.venv/bin:$PATH; fi
patience=3600 # seconds for one copy: one that hangs must not keep the next night's from being made

ship() {
  local code=0 why
  timeout --kill-after=60 "$patience" bash -c "$command" ship "$1" </dev/null || code=$?
  if [ "$code" != 0 ]; then
    case $code in 124 | 137) why="took more than an hour" ;; *) why="failed with $code" ;; esac
    echo "$1 is good, and stays here: BACKUP_SHIP_COMMAND $why; the next backup tries again" >&2
    return 1
  fi
  : >"$1.shipped" || return 1
  echo "$1 shipped" >&2
}

case ${1:-} in -h | --help) exec python -m scripts.backup --help ;; esac
copy=$(nice -n 10 python -m scripts.backup "$@")
[ -n "$copy" ] || exit 0 # --if-missed, and none was
if [ -n "${BACKUP_SHIP_COMMAND_FILE:-}" ]; then BACKUP_SHIP_COMMAND=$(<"$BACKUP_SHIP_COMMAND_FILE"); fi
command=${BACKUP_SHIP_COMMAND:-}
[ -n "$command" ] || exit 0
status=0
for each in "${copy%/*}"/ke_wp_mapping_*.db.gz; do
  if [ -e "$each.sha256" ] && [ ! -e "$each.shipped" ]; then ship "$each" || status=1; fi
done
exit "$status"
