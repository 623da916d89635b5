"""What a handover is made of and becomes, within an action's transaction."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings

from firebreak.ops.base.actor import system
from firebreak.ops.base.bulk import parts
from firebreak.ops.orders.handover import FORMAT, contacts_of
from firebreak.ops.orders.issuing import Contact, plain
from firebreak.ops.orders.models import Assignment, Order
from firebreak.ops.vault import actions as vault
from firebreak.ops.vault.boxes import FIELDS
from firebreak.terms.errors import FirebreakError

BY = system("orders")


def body_of(order: Order, reason: str, now: datetime) -> dict[str, Any]:
    """The body of the file for an order to another province: everybody on it, in full. Taking the values is on record
    in the vault's own entries."""
    rows = list(plain(Assignment).filter(order=order, live=True).select_related("task").order_by("pk"))
    people = [row.task.subject_id for row in rows if row.task.kind == "person"]
    values = vault.export(kind="person", subject_ids=people, fields=FIELDS, reason=reason, by=BY)
    return {
        "format": FORMAT, "number": str(uuid.uuid4()), "from": order.division_code[:2], "to": order.code,
        "at": now.isoformat(timespec="seconds"), "case_no": order.case_no, "reason": reason[:200],
        "drill": order.simulated,
        "contacts": [_row(row, values.get(row.task.subject_id, {})) for row in rows if row.task.kind == "person"],
    }  # fmt: skip


def _row(row: Assignment, values: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "values": {name: found for name, found in values.items() if found}, "division_code": row.task.code,
        "grid_code": "", "contact_level": row.contact_level, "setting": row.setting, "relation": row.relation,
        "rule": row.rule, "met_on": row.met_on.isoformat() if row.met_on else None, "minutes": row.minutes,
    }  # fmt: skip


def check_place(body: dict[str, Any]) -> None:
    """Raise FirebreakError where a file is for another province, or where a drill's file meets a real installation."""
    home = settings.FIREBREAK_DIVISION[:2]
    if body["to"] != home:
        raise FirebreakError("FB-HANDOVER-PLACE", "another province", f"This installation takes in files for {home}.",
                             "Send it to the province it names.")  # fmt: skip
    if bool(body.get("drill")) != settings.FIREBREAK_DRILL:
        raise FirebreakError("FB-HANDOVER-DRILL", "a drill's file and a real installation, or the other way round",
                             "What is simulated stays in drills.", "Take it in where it belongs.")  # fmt: skip


def keep_people(body: dict[str, Any]) -> list[Contact]:
    """The contacts of a body with ids of their own; their values go into the vault (kind ``incoming``)."""
    rows = [(replace(one, subject_id=secrets.randbits(62)), values) for one, values in contacts_of(body)]
    records = [
        vault.Record(one.subject_id, one.division_code[:12], one.grid_code, values, settings.FIREBREAK_DRILL)
        for one, values in rows
    ]
    for part in parts(records, vault.CHUNK):
        vault.store(kind="incoming", records=part, source="handover", by=BY)
    return [one for one, _ in rows]
