"""Case finding (排摸) against a drill's truth: the table and the chart of docs/explanation/case-finding.md.

    python bench/screening.py --folder FOLDER --people 80000 --chart docs/images/case-finding.svg

makes a drill, takes its files in, links, traces every case and assesses the day after the drill's last delivery; then
verifies people in the order of the list, in random order among everybody from a hot area, and among anybody. Everybody
in it is simulated (演练/DRILL). What is in the folder already is not made again.
"""

from __future__ import annotations

import argparse
from datetime import date
from math import log10
from pathlib import Path

from firebreak.bridge.reassess import refresh
from firebreak.bridge.retrace import retrace
from firebreak.bridge.run import STAGES, take
from firebreak.bridge.screening import Screened, screened
from firebreak.bridge.session import session
from firebreak.bridge.specs import specs_from
from firebreak.bridge.truth import Truth
from firebreak.lake.lake import Lake
from firebreak.world.channels import load_noise, render
from firebreak.world.generate import generate

DAYS, SEED, SEED_SHARE, AS_OF = 24, 7, 0.2, date(2020, 2, 5)
STEPS = (10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000)


def made(folder: Path, people: int) -> Lake:
    """The drill's lake, assessed on its day."""
    drill, ready = folder / "drill", (folder / "lake").exists()
    if not drill.exists():
        generate(people, DAYS, SEED, drill, seed_share=SEED_SHARE)
        render(drill / "truth", drill, load_noise(), SEED)
    lake = Lake.open(folder / "lake", create=True)
    if not ready:
        take(lake, [drill / "channels"], specs_from(()), AS_OF, "bench", lambda *_: None, 2)
        for stage in STAGES.values():
            stage(lake)
        retrace(lake, ("nhc",), AS_OF, "bench")
    refresh(lake, AS_OF)
    return lake


_LEAST = 0.1
"""Fewer infected than this are not drawn."""


def chart(found: Screened) -> str:
    """Infected found by people verified, both on a scale of tens, as SVG."""
    lines = {
        "按预期风险 by expected risk": ([(one.verified, one.ranked) for one in found.yields], "#b42318"),
        "风险地区来人 everybody from a hot area": (
            [(one.verified, one.hot) for one in found.yields if one.hot is not None],
            "#b54708",
        ),
        "随机 anybody at random": ([(one.verified, one.random) for one in found.yields], "#475467"),
    }
    parts = [_frame()]
    for nth, (label, (points, colour)) in enumerate(lines.items()):
        points = [(x, y) for x, y in points if y >= _LEAST]
        way = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
        parts.append(f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        parts += [f'<circle cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="3.5" fill="{colour}"/>' for x, y in points]
        parts.append(f'<text x="90" y="{62 + 20 * nth}" fill="{colour}">● {label}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _x(people: float) -> float:
    return 80 + 140 * (log10(max(people, 10)) - 1)


def _y(infected: float) -> float:
    return 340 - 90 * (log10(infected) - log10(_LEAST))


def _frame() -> str:
    head = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 400" font-family="sans-serif" font-size="13" '
        'role="img"><title>演练/DRILL: infected found by people verified</title><rect width="640" height="400" '
        'fill="white"/><text x="80" y="28" font-weight="bold">演练/DRILL　核查人数与发现的感染者 · people verified, '
        "infected found</text>"
    )
    ticks = [
        f'<text x="{_x(10**power):.0f}" y="362" text-anchor="middle" fill="#475467">{10**power:,}</text>'
        for power in range(1, 5)
    ]
    for power in range(int(log10(_LEAST)), 3):
        height = _y(10**power)
        ticks.append(f'<line x1="80" x2="620" y1="{height:.0f}" y2="{height:.0f}" stroke="#eaecf0"/>')
        ticks.append(f'<text x="72" y="{height + 4:.0f}" text-anchor="end" fill="#475467">{10.0**power:g}</text>')
    ticks.append('<text x="350" y="386" text-anchor="middle" fill="#475467">核查人数 people verified</text>')
    return "\n".join([head, *ticks])


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--folder", type=Path, required=True)
    asked.add_argument("--people", type=int, default=80_000)
    asked.add_argument("--chart", type=Path)
    given = asked.parse_args()
    lake = made(given.folder, given.people)
    with session(lake) as opened:
        found = screened(opened, Truth(given.folder / "drill" / "truth"), AS_OF, STEPS)
    print(f"{found.people:,} people, {found.infected} infected and not reported, {found.unseen} without any record")
    print(
        f"listed {found.listed:,} with {found.listed_infected}; from a hot area {found.hot:,} with {found.hot_infected}"
    )
    for one in found.yields:
        hot = "—" if one.hot is None else f"{one.hot:.1f} ({one.a_thousand(one.hot):.2f})"
        print(
            f"{one.verified:>7,}  {one.ranked} ({one.a_thousand(one.ranked):.2f})  hot {hot}  "
            f"random {one.random:.2f} ({one.a_thousand(one.random):.2f})"
        )
    for kind in found.kinds:
        print(f"  {kind.kind}: {kind.people:,} people, {kind.infected} infected")
    if given.chart:
        given.chart.write_text(chart(found), "utf-8")


if __name__ == "__main__":
    main()
