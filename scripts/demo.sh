#!/usr/bin/env bash
# The main job, from nothing: a drill city of 200,000 people sends its messy channel files; the urgent order of
# 2020-01-23 is answered from them; the answer is compared with the drill's truth.
set -euo pipefail
out=${1:-build/demo}
people=${PEOPLE:-200000}
days=${DAYS:-21}
rm -rf "$out"
mkdir -p "$out"
firebreak drill --people "$people" --days "$days" --seed 7 "$out/drill"
firebreak run "$out/drill/channels" --lake "$out/lake" --out "$out/report" --case WX-2020-0001
firebreak grade --lake "$out/lake" --truth "$out/drill/truth" --report "$out/report"
echo
echo "报告 / report: $out/report/"
