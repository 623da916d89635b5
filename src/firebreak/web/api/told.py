"""Receipts and channels as the API tells them."""

from __future__ import annotations

from typing import Any

from firebreak.engine.intake.spec_model import ChannelSpec
from firebreak.ops.channels.models import Delivery


def receipt_of(delivery: Delivery) -> dict[str, Any]:
    """A receipt: what a delivery is known by, and what became of it."""
    names = ("receipt", "standing", "channel", "file_name", "bytes", "sha256", "delivered_at", "settled_at", "rows_in",
             "rows_kept", "rows_rejected", "code")  # fmt: skip
    told = {name: getattr(delivery, name) for name in names}
    files = [
        {**{name: file[name] for name in ("name", "outcome", "batch", "channel", "rows_in", "code", "reason")},
         "rows_kept": file["kept"], "rows_rejected": file["rejected"]}
        for file in delivery.files
    ]  # fmt: skip
    keys = ("scope", "field", "column", "code", "count")
    counts = [dict(zip(keys, row, strict=True)) for row in delivery.rejects]
    return {**told, "files": files, "rejects": counts}


def channel_of(spec: ChannelSpec, standing: Any) -> dict[str, Any]:
    """A channel's layout and, where it ever delivered, how it does."""
    columns = [
        {"column": one.source, "field": one.field, "required": one.required} for one in spec.columns if one.field
    ]
    return {
        "channel": spec.id, "zh": spec.zh, "en": spec.en, "category": str(spec.category), "format": spec.file.format,
        "columns": columns, "last_delivery_at": standing and standing.last_at,
        "last_day": standing and standing.last_day,
        "rows_in": standing.rows_in if standing else 0, "rows_kept": standing.rows_kept if standing else 0,
        "rows_rejected": standing.rows_rejected if standing else 0,
    }  # fmt: skip
