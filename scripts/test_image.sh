#!/usr/bin/env bash
# Builds the image with podman and tries it: cron, backup, restore, refusals, https. For root on Debian, without Docker.
# What builds images and what is missing for it is installed. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$PWD/.venv/image # not in the tree's way, and kept for the next time
base=localhost/debian:trixie-slim
mkdir -p "$scratch"
export DEBIAN_FRONTEND=noninteractive

needed=(podman buildah runc mmdebstrap debian-archive-keyring uidmap catatonit netavark aardvark-dns iptables caddy)
lacking=()
for each in "${needed[@]}"; do dpkg -s "$each" >/dev/null 2>&1 || lacking+=("$each"); done
if [ ${#lacking[@]} != 0 ]; then
  if [ "$(id -u)" != 0 ]; then echo "make test-image needs root, or: apt-get install ${lacking[*]}" >&2; exit 2; fi
  echo "Installing what this machine lacks: ${lacking[*]}"
  apt-get update -qq
  apt-get install -qq -y --no-install-recommends "${lacking[@]}" >/dev/null
fi

cat >"$scratch/containers.conf" <<'CONF'
[containers]
default_ulimits = ["nofile=16384:16384", "nproc=4096:4096"]
[engine]
runtime = "runc"
CONF
export CONTAINERS_CONF=$scratch/containers.conf

if ! podman image exists "$base"; then
  echo "Making $base, without what the slim image is without …"
  mmdebstrap --quiet --variant=minbase --mode=root --include=ca-certificates \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' trixie "$scratch/base.tar"
  podman import --quiet --change 'CMD ["bash"]' "$scratch/base.tar" "$base" >/dev/null
  rm "$scratch/base.tar"
fi

# This machine's own package settings are lent to the build, never copied in. A mirror that lags behind is no failure
# of the image's: what it signed long ago is taken too.
echo 'Acquire::Check-Valid-Until "false";' >"$scratch/apt.conf"
lent=(-v /etc/ssl/certs:/etc/ssl/certs:ro -v "$scratch/apt.conf:/etc/apt/apt.conf.d/99building:ro")
if [ -f /etc/pip.conf ]; then lent+=(-v /etc/pip.conf:/etc/pip.conf:ro); fi
echo "Building the image …"
podman build --quiet --build-arg "BASE=$base" --build-arg "REVISION=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)" \
  --network host --pull-never --format docker "${lent[@]}" -t localhost/keyway . >/dev/null

.venv/bin/python -m pytest -m image tests/image "$@"
