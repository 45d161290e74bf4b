#!/bin/sh
# Reports one after the other: reads the arguments of report.sh, a report a line; prints the nanoseconds each one took.
set -e
while read -r notebook params language out; do
  begun=$(date +%s%N)
  sh "$(dirname "$0")/report.sh" "$notebook" "$params" "$language" "$out" </dev/null >&2
  echo $(($(date +%s%N) - begun))
done
