#!/bin/sh
# Fails where a certificate ends within three weeks.
set -eu
echo | openssl s_client -connect "$1:443" -servername "$1" 2> /dev/null | openssl x509 -noout -checkend 1814400
