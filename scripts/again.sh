# For scripts that fetch, to be sourced: `again COMMAND…` runs it up to three times, because a network is not always
# there. The last failure is the command's own.
again() {
  local try
  for try in 1 2; do
    if "$@"; then return; fi
    echo "That failed, and is tried again in $((15 * try)) s: $*" >&2
    sleep $((15 * try))
  done
  "$@"
}
