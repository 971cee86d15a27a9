#!/bin/sh
# Sends what lies in the outbox, and moves it away.
set -eu
cd "$HOME/outbox/$1"
for file in *; do
  [ -f "$file" ] || continue
  curl --fail --silent --show-error --config - --upload-file "$file" "sftp://partners.example/$1/" <<END
user = "$SFTP_USER:$SFTP_PASSWORD"
END
  mkdir -p "$HOME/sent/$1" && mv "$file" "$HOME/sent/$1/"
done
