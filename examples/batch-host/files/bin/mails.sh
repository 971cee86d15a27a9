#!/bin/sh
# Has the mail service send what waits.
set -eu
curl --fail --silent --show-error --request POST "https://mails.internal.example/send/$1"
