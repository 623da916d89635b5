"""Functions that Ibis does not have alike for all executors. Each executor makes them when it opens."""

from __future__ import annotations

import ibis

KEY64 = {
    "duckdb": "key64(said) AS CAST('0x' || substr(md5(said), 1, 15) AS BIGINT)",
    "pyspark": "key64(said STRING) RETURNS BIGINT RETURN CAST(conv(substr(md5(said), 1, 15), 16, 10) AS BIGINT)",
}
"""How each executor defines ``key64``. Their own ``hash`` functions differ from one another, and Spark's has 32 bits."""


@ibis.udf.scalar.builtin
def key64(said: str) -> int:  # type: ignore[empty-body]
    """The first 60 bits of the MD5 of a text in UTF-8, as a number from 0: the same on every executor and for ever.

    A key to find things by, not a secret: whoever has the table can try all phone numbers.
    """
