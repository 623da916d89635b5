"""What people decided at the desks, as the lake keeps it."""

from __future__ import annotations

from firebreak.terms.tables.column import I64, INSTANT, TEXT, Column, Table

DESK_EVENTS = Table(
    "desk_events",
    (
        Column("event_id", I64, "event, as the desks number it", "事件"),
        Column(
            "kind",
            TEXT,
            "ruling.must, ruling.cannot, ruling.undo, ruling.withdraw, list.adopted, colours.adopted",
            "事件类型",
        ),
        Column("about", TEXT, "what it is about: ids and days, as JSON", "对象"),
        Column("mentions", TEXT, "the mentions it concerns, as JSON pairs of record and part", "涉及记录"),
        Column("decided_by", TEXT, "who decided", "决定人"),
        Column("decided_at", INSTANT, "when", "决定时间"),
        Column("reason", TEXT, "why, in words (may name people)", "理由", personal=True),
    ),
    "what came from the desks through the outbox, each event once: written in one instant with what it changes",
    "工作台事件",
    sort=("event_id",),
    persons_room=True,
    key=("event_id",),
)
