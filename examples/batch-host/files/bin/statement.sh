#!/bin/sh
# Runs a file of statements; the last one selects how many rows were written. The password comes as MYSQL_PWD.
set -eu
mysql --batch --skip-column-names --host="$DB_HOST" --user="$DB_USER" shop < "$1" | tail -n 1 |
  sed 's/^/rows written: /'
