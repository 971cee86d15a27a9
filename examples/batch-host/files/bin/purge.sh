#!/bin/sh
# Has the shop forget what is older than so many days.
set -eu
curl --fail --silent --show-error --request DELETE "https://shop.internal.example/admin/$1?olderThanDays=$2"
