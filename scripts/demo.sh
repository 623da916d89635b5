#!/usr/bin/env bash
# The main job, from nothing: a drill city of 200,000 people sends its messy channel files; the urgent order of
# 2020-01-23 is answered from them; the answer is compared with the drill's truth.
set -euo pipefail
out=${1:-build/demo}
people=${PEOPLE:-200000}
days=${DAYS:-21}
rm -rf "$out/drill" "$out/lake" "$out/report"
mkdir -p "$out"
firebreak drill --people "$people" --days "$days" --seed 7 "$out/drill"
# The order names the case; everything else comes from the channels' files.
case=$(python -c 'import json, sys; print(json.load(open(sys.argv[1], encoding="utf-8"))[0]["case_no"])' "$out/drill/truth/orders.json")
# 1 says that some files were not taken: the drill sends an empty one, a torn one and one of an unknown layout on purpose.
firebreak run "$out/drill/channels" --lake "$out/lake" --out "$out/report" --case "$case" --as-of 2020-01-31 --workers 2 ||
    [ $? = 1 ]
firebreak grade --lake "$out/lake" --truth "$out/drill/truth" --out "$out/report"
echo
echo "报告 / report: $out/report/"
