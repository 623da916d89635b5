"""Starting: not in production on a drill's database; looking at a database does not change it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings
from tests.desks.people import account

from firebreak.cli.desks import check_migrated
from firebreak.ops.accounts import drill
from firebreak.ops.accounts.models import Holding
from firebreak.terms.errors import ConfigError
from firebreak.terms.offices import Office


def test_production_does_not_start_on_a_drills_database() -> None:
    account(Office.OFFICER)
    with override_settings(FIREBREAK_DRILL=False):
        drill.refuse_in_production()
    drill.logins()
    drill.refuse_in_production()
    with override_settings(FIREBREAK_DRILL=False), pytest.raises(ConfigError) as refused:
        drill.refuse_in_production()
    assert refused.value.code == "FB-CONFIG-DRILL"
    Holding.objects.all().delete()
    with override_settings(FIREBREAK_DRILL=False), pytest.raises(ConfigError):
        drill.refuse_in_production()


def test_a_database_of_an_older_version_is_told_and_left_alone() -> None:
    check_migrated()
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("vault", "0003_person")
    with pytest.raises(ConfigError) as refused:
        check_migrated()
    assert refused.value.code == "FB-CONFIG-MIGRATE"
    assert ("vault", "0003_person") not in recorder.applied_migrations()


def test_verifying_where_no_database_is_makes_none(tmp_path: Path) -> None:
    known = {
        key: value for key, value in os.environ.items() if not key.startswith(("FIREBREAK_", "DATABASE_", "DJANGO_"))
    }
    asked = [sys.executable, "-c", "from firebreak.cli.main import main; main()", "ledger", "verify"]
    answer = subprocess.run(
        asked, env={**known, "FIREBREAK_HOME": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert answer.returncode != 0
    assert "FB-CONFIG-MIGRATE" in answer.stderr + answer.stdout
    assert not list(tmp_path.glob("*.sqlite*"))


def test_an_anchor_that_is_not_there_says_that_nothing_was_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from firebreak.cli import ledger

    account(Office.OFFICER)
    monkeypatch.setattr(ledger, "start", lambda **_: None)
    heads = tmp_path / "heads.json"
    said = []
    for _ in range(2):
        assert ledger.verify.callback(heads) == 0  # type: ignore[misc]
        said.append(str(heads) in capsys.readouterr().err)
    assert said == [True, False]
