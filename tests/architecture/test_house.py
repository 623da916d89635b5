"""The rules of the house that import-linter cannot see."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from firebreak.terms.errors import errors_in_chinese
from firebreak.terms.tables import TABLES, Table

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for path in (ROOT / "src").rglob("*.py") if path.parent.name != "migrations")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_column_that_names_a_person_exists_in_the_persons_room_only(table: Table) -> None:
    personal = [column.name for column in table if column.personal]
    assert table.persons_room or not personal


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_table_is_sorted_and_cut_by_columns_it_has(table: Table) -> None:
    assert {*table.sort, *([table.day] if table.day else [])} <= set(table.names)


def test_no_source_file_is_longer_than_five_hundred_lines() -> None:
    long = {path.relative_to(ROOT).as_posix() for path in SOURCES if len(path.read_text("utf-8").splitlines()) > 500}
    assert not long


def test_every_public_module_class_and_function_says_what_it_is() -> None:
    silent = []
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        if path.name != "__init__.py" and not ast.get_docstring(tree):
            silent.append(f"{path.relative_to(ROOT)}")
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
                continue
            is_command = "/cli/" in path.as_posix() and bool(node.decorator_list)  # its help is in texts.toml
            if not is_command and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    allowed_enums = "terms/enums.py"  # a closed list of words explains itself
    assert [entry for entry in silent if allowed_enums not in entry] == []


def test_no_file_names_a_package_index() -> None:
    hosts = re.compile(r"https?://[^\s\"')]*(pypi|pythonhosted|npmjs|debian\.org|artifact|registry)[^\s\"')]*", re.I)
    assert [path.name for path in tracked() if path.suffix != ".png" and hosts.search(path.read_text("utf-8"))] == []


def test_no_real_data_is_copied_into_the_project() -> None:
    shared = ROOT.parent / "shared" / "data"
    if not shared.is_dir():
        pytest.skip("../shared/data is absent")
    real = {path.name for path in shared.rglob("*") if path.is_file()} - {"README.md", "LICENSE", "NOTICE"}
    assert [path.name for path in tracked() if path.name in real] == []


_BILINGUAL_WHERE_RAISED = re.compile(r"FB-(F|R)\d|FB-I00[12]|FB-CLI|FB-BUG")  # file and row errors hold both languages


def test_every_error_is_said_in_chinese_too() -> None:
    codes = {code for path in SOURCES for code in re.findall(r'"(FB-[A-Z0-9-]+)"', path.read_text("utf-8"))}
    raised = {code for code in codes if not _BILINGUAL_WHERE_RAISED.match(code)}
    assert raised == set(errors_in_chinese())
    assert all({"what", "rule", "remedy"} == set(said) for said in errors_in_chinese().values())
