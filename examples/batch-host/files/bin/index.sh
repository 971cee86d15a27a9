#!/bin/sh
# Has the search index take over what has changed, or all.
set -eu
curl --fail --silent --show-error --request POST "https://search.internal.example/index/$1"
