"""The command: help in both languages, errors as a block with exit code 2, never a traceback or a person's value."""

import subprocess
import sys

import click
import pytest

from firebreak.cli.language import choose
from firebreak.cli.main import cli, main
from firebreak.terms.errors import OrderError


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    seen = capsys.readouterr()
    return left.value.code, seen.out, seen.err


@pytest.fixture(autouse=True)
def chinese(monkeypatch):
    monkeypatch.delenv("FIREBREAK_LANG", raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "zh"),
        ([], {"LANG": "C.UTF-8"}, "zh"),
        ([], {"LANG": "en_US.UTF-8"}, "en"),
        ([], {"LANG": "en_US.UTF-8", "FIREBREAK_LANG": "zh"}, "zh"),
        (["trace", "--lang", "en"], {}, "en"),
        (["--lang=zh"], {"FIREBREAK_LANG": "en"}, "zh"),
    ],
)
def test_the_language_is_the_one_asked_for_then_the_environment_then_chinese(arguments, environment, language):
    assert choose(arguments, environment) == language


def test_help_names_every_command_in_both_languages(capsys):
    for language, word in (("zh", "命令"), ("en", "Commands")):
        code, out, _ = run(capsys, "--lang", language, "--help")
        assert code == 0
        assert word in out
        assert all(f"  {name}" in out for name in cli.modules)


def test_help_imports_no_engine():
    code = "import sys; from firebreak.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    code += "print([name for name in ('polars', 'duckdb', 'ibis', 'pyarrow', 'jinja2') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", [name for name in cli.modules if name != "drill"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_option_of_every_command_is_explained(name, language):
    from firebreak.cli.language import use

    use(language)
    command = cli.get_command(None, name)
    commands = [command, *(command.get_command(None, one) for one in getattr(command, "modules", ()))]
    for one in commands:
        for option in one.params:
            record = option.get_help_record(click.Context(one))
            assert record is None or record[1].split("[")[0].strip(), (one.name, option.name)
    use("zh")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing-of-the-kind"],
        ["--nope"],
        ["trace"],
        ["trace", "--lake", "/nonexistent", "--case", "X"],
        ["trace", "--lake", "/nonexistent"],
        ["trace", "--lake", "/nonexistent", "--train", "D3008", "--date", "yesterday"],
        ["explain", "person:1", "--lake", "/nonexistent"],
        ["lake", "check", "--lake", "/nonexistent"],
        ["specs", "check", "/dev/null"],
        ["normalisers", "nix"],
        ["ingest", "/nonexistent", "--lake", "/nonexistent"],
        ["grade", "--lake", "/nonexistent", "--truth", "/tmp"],
    ],
    ids=" ".join,
)
def test_a_mistake_gives_a_block_and_exit_code_2(capsys, arguments):
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert err.startswith("错误 FB-")
    assert "Traceback" not in err
    _, _, english = run(capsys, "--lang", "en", *arguments)
    assert english.startswith("Error FB-")


def test_a_fault_of_the_program_tells_its_place_and_no_value(capsys, monkeypatch):
    def fail(*_):
        raise RuntimeError("320202199001011234")

    monkeypatch.setattr(cli, "main", lambda *_, **__: fail())
    code, _, err = run(capsys)
    assert code == 2
    assert "FB-BUG" in err
    assert "3202" not in err


def test_an_error_shows_code_what_rule_and_remedy(capsys, monkeypatch):
    def fail(*_, **__):
        raise OrderError("FB-X", "this", "that holds", "do so")

    monkeypatch.setattr(cli, "main", fail)
    code, _, err = run(capsys)
    assert code == 2
    assert [line.split("：")[-1].strip() for line in err.splitlines()[1:]] == ["this", "that holds", "do so"]


def test_help_loads_nothing_that_takes_its_time():
    """What makes help slow is what it imports: engines, data frames, the desks."""
    code = (
        "import sys\nfrom firebreak.cli.main import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'polars', 'duckdb', 'ibis', 'pyarrow', 'pandas', 'numpy', 'django', 'splink'}\n"
        "print('LOADED', *(heavy & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.rstrip().endswith("LOADED"), done.stdout[-200:]
