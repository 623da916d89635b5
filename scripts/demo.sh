#!/usr/bin/env bash
# The main job, from nothing: a drill city of 200,000 people sends its messy channel files; the urgent order of
# 2020-01-23 is answered from them; the answer is compared with the drill's truth; then
# the desks are served with it: until Ctrl+C where somebody watches, else until they have answered once.
set -euo pipefail
out=${1:-build/demo}
people=${PEOPLE:-200000}
days=${DAYS:-21}
rm -rf "$out/drill" "$out/lake" "$out/report" "$out/console"
mkdir -p "$out"
firebreak drill --people "$people" --days "$days" --seed 7 "$out/drill"
# The order names the case; everything else comes from the channels' files.
case=$(python -c 'import json, sys; print(json.load(open(sys.argv[1], encoding="utf-8"))[0]["case_no"])' "$out/drill/truth/orders.json")
# 1 says that some files were not taken: the drill sends an empty one, a torn one and one of an unknown layout on purpose.
firebreak run "$out/drill/channels" --lake "$out/lake" --out "$out/report" --case "$case" --as-of 2020-01-31 --workers 2 ||
    [ $? = 1 ]
# 1 says that a rule rings the alarm.
firebreak assess --lake "$out/lake" --as-of 2020-01-31 --quiet >"$out/report/assess.txt" || [ $? = 1 ]
firebreak grade --lake "$out/lake" --truth "$out/drill/truth" --out "$out/report"
echo
echo "报告 / report: $out/report/"
# The desks, with one login an office.
export FIREBREAK_HOME="$out/console" FIREBREAK_LAKE="$out/lake" FIREBREAK_TODAY=2020-01-31
firebreak publish --lake "$out/lake" --quiet
firebreak accounts drill
if [ -t 0 ] && [ -t 1 ] && [ -z "${CI:-}" ]; then
    exec firebreak serve
fi
firebreak serve --check
echo "FIREBREAK_HOME=$out/console FIREBREAK_LAKE=$out/lake FIREBREAK_TODAY=2020-01-31 firebreak serve"
