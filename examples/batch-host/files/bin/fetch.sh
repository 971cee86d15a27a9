#!/bin/sh
# Fetches what a partner has put there since the last time.
set -eu
mkdir -p "$HOME/inbox/$1"
curl --fail --silent --show-error --config - --output "$HOME/inbox/$1/$CUTOVER_SLOT" \
  "sftp://partners.example/$1" <<END
user = "$SFTP_USER:$SFTP_PASSWORD"
END
