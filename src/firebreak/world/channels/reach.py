"""Which passengers are in any channel's data at all, and in which: what tracing can be expected to find."""

from __future__ import annotations

import polars as pl

from firebreak.world.channels.truth import Truth

_RIDE = ("person", "run_date", "service_key", "mode", "leg", "ticket_no", "ticket_state", "role")


def passengers_reached(truth: Truth, rows: pl.DataFrame) -> pl.DataFrame:
    """One row a ride: its keys, ``channels`` (sorted list of those that put the person on board), ``seat_known``.

    ``seat_known``: some row of a ticket channel has the ticket with an undamaged seat. Rows in broken files do not
    count, since those rows are not in ``rows``.
    """
    tickets = rows.filter(pl.col("kind").is_in(["ride", "gate", "registration"]), pl.col("event").is_not_null())
    seen = tickets.group_by("event").agg(
        pl.col("channel").unique().sort().alias("channels"),
        ((pl.col("kind") == "ride") & ~pl.col("mess").str.contains("seat.", literal=True)).any().alias("seat_known"),
    )
    rides = truth.rides.select(_RIDE).join(
        seen, left_on="ticket_no", right_on="event", how="left", maintain_order="left"
    )
    crews = rows.filter(pl.col("kind") == "crew").select("person").unique()
    on_roster = (pl.col("role") == "crew") & pl.col("person").is_in(crews["person"].implode())
    return rides.with_columns(
        channels=pl.when(on_roster)
        .then(pl.lit(["rail-crews"]))
        .otherwise(pl.col("channels").fill_null(pl.lit([], pl.List(pl.String)))),
        seat_known=pl.col("seat_known").fill_null(False),
    )
