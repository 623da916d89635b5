"""All channels of the drill, in the order of the manual."""

from __future__ import annotations

from firebreak.world.channels.layout import Channel
from firebreak.world.channels.sources import arrivals, health, organisations, rail, registers, roads, timetables

CHANNELS: tuple[Channel, ...] = (
    *rail.CHANNELS,
    *timetables.CHANNELS,
    *roads.CHANNELS,
    *health.CHANNELS,
    *registers.CHANNELS,
    *organisations.CHANNELS,
    *arrivals.CHANNELS,
)
