#!/bin/sh
# Installs the servers and the browser that `make test` needs: PostgreSQL and Chromium.
# Does nothing when they are there; says what to install where it cannot do so itself.
set -eu

missing=""
[ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || command -v initdb >/dev/null || missing="postgresql"
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
  missing="$missing chromium"

if [ -z "$missing" ]; then
  echo "PostgreSQL and Chromium are installed."
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update
  # shellcheck disable=SC2086  # several names
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
else
  echo "Please install with your system's package manager: $missing" >&2
  exit 1
fi
