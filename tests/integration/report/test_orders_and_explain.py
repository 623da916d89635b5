"""Orders find their person, and explain walks back to the delivered line, on a small made-up lake."""

from datetime import date

import pytest
from click.testing import CliRunner
from tests.report_lake import SALES, made_up_lake

from firebreak.bridge.explain import explain_person, explain_record
from firebreak.bridge.orders import Order, resolve
from firebreak.bridge.session import session
from firebreak.cli.explain import command
from firebreak.cli.language import use
from firebreak.engine.intake.spec import load_spec
from firebreak.terms.errors import OrderError

DAY = date(2020, 1, 23)
SPEC = """
id = "made-up-sales"
version = 1
valid_from = 2020-01-01
zh = "演练售票"
en = "Made-up sales"
category = "journey"
source = "made up for this test"
simulated = true
[file]
format = "csv"
[constants]
mode = "train"
run_date = 2020-01-23
[columns]
"姓名" = { field = "name" }
"证件号码" = { field = "document" }
"车次" = { field = "service_no" }
"席位" = { field = "seat" }
"""


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    return made_up_lake(tmp_path_factory.mktemp("lake"))[0]


@pytest.fixture
def opened(lake):
    with session(lake) as found:
        yield found


@pytest.fixture(scope="module")
def spec(tmp_path_factory):
    path = tmp_path_factory.mktemp("specs") / "made-up-sales.toml"
    path.write_text(SPEC, "utf-8")
    return load_spec(path)


def seat(**changes):
    return Order(**({"service_no": "D3008", "day": DAY, "coach": "5", "seat": "7A"} | changes))


@pytest.mark.parametrize(
    "order",
    [
        Order(case_no="WX-0001"),
        seat(),
        seat(service_no="d3008", coach="05车", seat="07A"),
        seat(from_place="汉口站", to_place="无锡"),
    ],
    ids=["case", "seat", "as really written", "segment"],
)
def test_an_order_finds_its_person(opened, order):
    target = resolve(opened, order)
    assert (target.person_id, target.case_no) == (1, "WX-0001")


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (Order(case_no="WX-9"), "FB-ORDER-CASE"),
        (seat(service_no="G1"), "FB-ORDER-TRAIN"),
        (seat(seat="7C"), "FB-ORDER-MANY"),
        (seat(from_place="麻城北"), "FB-ORDER-NOBODY"),
        (seat(coach="4"), "FB-ORDER-NOBODY"),
        (seat(seat="无座"), "FB-ORDER-NOBODY"),
        (seat(day=date(2020, 1, 25)), "FB-ORDER-NOBODY"),
        (seat(coach=""), "FB-ORDER-SEAT"),
        (seat(seat="???"), "FB-ORDER-WORD"),
    ],
)
def test_an_order_that_leads_to_nobody_or_several_says_so(opened, order, code):
    with pytest.raises(OrderError) as raised:
        resolve(opened, order)
    assert raised.value.code == code


def test_a_segment_tells_apart_people_who_had_the_seat_one_after_another(lake):
    sittings = made_up_sittings("7C")
    for one in sittings:
        with session(lake) as opened:
            stops = ("汉口", "麻城北", "金寨", "六安", "合肥南", "全椒", "南京南", "常州", "无锡")
            order = seat(seat="7C", from_place=stops[one.board_seq], to_place=stops[one.alight_seq])
            assert resolve(opened, order).person_id == one.person_id


def made_up_sittings(label):
    from tests.report_fixture import made_up_report

    return [one for one in made_up_report().rides[0].coaches[0].sittings if one.seat == label]


def kinds(node):
    return [node.key, *(key for child in node.children for key in kinds(child))]


def test_a_person_is_walked_back_to_values_and_records(opened):
    tree = explain_person(opened, 1, [])
    found = kinds(tree)
    assert {"person", "value_chosen", "record", "link"} <= set(found)


def test_a_record_is_walked_back_to_the_delivered_line(opened, spec):
    record = next(
        link["record_id"] for link in opened.rows("links", person_id=1) if opened.channel_of(link["record_id"]) == SALES
    )
    tree = explain_record(opened, record, [spec])
    raw = next(child for child in tree.children if child.key == "raw")
    assert {cell.label: cell.value for cell in raw.cells} == {
        "姓名": "演练1", "证件号码": "1", "车次": "D3008", "席位": "05车07A号",
    }  # fmt: skip
    assert raw.values["line"] == "2"


def test_the_command_masks_the_delivered_line_until_asked(lake, spec):
    use("zh")
    with session(lake) as opened:
        record = next(
            link["record_id"]
            for link in opened.rows("links", person_id=1)
            if opened.channel_of(link["record_id"]) == SALES
        )
    arguments = [str(record), "--lake", str(lake.root), "--specs", str(spec.path)]
    shown = CliRunner().invoke(command, arguments)
    assert "汉汉9" in shown.output
    assert "演练1" not in shown.output
    assert "演练1" in CliRunner().invoke(command, [*arguments, "--reveal"]).output


@pytest.mark.parametrize(
    ("what", "code"), [("person:999", "FB-EXPLAIN-PERSON"), ("1", "FB-EXPLAIN-RECORD"), ("x", "FB-EXPLAIN-WHAT")]
)
def test_what_is_not_in_the_lake_is_told(lake, what, code):
    result = CliRunner().invoke(command, [what, "--lake", str(lake.root)])
    assert isinstance(result.exception, OrderError)
    assert result.exception.code == code
