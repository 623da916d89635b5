"""Default numbers, a phone of thousands, empty names: found, told, used for nothing, and no blow-up."""

from __future__ import annotations

from time import process_time

from tests.unit.identity.people import crowd, group_of, number, resolved, said

USES = 4000
PHONE = "+8613912345678"


def test_a_channel_of_one_default_number_ties_nobody() -> None:
    default = [
        said(nth, f"王{chr(0x5200 + nth % 50)}", doc_type="other", doc_number="000000", doc_check="unchecked")
        for nth in range(1, 200)
    ]
    wrong = [said(300 + nth, "李静", wrong="1" * 18) for nth in range(50)]
    found = resolved([*default, *wrong, *crowd(1000, 300)])
    groups = group_of(found)
    assert len({groups[record] for record in range(1, 200)}) == 199
    assert len({groups[300 + nth] for nth in range(50)}) == 50
    told = {row["value_class"]: row for row in found.notes.iter_rows(named=True) if row["rule"] == "default_number"}
    assert (told["9{6}"]["records"], told["9{18}"]["records"], told["9{6}"]["record_id"]) == (199, 50, 1)


def test_a_right_number_of_many_names_is_nobodys_number() -> None:
    shared = number("320102", "19800101", "001")
    rows = [said(nth, f"{surname}建国", doc=shared) for nth, surname in enumerate("赵钱孙李周吴郑王冯陈褚卫", 1)]
    found = resolved([*rows, *crowd(1000, 300)])
    assert len(set(map(group_of(found).get, range(1, 13)))) == 12
    assert ("document", "many_names", 12) in found.notes.select("field", "rule", "records").rows()


def test_a_number_that_one_name_prevails_in_stays_that_persons() -> None:
    mine = number("320102", "19800101", "001")
    rows = [said(nth, "赵建国", doc=mine) for nth in range(1, 20)]
    rows += [said(20 + nth, f"{surname}小明", doc=mine) for nth, surname in enumerate("钱孙李周吴郑王冯陈", 1)]
    groups = group_of(resolved([*rows, *crowd(1000, 300)]))
    assert len({groups[nth] for nth in range(1, 20)}) == 1


def test_a_phone_used_thousands_of_times_costs_no_square_and_ties_nobody() -> None:
    agency = [said(nth, f"{chr(0x5200 + nth % 900)}某", phone=PHONE) for nth in range(1, USES)]
    quiet = [said(nth, f"{chr(0x5200 + nth % 900)}某", phone=f"+86137{nth:08d}") for nth in range(1, USES)]
    background = crowd(10_000, 300)
    resolved([*quiet, *background])  # compiles what is compiled once
    start = process_time()
    resolved([*quiet, *background])
    apart = process_time() - start
    start = process_time()
    found = resolved([*agency, *background])
    shared = process_time() - start
    assert len(set(map(group_of(found).get, range(1, USES)))) == USES - 1
    assert ("phone", "many_names", USES - 1) in found.notes.select("field", "rule", "records").rows()
    assert shared < 3 * apart + 1


def test_records_without_a_name_are_told_and_join_nobody() -> None:
    rows = [said(nth, None, birth_year=1980, division_code="320102", community="滨江花园") for nth in range(1, 300)]
    found = resolved([*rows, *crowd(1000, 300)])
    assert len(set(map(group_of(found).get, range(1, 300)))) == 299
    assert ("name", "empty", 299) in found.notes.select("field", "rule", "records").rows()


def test_no_note_holds_a_value() -> None:
    rows = [
        said(nth, f"{chr(0x5200 + nth)}某", phone=PHONE, doc_type="other", doc_number="123456") for nth in range(1, 99)
    ]
    notes = resolved([*rows, *crowd(1000, 300)]).notes
    text = notes.write_csv()
    assert PHONE[3:] not in text
    assert "123456" not in text.replace("99", "")
