"""Functions that Ibis does not have alike for all executors. Each executor makes them when it opens."""

from __future__ import annotations

import ibis

from firebreak.engine.backends.base import Expr

_BITS = (1 << 60) - 1
_PAIRS = ", ".join(f"substr(md5(said), {start}, 2)" for start in range(15, 0, -2))

KEY64 = {
    "duckdb": f"key64(said) AS CAST(md5_number_upper(said) & {_BITS} AS BIGINT)",
    "pyspark": f"key64(said STRING) RETURNS BIGINT RETURN CAST(conv(substr(concat({_PAIRS}), 2), 16, 10) AS BIGINT)",
}
"""How each executor defines ``key64``. Their own ``hash`` functions differ, and Spark's has 32 bits."""


def key64(said: Expr) -> Expr:
    """The low 60 bits of the first 8 bytes (little-endian) of the MD5 of a text: the same on every executor, for ever.

    A key to find things by, not a secret: whoever has the table can try all phone numbers.
    """
    return _KEY64(said)


_KEY64 = ibis.udf.scalar.builtin(name="key64", signature=((ibis.dtype("string"),), ibis.dtype("int64")))(lambda said: 0)
