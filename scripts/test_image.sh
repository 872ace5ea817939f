#!/usr/bin/env bash
# Builds the image with podman and tries it: cron, backup, restore, refusals, the compose file, https. For root on Debian,
# without Docker. What builds images and what is missing for it is installed. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/again.sh
scratch=$PWD/.venv/image # not in the tree's way, and kept for the next time
base=localhost/debian:trixie-slim
mkdir -p "$scratch"
export DEBIAN_FRONTEND=noninteractive

stop() { printf '\nThe image cannot be tried here: %s\n' "$*" >&2; exit 1; }

needed=(podman buildah runc mmdebstrap debian-archive-keyring uidmap catatonit netavark aardvark-dns iptables caddy rclone restic)
lacking=()
for each in "${needed[@]}"; do dpkg -s "$each" >/dev/null 2>&1 || lacking+=("$each"); done
if [ ${#lacking[@]} != 0 ]; then
  [ "$(id -u)" = 0 ] || stop "it takes root, or: apt-get install ${lacking[*]}"
  echo "Installing what this machine lacks: ${lacking[*]}"
  again apt-get update -qq
  again apt-get install -qq -y --no-install-recommends "${lacking[@]}" >/dev/null
fi

cat >"$scratch/containers.conf" <<'CONF'
[containers]
default_ulimits = ["nofile=16384:16384", "nproc=4096:4096"]
[engine]
runtime = "runc"
CONF
export CONTAINERS_CONF=$scratch/containers.conf

make_base() {
  rm -f "$scratch/base.tar"
  mmdebstrap --quiet --variant=minbase --mode=root --include=ca-certificates --aptopt='Acquire::Retries "5"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' trixie "$scratch/base.tar"
}
if ! podman image exists "$base"; then
  echo "Making $base, without what the slim image is without …"
  again make_base
  podman import --quiet --change 'CMD ["bash"]' "$scratch/base.tar" "$base" >/dev/null
  rm "$scratch/base.tar"
fi
said=$(podman run --rm --network=host "$base" true 2>&1) || stop "podman runs no container on this machine. It says: $said"

# This machine's own package settings are lent to the build, never copied in. A mirror that lags behind is no failure
# of the image's: what it signed long ago is taken too.
printf 'Acquire::Check-Valid-Until "false";\nAcquire::Retries "5";\n' >"$scratch/apt.conf"
lent=(-v /etc/ssl/certs:/etc/ssl/certs:ro -v "$scratch/apt.conf:/etc/apt/apt.conf.d/99building:ro")
if [ -f /etc/pip.conf ]; then lent+=(-v /etc/pip.conf:/etc/pip.conf:ro); fi
build=(podman build --quiet --build-arg "BASE=$base" --network host --pull-never --format docker "${lent[@]}")
export BUILD="${build[*]}" # the tests build more with it
echo "Building the image …"
again "${build[@]}" --build-arg "REVISION=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)" -t localhost/keyway . >/dev/null

.venv/bin/python -m pytest -m image tests/image "$@"
