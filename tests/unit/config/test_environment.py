"""What an installation is told by its environment, and what it refuses to start with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from firebreak.config.databases import database
from firebreak.config.environment import read
from firebreak.config.refusals import refusals, refuse
from firebreak.terms.errors import ConfigError

SECRET = "Zk3vQ9xLw2Rt7Yp5Nc8Bm1Hd6Gf4Js0Va-Ue_Xo"[:40] + "TqWi2Kr5Ml8Pz"


@pytest.fixture
def sound(tmp_path: Path) -> dict[str, str]:
    """An environment that production starts with."""
    keys = tmp_path / "safe" / "keys.json"
    keys.parent.mkdir()
    keys.write_text(json.dumps({"keys": {"1": "A" * 43 + "="}}))
    keys.chmod(0o600)
    return {
        "FIREBREAK_MODE": "production", "FIREBREAK_HOME": str(tmp_path / "home"), "FIREBREAK_SECRET_KEY": SECRET,
        "FIREBREAK_URL": "https://desks.example", "FIREBREAK_PROXIES": "1", "FIREBREAK_KEYS_FILE": str(keys),
    }  # fmt: skip


def codes(environ: dict[str, str]) -> list[str]:
    return [reason.code for reason in refusals(read(environ))]


def test_a_sound_production_starts(sound: dict[str, str]) -> None:
    assert codes(sound) == []
    refuse(read(sound))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"FIREBREAK_SECRET_KEY": ""}, "FB-CONFIG-SECRET"),
        ({"FIREBREAK_SECRET_KEY": "short"}, "FB-CONFIG-SECRET"),
        ({"FIREBREAK_SECRET_KEY": "django-insecure-" + SECRET}, "FB-CONFIG-SECRET"),
        ({"FIREBREAK_SECRET_KEY": "a" * 80}, "FB-CONFIG-SECRET"),
        ({"FIREBREAK_DEBUG": "1"}, "FB-CONFIG-DEBUG"),
        ({"FIREBREAK_DEBUG": "true"}, "FB-CONFIG-DEBUG"),
        ({"FIREBREAK_URL": "http://desks.example"}, "FB-CONFIG-HTTP"),
        ({"FIREBREAK_PROXIES": "0"}, "FB-CONFIG-HTTP"),
        ({"FIREBREAK_KEYS_FILE": "/nowhere/keys.json"}, "FB-CONFIG-VAULT"),
    ],
)
def test_production_refuses_what_is_unsafe_and_says_why(
    sound: dict[str, str], change: dict[str, str], code: str
) -> None:
    assert codes({**sound, **change}) == [code]
    with pytest.raises(ConfigError) as refused:
        refuse(read({**sound, **change}))
    assert (refused.value.code, SECRET in str(refused.value)) == (code, False)


def test_every_reason_is_told_at_once(sound: dict[str, str]) -> None:
    unsafe = {**sound, "FIREBREAK_SECRET_KEY": "", "FIREBREAK_DEBUG": "1", "FIREBREAK_URL": "http://x.example",
              "FIREBREAK_KEYS_FILE": "/nowhere"}  # fmt: skip
    with pytest.raises(ConfigError) as refused:
        refuse(read(unsafe))
    assert [one.code for one in refused.value.each] == [
        "FB-CONFIG-SECRET", "FB-CONFIG-DEBUG", "FB-CONFIG-HTTP", "FB-CONFIG-VAULT",
    ]  # fmt: skip


def test_keys_that_others_can_read_or_that_lie_with_the_data_are_refused(sound: dict[str, str], tmp_path: Path) -> None:
    keys = Path(sound["FIREBREAK_KEYS_FILE"])
    keys.chmod(0o644)
    assert codes(sound) == ["FB-CONFIG-VAULT"]
    keys.chmod(0o600)
    assert codes({**sound, "FIREBREAK_HOME": str(keys.parent)}) == ["FB-CONFIG-VAULT"]
    beside = tmp_path / "home"
    beside.mkdir()
    (beside / "keys.json").symlink_to(keys)
    assert codes({**sound, "FIREBREAK_KEYS_FILE": str(beside / "keys.json")}) == []  # a link to a safe place is safe


def test_own_tls_does_instead_of_a_proxy(sound: dict[str, str]) -> None:
    own = {**sound, "FIREBREAK_PROXIES": "0", "FIREBREAK_TLS_CERT": "/c.pem", "FIREBREAK_TLS_KEY": "/k.pem"}
    assert codes(own) == []


def test_a_drill_makes_its_own_secret_and_keeps_it_to_itself(tmp_path: Path) -> None:
    first, second = read({"FIREBREAK_HOME": str(tmp_path)}), read({"FIREBREAK_HOME": str(tmp_path)})
    assert first.secret_key == second.secret_key
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"FIREBREAK_MODE": "prod"}, {"FIREBREAK_URL": "desks.example"}, {"FIREBREAK_URL": "https://x.example/path"},
        {"FIREBREAK_PROXIES": "one"}, {"DATABASE_URL": "mysql://x/y"}, {"DATABASE_URL": "postgresql://host"},
        {"FIREBREAK_MAX_UPLOAD_MB": "-1"}, {"FIREBREAK_SECRET_FILE": "/nowhere"},
    ],
)  # fmt: skip
def test_a_value_that_makes_no_sense_is_told_by_its_name(wrong: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        read({"FIREBREAK_HOME": str(tmp_path), **wrong})
    assert refused.value.code in ("FB-CONFIG-VALUE", "FB-CONFIG-FILE")


def test_one_address_names_the_database(tmp_path: Path) -> None:
    own = database("", tmp_path)
    assert (own["ENGINE"], own["NAME"]) == ("django.db.backends.sqlite3", str(tmp_path / "desks.sqlite"))
    assert own["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    far = database("postgresql://me:p%40ss@db.example:5433/desks?sslmode=verify-full", tmp_path)
    assert (far["USER"], far["PASSWORD"], far["HOST"], far["PORT"], far["NAME"]) == (
        "me", "p@ss", "db.example", "5433", "desks",
    )  # fmt: skip
    assert far["OPTIONS"]["sslmode"] == "verify-full"
    socket = database("postgresql://me@%2Fvar%2Frun%2Fpg/desks", tmp_path)
    assert socket["HOST"] == "/var/run/pg"
    assert not own["ATOMIC_REQUESTS"]
    assert not far["ATOMIC_REQUESTS"]


def manage(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("FIREBREAK_", "DATABASE_", "DJANGO_"))
    }
    command = [sys.executable, "-m", "firebreak.config.manage", *arguments]
    return subprocess.run(command, env={**kept, **environ}, capture_output=True, text=True, check=False)


def test_djangos_own_check_of_a_deployment_is_clean(sound: dict[str, str]) -> None:
    checked = manage(sound, "check", "--deploy", "--fail-level", "INFO")
    assert (checked.returncode, "no issues" in checked.stdout) == (0, True), checked.stderr


def test_no_migration_is_missing(sound: dict[str, str]) -> None:
    made = manage({**sound, "FIREBREAK_MODE": "test"}, "makemigrations", "--check", "--dry-run")
    assert made.returncode == 0, made.stdout


def test_the_command_tells_every_reason_in_the_language_of_the_call(sound: dict[str, str]) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FIREBREAK_", "DJANGO_"))}
    unsafe = {**kept, **sound, "FIREBREAK_DEBUG": "", "FIREBREAK_SECRET_KEY": "", "FIREBREAK_URL": "http://x.example"}
    command = [str(Path(sys.executable).with_name("firebreak")), "serve", "--lang", "zh"]
    served = subprocess.run(command, env=unsafe, capture_output=True, text=True, check=False)
    assert served.returncode == 2
    assert all(text in served.stderr for text in ("FB-CONFIG-SECRET", "FB-CONFIG-HTTP", "签名密钥", "没有加密传输"))
    assert "Traceback" not in served.stderr


def asked_through_a_proxy(sound: dict[str, str], **headers: str) -> str:
    """The status of the sign-in page of a production installation, asked with these headers."""
    code = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'firebreak.config.settings'; django.setup()\n"
        "import warnings; warnings.simplefilter('ignore')\n"
        "from django.conf import settings; settings.STORAGES['staticfiles']['BACKEND'] =  "
        "'django.contrib.staticfiles.storage.StaticFilesStorage'\n"
        "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
        f"from django.test import Client; answer = Client(HTTP_HOST='desks.example', **{headers!r}).get('/sign-in')\n"
        "print(answer.status_code, answer.cookies['firebreak_csrf']['secure'] if answer.cookies else '')"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FIREBREAK_", "DJANGO_"))}
    Path(sound["FIREBREAK_HOME"]).mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", code], env={**kept, **sound}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[0]


def test_behind_its_proxy_production_answers_and_in_the_clear_it_only_points_to_https(sound: dict[str, str]) -> None:
    key = sound["FIREBREAK_KEYS_FILE"]
    Path(key).write_text(json.dumps({"keys": {"1": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="}}))
    assert asked_through_a_proxy(sound, HTTP_X_FORWARDED_PROTO="https").startswith("200 True")
    assert asked_through_a_proxy(sound).startswith("301")
