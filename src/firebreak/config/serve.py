"""``firebreak serve``: database migrated, static files collected, server and background worker in one command."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from firebreak.cli import base
from firebreak.cli.desks import start
from firebreak.cli.language import say
from firebreak.terms.errors import FirebreakError

_PATIENCE = 10.0


@base.command("serve")
@base.option("--host", default="127.0.0.1")
@base.option("--port", type=click.IntRange(1, 65535))
@base.option("--workers", type=click.IntRange(1, 64), default=1)
@base.option("--lake", envvar="FIREBREAK_LAKE", type=click.Path(path_type=Path, file_okay=False))
@base.option("--check", is_flag=True)
def command(host: str, port: int | None, workers: int, lake: Path | None, check: bool) -> int:
    """Serve until told to stop."""
    if lake is not None:
        os.environ["FIREBREAK_LAKE"] = str(lake.absolute())
    prepare()
    from django.conf import settings

    wanted = port or urlsplit(settings.ENVIRONMENT.url).port or 8000
    found = _free(host, 0 if check else wanted)
    if not check:
        look_at_the_lake()
    return Serving(host, found, workers, settings.ENVIRONMENT, check).run()


def _free(host: str, port: int) -> int:
    """That port, if nobody listens there (0: any). Errors: FirebreakError."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            found: int = probe.getsockname()[1]
            return found
    except OSError:
        raise FirebreakError(
            "FB-SERVE-PORT", f"{host}:{port}", "The address must be this machine's and its port free.",
            "Stop what listens there, or give another --port.",
        ) from None  # fmt: skip


def prepare() -> None:
    """Settings read (or refused), tables migrated, static files collected. Safe to repeat."""
    start()
    from django.core.management import call_command
    from django.db import connections

    from firebreak.ops.accounts.tasks import schedule

    call_command("collectstatic", verbosity=0, interactive=False)
    schedule()
    connections.close_all()  # the server's processes open their own


def look_at_the_lake() -> None:
    """Ask for the desks' copy of a lake that is there: the command line may have changed it meanwhile."""
    from django.conf import settings
    from django.db import connections

    from firebreak.ops.base.actor import system
    from firebreak.ops.runs import actions as runs

    if settings.FIREBREAK_LAKE is not None and settings.FIREBREAK_LAKE.is_dir():
        for kind in ("intake", "publish"):
            runs.request(kind=kind, by=system("serve"))
        connections.close_all()


class Serving:
    """The server (granian, WSGI) and the background worker beside it. Both end when this process is told to."""

    def __init__(self, host: str, port: int, workers: int, environment: Any, check: bool = False) -> None:
        self.host, self.port, self.workers, self.environment = host, port, workers, environment
        self.check, self.answered = check, False
        # Its certificate names the public address, not this machine. Made before the server's process is forked:
        # OpenSSL holds a lock meanwhile, for which a child forked in that moment would wait for ever.
        self.itself = ssl._create_unverified_context()
        self.worker: subprocess.Popen[bytes] | None = None
        self.stopping = threading.Event()

    def run(self) -> int:
        """Serve until SIGINT or SIGTERM; 0. To check: until it has answered once; 1 if it did not within 30 s."""
        from granian import Granian
        from granian.constants import Interfaces
        from granian.log import LogLevels

        sqlite = self.environment.database["ENGINE"].endswith("sqlite3")
        server = Granian(
            "firebreak.config.wsgi:application",
            address=self.host,
            port=self.port,
            interface=Interfaces.WSGI,
            workers=self.workers,
            blocking_threads=4 if sqlite else 16,  # SQLite has one writer: more threads only wait for its lock
            log_level=LogLevels.warning,
            ssl_cert=self.environment.tls_cert,
            ssl_key=self.environment.tls_key,
            workers_kill_timeout=int(_PATIENCE),
            respawn_failed_workers=True,
        )
        server.on_startup(self._start_worker)
        server.on_shutdown(self._stop_worker)
        if self.check:
            server.on_startup(lambda: threading.Thread(target=self._ask, daemon=True).start())
        else:
            click.echo(say("serve.at", url=self.environment.url if self.port == self._own_port else self._here))
        server.serve()
        if self.check:
            click.echo(say("serve.answered" if self.answered else "serve.silent"), err=not self.answered)
        return int(self.check and not self.answered)

    def _ask(self) -> None:
        """Ask the server for a page, then tell it to stop."""
        time.sleep(1.0)
        for _ in range(150):
            time.sleep(0.2)
            try:
                asked = urllib.request.Request(self._asked, headers={"Host": self._host_header})
                with urllib.request.urlopen(asked, timeout=5, context=self.itself) as answer:
                    self.answered = answer.status == 200
                    break
            except OSError:
                continue
        os.kill(os.getpid(), signal.SIGTERM)

    @property
    def _asked(self) -> str:
        """The sign-in page; behind a proxy that ends TLS, where that only leads to https, what the proxy asks."""
        return f"{self._here}/{'healthz' if self.environment.secure else 'sign-in'}"

    @property
    def _host_header(self) -> str:
        host: str = urlsplit(self.environment.url).netloc
        return host

    @property
    def _own_port(self) -> int:
        return urlsplit(self.environment.url).port or 8000

    @property
    def _here(self) -> str:
        return f"{'https' if self.environment.tls_cert else 'http'}://{self.host}:{self.port}"

    def _start_worker(self) -> None:
        self._spawn()
        threading.Thread(target=self._watch, daemon=True).start()

    def _spawn(self) -> None:
        self.worker = subprocess.Popen(
            [sys.executable, "-m", "firebreak.config.worker"],
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl+C reaches the server, which tells the worker
        )

    def _watch(self) -> None:
        """A worker that died is started again, unless everything stops."""
        while not self.stopping.wait(1.0):
            if self.worker is not None and self.worker.poll() is not None:
                click.echo(say("serve.worker_again"), err=True)
                self._spawn()

    def _stop_worker(self) -> None:
        self.stopping.set()
        if self.worker is None or self.worker.poll() is not None:
            return
        self.worker.send_signal(signal.SIGTERM)
        try:
            self.worker.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.worker.kill()
            self.worker.wait()
