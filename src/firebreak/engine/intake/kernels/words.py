"""Eight bytes of an array as one number, and what can be asked of all of them at once.

``word`` reads at any offset, little-endian, and looks at no bound: whoever calls it sees to it that eight bytes are
there. The questions are Lamport's and Mycroft's (H. S. Warren, "Hacker's Delight", 6-1): a byte's high bit is set in
the answer where it holds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

PADDING = b"\0" * 16
"""What stands behind bytes that are read as words."""
_ONES, _HIGHS = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)


@intrinsic
def word(typing_context: Any, data: Any, at: Any) -> Any:
    """``data[at:at + 8]`` of a contiguous array of uint8 as a uint64."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = builder.gep(array.data, [arguments[1]])
        number = builder.load(builder.bitcast(place, ir.IntType(64).as_pointer()))
        number.align = 1
        return number

    return types.uint64(data, types.intp), code


@intrinsic
def store(typing_context: Any, data: Any, at: Any, number: Any) -> Any:
    """Write a uint64 over ``data[at:at + 8]``."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = builder.gep(array.data, [arguments[1]])
        written = builder.store(arguments[2], builder.bitcast(place, ir.IntType(64).as_pointer()))
        written.align = 1
        return context.get_dummy_value()

    return types.void(data, types.intp, types.uint64), code


@intrinsic
def first_set(typing_context: Any, number: Any) -> Any:
    """The number of the lowest byte whose high bit is set; the number is not 0."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        bit = builder.cttz(arguments[0], cgutils.true_bit)
        return builder.lshr(bit, ir.Constant(ir.IntType(64), 3))

    return types.intp(types.uint64), code


@njit(cache=True, nogil=True, forceinline=True)
def equal(number, letter):  # type: ignore[no-untyped-def] # numba infers the types
    """The first marked byte is the first that is this letter; behind it some may be marked that are not."""
    other = number ^ (_ONES * np.uint64(letter))
    return (other - _ONES) & ~other & _HIGHS


@njit(cache=True, nogil=True, forceinline=True)
def below(number, limit):  # type: ignore[no-untyped-def]
    """The first marked byte is the first below this limit (of at most 128)."""
    return (number - _ONES * np.uint64(limit)) & ~number & _HIGHS


@intrinsic
def folded(typing_context: Any, one: Any, other: Any) -> Any:
    """The product of two uint64 in 128 bits, its halves joined by exclusive or."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(*(builder.zext(each, wide) for each in arguments))
        high = builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))
        return builder.xor(builder.trunc(product, ir.IntType(64)), high)

    return types.uint64(types.uint64, types.uint64), code
