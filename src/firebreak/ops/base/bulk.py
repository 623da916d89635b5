"""Rows in bulk, past the ORM, which takes several times as long for each as the database does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from django.db import connection, models

T = TypeVar("T")


def parts(rows: Sequence[T], most: int) -> Iterator[list[T]]:
    """The rows in lists of at most so many."""
    for start in range(0, len(rows), most):
        yield list(rows[start : start + most])


def write_rows(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]], key: Sequence[str] = ()
) -> None:
    """Insert rows, each in the order of ``columns``; where there is one with this ``key`` already, replace it.

    For the actions of the model's own desk: within their transaction, after their check.
    """
    if not rows:
        return
    quote = connection.ops.quote_name
    named = ", ".join(quote(column) for column in columns)
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({named}) VALUES ({', '.join(['%s'] * len(columns))})"
    if key:
        rest = ", ".join(f"{quote(one)} = excluded.{quote(one)}" for one in columns if one not in key)
        sql += f" ON CONFLICT ({', '.join(quote(one) for one in key)}) DO UPDATE SET {rest}"
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)
