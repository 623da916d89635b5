"""What the API takes and gives, for its description. Tests check answers against these; requests do not pay for it."""

from datetime import date, datetime
from typing import Literal

from ninja import Field, Schema
from pydantic import ConfigDict

Standing = Literal["waiting", "taken", "partly", "repeated", "parked", "failed", "settled", "discarded"]
RunState = Literal["waiting", "working", "done", "failed"]


class Problem(Schema):
    """RFC 9457, with the code, the value's class, the rule and the remedy."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    value: str
    rule: str
    remedy: str


class Me(Schema):
    """The integration behind the token."""

    integration: str
    division: str
    scopes: list[str]
    channels: list[str] = Field(description="Channels it may deliver; empty: any.")
    expires_at: datetime


class Column(Schema):
    """A column of a channel: its name in the file, the field it fills, and whether a row needs it."""

    column: str
    field: str
    required: bool


class Channel(Schema):
    """A channel: its layout, and how it does as the lake was last looked at (null: it never delivered)."""

    channel: str
    zh: str
    en: str
    category: str
    format: str
    columns: list[Column]
    last_delivery_at: datetime | None
    last_day: date | None
    rows_in: int
    rows_kept: int
    rows_rejected: int


class Channels(Schema):
    """The channels that the token's integration may deliver."""

    items: list[Channel]


class FileOutcome(Schema):
    """What became of one table file of a delivery."""

    name: str
    outcome: Literal["taken", "repeated", "parked", "failed"]
    batch: int | None
    channel: str
    rows_in: int
    rows_kept: int
    rows_rejected: int
    code: str
    reason: str


class RejectCount(Schema):
    """How often one rule refused a value of one field."""

    scope: str
    field: str
    column: str
    code: str
    count: int


class Receipt(Schema):
    """What a sender knows a delivery by, and what became of it. rows_in = rows_kept + rows_rejected."""

    receipt: str
    standing: Standing
    channel: str
    file_name: str
    bytes: int
    sha256: str
    delivered_at: datetime
    settled_at: datetime | None
    rows_in: int
    rows_kept: int
    rows_rejected: int
    code: str
    files: list[FileOutcome]
    rejects: list[RejectCount]


class Receipts(Schema):
    """A page of receipts, the latest first. ``next``: the cursor of the page behind it."""

    items: list[Receipt]
    next: str | None


class Reject(Schema):
    """One row or value that could not be typed, with its place, its shape, the rule and the remedy; never the value."""

    batch: int
    line: int
    scope: str
    field: str
    column: str
    value_class: str
    code: str
    rule: str
    remedy: str


class Rejects(Schema):
    """A page of rejects, by file, line and field."""

    items: list[Reject]
    next: str | None


class Run(Schema):
    """Background work: what was asked for, how far it is, what came of it."""

    run: int
    kind: str
    state: RunState
    stage: str
    done: int
    total: int | None
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    attempt: int
    code: str
    result: dict[str, int | str]


class Runs(Schema):
    """A page of runs, the latest first."""

    items: list[Run]
    next: str | None


class RunAsked(Schema):
    """What work is asked for."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["intake", "chain"]
