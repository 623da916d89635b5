"""What the desks need at run time is in the wheel."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = {".py", ".po", ".md"}  # a .po is compiled; a .md is for readers of the source


def test_every_file_beside_the_code_is_named_as_package_data() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    patterns = told["tool"]["setuptools"]["package-data"]["firebreak"]
    package = ROOT / "src" / "firebreak"
    files = [
        one.relative_to(package)
        for one in package.rglob("*")
        if one.is_file() and "__pycache__" not in one.parts and one.suffix not in CODE and not one.name.startswith(".")
    ]
    left_out = [
        str(one) for one in files if not any(fnmatch(f"/{one}", one_of.replace("**", "*")) for one_of in patterns)
    ]
    assert Path("engine/identity/look_alikes.txt") in files
    assert left_out == []
