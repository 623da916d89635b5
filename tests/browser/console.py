"""The console as it is really served: `firebreak serve` in its own process, with the drill's logins."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django_otp.oath import totp
from playwright.sync_api import Browser, BrowserContext

PASSWORD = "drill-2020-wuxi"
FIREBREAK = str(Path(sys.executable).with_name("firebreak"))


@dataclass(frozen=True, slots=True)
class Console:
    """A running console: its address, its home, its process."""

    url: str
    home: Path
    process: subprocess.Popen[str]

    def code(self, name: str) -> str | None:
        """The one-time code that this login's authenticator shows now."""
        with sqlite3.connect(f"file:{self.home / 'desks.sqlite'}?mode=ro", uri=True) as database:
            query = (
                "SELECT d.key FROM otp_totp_totpdevice d JOIN accounts_user u ON u.id = d.user_id WHERE u.username = ?"
            )
            row = database.execute(query, [name]).fetchone()
        return f"{totp(bytes.fromhex(row[0])):06d}" if row else None

    def signed_in(self, browser: Browser, name: str, **options: object) -> BrowserContext:
        """A browser's context in which this login has signed in, as its user would."""
        context = browser.new_context(base_url=self.url, locale="zh-CN", **options)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto("/")
        page.fill("[name=username]", name)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]:has-text('登录')")
        code = self.code(name)
        if code:
            page.goto("/second-factor")
            page.fill("[name=token]", code)
            page.keyboard.press("Enter")
            page.wait_for_url(f"{self.url}/")
        page.close()
        return context


def environment(home: Path, port: int, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of an installation of its own."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("FIREBREAK_", "DATABASE_", "DJANGO_"))
    }
    return {**kept, "FIREBREAK_HOME": str(home), "FIREBREAK_URL": f"http://127.0.0.1:{port}", **(more or {})}


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def console(home: Path, more: Mapping[str, str] | None = None) -> Iterator[Console]:
    """Serve, wait until it answers, stop it as its keeper would, and see that it ended well."""
    port = free_port()
    env = environment(home, port, more)
    subprocess.run([FIREBREAK, "accounts", "drill"], env=env, check=True, capture_output=True)
    process = subprocess.Popen(
        [FIREBREAK, "serve"], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        _answers(f"http://127.0.0.1:{port}/healthz", process)
        yield Console(f"http://127.0.0.1:{port}", home, process)
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert "Traceback" not in said


def _answers(url: str, process: subprocess.Popen[str]) -> None:
    for _ in range(300):
        assert process.poll() is None, process.stdout.read() if process.stdout else ""
        try:
            with urllib.request.urlopen(url, timeout=1) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the console did not answer within 30 s")
