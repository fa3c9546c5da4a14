#!/bin/sh
# Runs Mosquitto with the logins that the center writes, and has them read again when they change.
#
#   run.sh [FOLDER OF THE CENTER'S FILES [FOLDER OF mosquitto.conf]]
#
# The files are copied, since the center's are readable by the center alone and Mosquitto has a user of its own.
set -u
PATH=$PATH:/usr/sbin
logins=${1:-/logins}
config=${2:-/mosquitto/config}

# Succeeds when the file had changed.
fetch() {
  cmp -s "$logins/$1" "$config/$1" && return 1
  (umask 077 && cp "$logins/$1" "$config/$1.new") || return 1
  if [ "$(id -u)" = 0 ]; then chown mosquitto "$config/$1.new"; fi
  mv "$config/$1.new" "$config/$1"
}

# Access rules first: who may do less, then who may enter.
fetch_all() {
  fetched=1
  for file in acl passwords; do
    if fetch "$file"; then fetched=0; fi
  done
  return "$fetched"
}

until [ -f "$logins/acl" ] && [ -f "$logins/passwords" ]; do sleep 1; done
fetch_all

# A database that a full disk or a loss of power cut short keeps Mosquitto from starting. In it is what waited for the
# center, which stations send again for lack of a receipt, and their last status, which they tell when they come back:
# so it is put aside, for whoever wants to look.
data=$(sed -n 's/^persistence_location //p' "$config/mosquitto.conf" | tail -n 1)
put_aside() {
  [ -n "$data" ] && [ -f "$data/mosquitto.db" ] || return 1
  # Says why it does not start, or starts and is stopped.
  timeout 10 mosquitto -c "$config/mosquitto.conf" 2>&1 | grep -q "Couldn't open database" || return 1
  mv "$data/mosquitto.db" "$data/mosquitto.db.unreadable" || return 1
  echo "run.sh: Mosquitto cannot read its database; it lies beside as $data/mosquitto.db.unreadable" >&2
}

# Tells Mosquitto of changed logins until it ends.
serve() {
  # Mosquitto loses a signal that comes while it reads the files for an earlier one, so it is told again.
  rounds=0
  while kill -0 "$broker" 2>/dev/null; do
    if fetch_all; then rounds=3; fi
    if [ "$rounds" -gt 0 ]; then
      kill -HUP "$broker"
      rounds=$((rounds - 1))
    fi
    # In the background, so that a signal is not kept waiting.
    sleep 1 &
    wait $!
  done
}

# An early SIGHUP would end Mosquitto; what is ignored here it ignores too, until it handles the signal itself.
trap '' HUP
stopped=
broker=
trap 'stopped=1; kill "$broker"' TERM INT
while :; do
  mosquitto -c "$config/mosquitto.conf" &
  broker=$!
  serve
  wait "$broker"
  code=$?
  # It ended by itself, with an error: not because it was told to, nor by a signal.
  if [ -z "$stopped" ] && [ "$code" -gt 0 ] && [ "$code" -le 128 ] && put_aside; then continue; fi
  exit "$code"
done
