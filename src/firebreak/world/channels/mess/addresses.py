"""Addresses: the many ways to write building, unit and room, parts left out, and wrong rooms."""

from __future__ import annotations

import re

from firebreak.world.channels.mess.base import Harm, Mess, gone

_ROOM = re.compile(r"(\d+)(?:幢|栋|号楼|座)(?:(\d+)单元)?(\d+)室?$")


def _with_room(address: str, both: str, without_unit: str) -> str:
    """Building, unit and room written by one of two patterns; the address as it is where it ends otherwise."""
    found = _ROOM.search(address)
    if found is None:
        return address
    building, unit, room = found.groups()
    pattern = both if unit else without_unit
    return address[: found.start()] + pattern.format(building=building, unit=unit, room=room)


def _dashes(address: str, _roll: int) -> str:
    return _with_room(address, "{building}-{unit}-{room}", "{building}-{room}")


def _hash_sign(address: str, roll: int) -> str:
    end = ("", "室")[roll % 2]
    return _with_room(address, "{building}#{unit}单元{room}" + end, "{building}#{room}" + end)


def _other_words(address: str, roll: int) -> str:
    word = ("栋", "号楼")[roll % 2]
    return _with_room(address, "{building}" + word + "{unit}单元{room}室", "{building}" + word + "{room}室")


def _spaces(address: str, _roll: int) -> str:
    return _with_room(address, " {building}幢 {unit}单元 {room}室", " {building}幢 {room}室")


def _no_province(address: str, _roll: int) -> str:
    return re.sub(r"^[^省]{2,3}省", "", address)


def _no_city(address: str, _roll: int) -> str:
    return re.sub(r"^[^省]{2,3}省[^市]{2,3}市", "", address)


def _wrong_room(address: str, roll: int) -> str:
    """The neighbour's room: last digit of the room number one further."""
    found = re.search(r"(\d)(室?)$", address)
    if found is None:
        return address
    return address[: found.start()] + str((int(found[1]) + 1 + roll % 8) % 10) + found[2]


def _no_room(address: str, _roll: int) -> str:
    found = _ROOM.search(address)
    return address if found is None else address[: found.start()]


ADDRESSES = (
    Mess("wrong_room", Harm.WRONG, _wrong_room, "neighbour's room", "室号错误"),
    Mess("no_room", Harm.LOST, _no_room, "no building and room", "缺楼栋室号"),
    Mess("gap", Harm.LOST, gone, "empty", "空缺"),
    Mess("no_city", Harm.LOST, _no_city, "no province and city", "缺省市"),
    Mess("no_province", Harm.NOTATION, _no_province, "no province", "缺省名"),
    Mess("dashes", Harm.NOTATION, _dashes, "3-2-501", "短横写法"),
    Mess("hash_sign", Harm.NOTATION, _hash_sign, "3#2单元501", "井号写法"),
    Mess("other_words", Harm.NOTATION, _other_words, "栋, 号楼 for 幢", "栋/号楼"),
    Mess("spaces", Harm.NOTATION, _spaces, "spaces between the parts", "分段空格"),
)
