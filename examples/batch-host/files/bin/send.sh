#!/bin/sh
# Sends what lies in the outbox, and last a list of it: a partner who has the list has all. Then moves it away.
set -eu
to=sftp://partners.example/$1/
sent=$HOME/sent/$1
list=$sent/$CUTOVER_SLOT.list
mkdir -p "$HOME/outbox/$1" "$sent"
cd "$HOME/outbox/$1"
find . -maxdepth 1 -type f > "$list"
set --
while IFS= read -r file; do
  set -- "$@" --upload-file "$file" "$to"
done < "$list"
curl --fail --silent --show-error --config - "$@" --upload-file "$list" "$to" <<END
user = "$SFTP_USER:$SFTP_PASSWORD"
END
while IFS= read -r file; do
  mv -- "$file" "$sent/"
done < "$list"
