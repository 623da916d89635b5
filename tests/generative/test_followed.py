"""A list follows the people of its records: whoever was merged, parted or turned out to be the case."""

from __future__ import annotations

from hypothesis import strategies as st
from tests.executors import generated
from tests.generative.travel import Row, arrow

from firebreak.engine.backends.base import Executor
from firebreak.engine.tracing.followed import followed

PEOPLE = st.integers(1, 4)
RECORDS = st.integers(10, 14)


@st.composite
def lists(draw: st.DrawFn) -> list[Row]:
    rows = []
    for number in range(draw(st.integers(1, 6))):
        degree = draw(st.sampled_from([1, 1, 2]))
        rows.append(
            {
                "case_person_id": draw(PEOPLE), "person_id": draw(PEOPLE), "rule": f"r@{number}", "degree": degree,
                "via_person_id": draw(PEOPLE) if degree == 2 else None, "case_record_id": draw(RECORDS),
                "case_part": 0, "record_id": draw(RECORDS), "part": draw(st.integers(0, 1)),
            }
        )  # fmt: skip
    return rows


def meaning(row: Row, links: dict[tuple[int, int], int], aliases: dict[int, int]) -> Row | None:
    """The row one record at a time: who does each speak of today?"""
    case = aliases.get(row["case_person_id"], row["case_person_id"])
    there = links.get((row["case_record_id"], row["case_part"]))
    via = row["via_person_id"]
    if there is not None and row["degree"] == 1:
        case = there
    if there is not None and row["degree"] == 2:
        via = there
    person = links.get((row["record_id"], row["part"]), row["person_id"])
    return None if person == case else {**row, "case_person_id": case, "via_person_id": via, "person_id": person}


@generated(
    examples=40,
    rows=lists(),
    links=st.dictionaries(st.tuples(RECORDS, st.integers(0, 1)), PEOPLE, max_size=6),
    aliases=st.dictionaries(PEOPLE, PEOPLE, max_size=2),
)
def test_a_list_names_whom_its_records_speak_of_today(
    executor: Executor, rows: list[Row], links: dict[tuple[int, int], int], aliases: dict[int, int]
) -> None:
    told = [{"record_id": one, "part": part, "person_id": person} for (one, part), person in links.items()]
    known = [{"alias_id": was, "person_id": person} for was, person in aliases.items()]
    tables = [executor.put(name, arrow(name, values))
              for name, values in (("exposures", rows), ("links", told), ("aliases", known))]  # fmt: skip
    found = executor.run(followed(*tables)).to_pylist()
    expected = [one for row in rows if (one := meaning(row, links, aliases))]
    keys = ("case_person_id", "via_person_id", "person_id", "rule", "record_id", "part")
    assert sorted([tuple(row[key] for key in keys) for row in found], key=repr) == sorted(
        [tuple(row[key] for key in keys) for row in expected], key=repr
    )
