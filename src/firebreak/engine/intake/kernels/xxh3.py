"""XXH3-64 of many short texts, without a call for each.

After the specification of Yann Collet, "xxHash fast digest algorithm", XXH3 (seed 0, default secret): one way for
each range of lengths, 0, 1–3, 4–8, 9–16, 17–128, 129–240, and longer ones by stripes of 64 bytes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from firebreak.engine.intake.kernels.views import Bytes
from firebreak.engine.intake.kernels.words import folded, word

_SECRET = np.frombuffer(
    bytes.fromhex(
        "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221"
        "b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
        "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb"
        "170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"
    ),
    np.uint8,
)
_P32_1, _P32_2, _P32_3 = np.uint64(0x9E3779B1), np.uint64(0x85EBCA77), np.uint64(0xC2B2AE3D)
_P64_1, _P64_2, _P64_3 = (np.uint64(n) for n in (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))
_P64_4, _P64_5 = np.uint64(0x85EBCA77C2B2AE63), np.uint64(0x27D4EB2F165667C5)
_MX1, _MX2 = np.uint64(0x165667919E3779F9), np.uint64(0x9FB21C651E98DF25)
_LOW = np.uint64(0xFFFFFFFF)
_STRIPE, _BLOCK, _LAST_SECRET = 64, 1024, 121


def hashes(data: Bytes, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """XXH3-64 of each ``data[starts:ends]``. PADDING follows the data."""
    found = np.empty(len(starts), np.uint64)
    _hashes(data, starts, ends, found)
    return found


@njit(cache=True, nogil=True)
def _hashes(data, starts, ends, found):  # type: ignore[no-untyped-def] # numba infers the types
    lanes = np.empty(8, np.uint64)
    for row in range(starts.shape[0]):
        at, length = starts[row], ends[row] - starts[row]
        if length <= 16:
            found[row] = _to_16(data, at, length)
        elif length <= 128:
            found[row] = _to_128(data, at, length)
        elif length <= 240:
            found[row] = _to_240(data, at, length)
        else:
            found[row] = _longer(data, at, length, lanes)


@njit(cache=True, nogil=True, forceinline=True)
def _secret(at):  # type: ignore[no-untyped-def]
    return word(_SECRET, at)


@njit(cache=True, nogil=True, forceinline=True)
def _avalanche(number):  # type: ignore[no-untyped-def]
    number = (number ^ (number >> np.uint64(37))) * _MX1
    return number ^ (number >> np.uint64(32))


@njit(cache=True, nogil=True, forceinline=True)
def _avalanche_64(number):  # type: ignore[no-untyped-def]
    number = (number ^ (number >> np.uint64(33))) * _P64_2
    number = (number ^ (number >> np.uint64(29))) * _P64_3
    return number ^ (number >> np.uint64(32))


@njit(cache=True, nogil=True, forceinline=True)
def _turned(number, bits):  # type: ignore[no-untyped-def]
    return (number << np.uint64(bits)) | (number >> np.uint64(64 - bits))


@njit(cache=True, nogil=True, forceinline=True)
def _swapped(number):  # type: ignore[no-untyped-def]
    """The eight bytes in the other order."""
    result = np.uint64(0)
    for at in range(8):
        result |= ((number >> np.uint64(8 * at)) & np.uint64(255)) << np.uint64(56 - 8 * at)
    return result


@njit(cache=True, nogil=True, forceinline=True)
def _mixed(data, at, secret):  # type: ignore[no-untyped-def]
    """Sixteen bytes with sixteen of the secret."""
    return folded(word(data, at) ^ _secret(secret), word(data, at + 8) ^ _secret(secret + 8))


@njit(cache=True, nogil=True)
def _to_16(data, at, length):  # type: ignore[no-untyped-def]
    size = np.uint64(length)
    if length > 8:
        low = word(data, at) ^ _secret(24) ^ _secret(32)
        high = word(data, at + length - 8) ^ _secret(40) ^ _secret(48)
        return _avalanche(size + _swapped(low) + high + folded(low, high))
    if length >= 4:
        first, last = word(data, at) & _LOW, word(data, at + length - 4) & _LOW
        number = (last + (first << np.uint64(32))) ^ _secret(8) ^ _secret(16)
        number = (number ^ _turned(number, 49) ^ _turned(number, 24)) * _MX2
        number = (number ^ ((number >> np.uint64(35)) + size)) * _MX2
        return number ^ (number >> np.uint64(28))
    if length > 0:
        first, middle = np.uint64(data[at]), np.uint64(data[at + (length >> 1)])
        joined = (first << np.uint64(16)) | (middle << np.uint64(24)) | np.uint64(data[at + length - 1])
        joined |= size << np.uint64(8)
        return _avalanche_64(joined ^ ((_secret(0) & _LOW) ^ (_secret(4) & _LOW)))
    return _avalanche_64(_secret(56) ^ _secret(64))


@njit(cache=True, nogil=True)
def _to_128(data, at, length):  # type: ignore[no-untyped-def]
    total, end = np.uint64(length) * _P64_1, at + length
    for pair in range((length - 1) // 32 + 1):
        total += _mixed(data, at + 16 * pair, 32 * pair) + _mixed(data, end - 16 * (pair + 1), 32 * pair + 16)
    return _avalanche(total)


@njit(cache=True, nogil=True)
def _to_240(data, at, length):  # type: ignore[no-untyped-def]
    total = np.uint64(length) * _P64_1
    for nth in range(8):
        total += _mixed(data, at + 16 * nth, 16 * nth)
    total = _avalanche(total)
    for nth in range(8, length // 16):
        total += _mixed(data, at + 16 * nth, 16 * (nth - 8) + 3)
    return _avalanche(total + _mixed(data, at + length - 16, 136 - 17))


@njit(cache=True, nogil=True)
def _longer(data, at, length, lanes):  # type: ignore[no-untyped-def]
    lanes[0], lanes[1], lanes[2], lanes[3] = _P32_3, _P64_1, _P64_2, _P64_3
    lanes[4], lanes[5], lanes[6], lanes[7] = _P64_4, _P32_2, _P64_5, _P32_1
    stripes = (length - 1) // _STRIPE
    for stripe in range(stripes):
        within = stripe % (_BLOCK // _STRIPE)
        _stripe(data, at + _STRIPE * stripe, 8 * within, lanes)
        if within == _BLOCK // _STRIPE - 1:
            for lane in range(8):
                number = lanes[lane] ^ (lanes[lane] >> np.uint64(47)) ^ _secret(128 + 8 * lane)
                lanes[lane] = number * _P32_1
    _stripe(data, at + length - _STRIPE, _LAST_SECRET, lanes)
    total = np.uint64(length) * _P64_1
    for pair in range(4):
        one, other = lanes[2 * pair], lanes[2 * pair + 1]
        total += folded(one ^ _secret(11 + 16 * pair), other ^ _secret(19 + 16 * pair))
    return _avalanche(total)


@njit(cache=True, nogil=True, forceinline=True)
def _stripe(data, at, secret, lanes):  # type: ignore[no-untyped-def]
    for lane in range(8):
        value = word(data, at + 8 * lane)
        keyed = value ^ _secret(secret + 8 * lane)
        lanes[lane ^ 1] += value
        lanes[lane] += (keyed & _LOW) * (keyed >> np.uint64(32))
