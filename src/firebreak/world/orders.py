"""The true list of an urgent order, by a plain loop over the written truth: independent of how the world was made."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Ride = dict[str, Any]
ROWS = 3
_COLUMNS = [
    "person", "service_key", "service_no", "coach", "row", "letter", "place", "role", "board_seq", "alight_seq",
    "from_station", "to_station", "order_no", "ticket_state",
]  # fmt: skip


def write_orders(truth: Path, case: int, case_no: str | None, service_key: str, run_date: date) -> dict[str, Any]:
    """Writes ``truth/orders.json`` and returns its one order.

    ``contacts``: everybody in a seat of the same coach at most ``ROWS`` rows away on an overlapping stretch, and the
    stretch; ``standing``: standing passengers of the coach; ``crew``: crew in charge of the coach; ``companions``:
    people on the case's order. A case that does not travel (a perturbed world) has no lists.
    """
    path = truth / "rides" / f"day={run_date.isoformat()}" / "part.parquet"
    rides = [
        ride
        for ride in pq.read_table(path, columns=_COLUMNS, partitioning=None).to_pylist()
        if ride["service_key"] == service_key and ride["ticket_state"] == "valid"
    ]
    own = [ride for ride in rides if ride["person"] == case and ride["role"] == "passenger"]
    order = {
        "simulated": "演练/DRILL",
        "case_no": case_no,
        "person": case,
        "service_key": service_key,
        "run_date": run_date.isoformat(),
        "rows": ROWS,
        **(_place(own[0]) if own else {}),
        **_lists(rides, own, case),
    }
    (truth / "orders.json").write_text(json.dumps([order], ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return order


def _place(ride: Ride) -> dict[str, Any]:
    names = ("service_no", "coach", "row", "letter", "order_no")
    return {**{name: ride[name] for name in names}, "from": ride["from_station"], "to": ride["to_station"]}


def _lists(rides: list[Ride], own: list[Ride], case: int) -> dict[str, Any]:
    contacts: list[dict[str, Any]] = []
    others: dict[str, set[int]] = {"standing": set(), "crew": set(), "companions": set(), "coach_passengers": set()}
    for mine in own:
        for ride in rides:
            first = max(mine["board_seq"], ride["board_seq"])
            last = min(mine["alight_seq"], ride["alight_seq"])
            if ride["person"] == case or first >= last:
                continue
            if ride["order_no"] is not None and ride["order_no"] == mine["order_no"]:
                others["companions"].add(ride["person"])
            if ride["coach"] == mine["coach"]:
                _in_coach(mine, ride, first, last, contacts, others)
    contacts.sort(key=lambda contact: (contact["row"], contact["letter"], contact["from_seq"], contact["person"]))
    return {"contacts": contacts, **{name: sorted(people) for name, people in others.items()}}


def _in_coach(
    mine: Ride, ride: Ride, first: int, last: int, contacts: list[dict[str, Any]], others: dict[str, set[int]]
) -> None:
    if ride["role"] == "crew":
        others["crew"].add(ride["person"])
        return
    others["coach_passengers"].add(ride["person"])
    if ride["place"] == "standing":
        others["standing"].add(ride["person"])
    elif ride["row"] is not None and mine["row"] is not None and abs(ride["row"] - mine["row"]) <= ROWS:
        contacts.append(
            {
                "person": ride["person"],
                "row": ride["row"],
                "letter": ride["letter"],
                "row_gap": abs(ride["row"] - mine["row"]),
                "from_seq": first,
                "to_seq": last,
            }
        )
