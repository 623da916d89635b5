"""The reference page of the lake's tables, printed from their definitions."""

from __future__ import annotations

from firebreak.terms.tables import TABLES, Table

_HEAD = """# Tables of the lake

Printed from `firebreak.terms.tables` by `make docs`. Ids are int64; instants are UTC; days are Asia/Shanghai.
**P** marks a column that names a person or leads to one: such columns exist in the persons room only.
"""


def tables_page() -> str:
    """The whole page as Markdown."""
    return "\n".join([_HEAD, *(_section(table) for table in TABLES.values())])


def _section(table: Table) -> str:
    cut = f" One folder a day by `{table.day}`." if table.day else ""
    order = f" Sorted by {', '.join(f'`{name}`' for name in table.sort)}." if table.sort else ""
    rows = [
        f"| `{column.name}` | {column.type} | {column.en} | {column.zh} | {'**P**' if column.personal else ''} |"
        for column in table
    ]
    return "\n".join(
        [
            f"## `{table.name}` {table.zh}",
            "",
            f"{table.en[0].upper()}{table.en[1:]}.{cut}{order}",
            "",
            "| column | type | meaning | 含义 | |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )
