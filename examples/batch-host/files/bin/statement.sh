#!/bin/sh
# Runs a file of statements; the last one selects how many rows were written. The password comes as MYSQL_PWD, and the user by a
# file that no disk has: `ps` shows arguments to all.
set -eu
# Not by a pipe, which would end with 0 whatever the statements did.
selected=$(
  mysql --defaults-extra-file=/dev/fd/3 --batch --skip-column-names --host="$DB_HOST" shop < "$1" 3<<END
[client]
user = "$DB_USER"
END
)
echo "rows written: $(echo "$selected" | tail -n 1)"
