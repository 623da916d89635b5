"""Corrections of a number said again in plain Python, slowly."""

from __future__ import annotations

from collections.abc import Iterator

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def corrections_of(number: str) -> set[str]:
    """What one digit changed or two neighbours exchanged makes right; of 15 places, the 18 that follow."""
    if len(number) == 15:
        return {_eighteen(other) for other in _slips(number)}
    return set() if _is_right(number) else {other for other in _slips(number) if _is_right(other)}


def _slips(number: str) -> Iterator[str]:
    last = len(number) - 1
    for place, old in enumerate(number):
        for new in "0123456789X" if place == last == 17 else "0123456789":
            if new != old:
                yield number[:place] + new + number[place + 1 :]
    for place in range(last):
        if number[place] != number[place + 1]:
            other = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
            if "X" not in other[:17]:
                yield other


def _is_right(number: str) -> bool:
    return _check(number[:17]) == number[17]


def _check(digits: str) -> str:
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def _eighteen(old: str) -> str:
    longer = old[:6] + "19" + old[6:]
    return longer + _check(longer)
