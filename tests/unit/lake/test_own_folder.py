"""A new lake never takes over somebody else's folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from firebreak.lake.lake import Lake
from firebreak.terms.errors import LakeError


def test_a_folder_with_files_where_a_lake_puts_its_own_is_refused_and_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "tests" / "mine.py"
    mine.parent.mkdir()
    mine.write_text("kept", "utf-8")
    with pytest.raises(LakeError) as refused:
        Lake.open(tmp_path, create=True)
    assert refused.value.code == "FB-LAKE-FOLDER"
    assert mine.read_text("utf-8") == "kept"


def test_a_new_lake_is_its_owners_alone(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "lake", create=True)
    assert lake.root.stat().st_mode & 0o077 == 0
