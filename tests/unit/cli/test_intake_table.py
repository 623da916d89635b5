"""What became of delivered files, as an officer reads it."""

import pytest
from rich.console import Console

from firebreak.cli.intake_table import show_intake
from firebreak.cli.language import half, use
from firebreak.engine.intake.report import FileReport, IngestReport, Outcome, RejectCount


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("the file is empty / 文件为空", "文件为空", "the file is empty"),
        ("最接近的规格只有0.10分 / the nearest scores 0.10", "最接近的规格只有0.10分", "the nearest scores 0.10"),
        ("演练_1.zip: the file is cut off / 文件不完整", "文件不完整", "演练_1.zip: the file is cut off"),
        ("one language only", "one language only", "one language only"),
        ("a / b", "a / b", "a / b"),
    ],
)
def test_of_a_message_in_two_languages_one_half_is_shown(text, chinese, english):
    use("en")
    assert half(text) == english
    use("zh")
    assert half(text) == chinese


def test_rows_in_are_rows_typed_and_rejected_and_every_file_not_taken_is_named():
    use("zh")
    rejects = (RejectCount("field", "phone", "电话", "phone.not_a_number", 4),)
    report = IngestReport(
        [
            FileReport("a.csv", "", Outcome.TAKEN, channel="c", simulated=True, score=0.9, rows_in=1234, rows_kept=1230,
                       rows_rejected=4, records=1230, rejects=rejects),
            FileReport("b.csv", "", Outcome.REPEATED, channel="c"),
            FileReport("c.zip", "d.csv", Outcome.PARKED, code="FB-I001", reason="不识 / unknown"),
            FileReport("e.csv", "", Outcome.FAILED, code="FB-F001", reason="the file is empty / 文件为空"),
        ],
        2.0,
    )  # fmt: skip
    console = Console(width=120, record=True)
    show_intake(console, report, [])
    text = console.export_text()
    for expected in ("演练", "1,234", "1,230", "phone.not_a_number", "c.zip › d.csv", "FB-F001", "文件为空", "617"):
        assert expected in text
    assert "b.csv" not in text
    assert "the file is empty" not in text
