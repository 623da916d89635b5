"""Chromium for the tests of pages; without it they are skipped, and say so."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, sync_playwright

_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@cache
def _driver_starts() -> bool:
    driver = compute_driver_executable()
    return subprocess.run([*driver, "--version"], capture_output=True, check=False).returncode == 0


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of the system's own Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("chromium is not installed (apt-get install chromium fonts-wqy-microhei)")
    if not _driver_starts():
        pytest.skip("playwright's driver does not start (apt-get install libatomic1)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_SWITCHES))
        yield browser
        browser.close()
