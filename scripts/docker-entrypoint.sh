#!/usr/bin/env bash
# What the container does first. `serve`: look at the data folder, refuse what must not serve, bring the database up to
# date after a verified backup, start the schedule, and become gunicorn as the user `app`. Any other command is run as
# that user: `compose run --rm app scripts/restore_db.sh`.
set -euo pipefail
cd "$(dirname "$0")/.."
data=$(realpath -m "${DATA_DIR:-data}")
user=app

refuse() {
  printf 'Keyway cannot start: %s\n' "$1" >&2
  printf '  %s\n' "${@:2}" >&2
  exit 2
}

# From here on the first process is an init of the user's own: one of root's could not pass a stop on to what the user
# runs, for want of a capability.
become() {
  if [ "$(id -u)" != 0 ]; then exec tini -- "$@"; fi
  exec setpriv --reuid="$user" --regid="$user" --init-groups --no-new-privs tini -- "$@"
}

as_user() {
  if [ "$(id -u)" != 0 ]; then "$@"; else setpriv --reuid="$user" --regid="$user" --init-groups --no-new-privs "$@"; fi
}

is_mounted() {
  local place
  while read -r _ _ _ _ place _; do
    if [ "$place" = "$data" ]; then return; fi
  done </proc/self/mountinfo
  return 1
}

look_at_the_data_folder() {
  is_mounted || refuse "no folder is mounted at $data: what is decided would be gone with this container." \
    "In compose.yaml it is   volumes: [\"./data:$data\"]" "and with run it is       -v ./data:$data"
  local id group each database=${DATABASE_PATH:-$data/ke_wp_mapping.db}
  id=$(as_user id -u) group=$(as_user id -g)
  for each in "$data" "$database"{,-wal,-shm} "$data"/{backups,vectors,releases}; do
    if as_user test -e "$each" && ! as_user test -w "$each"; then
      refuse "$each belongs to $(stat -c %u:%g "$each"), and Keyway, as $id:$group, cannot write there." \
        "Where compose.yaml is:   sudo chown -R $id:$group data   (and no :ro behind the mount)"
    fi
  done
}

# Cron runs as root and each job as the user; as another user it would start, and never run a job, in silence.
start_cron() {
  local minute=$((10#${at#*:})) hour=$((10#${at%:*}))
  mkdir -p /run/crontabs
  cat >"/run/crontabs/$user" <<CRONTAB
$minute $hour * * * cd $PWD && scripts/backup_db.sh
$minute $(((hour + 1) % 24)) * * 0 cd $PWD && scripts/restore_db.sh --drill
CRONTAB
  TZ=UTC busybox crond -f -l 8 -L /dev/stderr -c /run/crontabs &
}

# What takes cron's place where the container may not run as root.
start_loop() {
  while sleep "$(seconds_until "$at")"; do
    scripts/backup_db.sh || true
    if [ "$(date -u +%u)" = 7 ]; then scripts/restore_db.sh --drill || true; fi
  done &
}

seconds_until() {
  local now next
  now=$(date -u +%s) next=$(date -u -d "$1" +%s)
  echo $((next > now ? next - now : next + 86400 - now))
}

if [ "${1:-serve}" != serve ]; then become "$@"; fi

trap 'exit 143' TERM INT # the first process is stopped by what it asks for, and else by nothing
look_at_the_data_folder
TQDM_DISABLE=1 as_user python -m scripts.prepare --to-serve & # no bars in a log
wait $!
at=$(as_user python -c 'from core import settings; print(settings.read().backup_at)')
if [ -z "$at" ]; then
  echo "BACKUP_AT is empty: no backup is scheduled."
elif [ "$(id -u)" = 0 ]; then
  start_cron
else
  start_loop
fi
if [ -n "$at" ]; then as_user scripts/backup_db.sh --if-missed & fi # the machine may have been off when it was due
become python -m gunicorn
