"""The door in front of Django: hot paths answer there, and what is too large goes no further."""

from __future__ import annotations

from typing import Any

import pytest

from firebreak.config.door import LARGEST_BODY, Door, alive
from firebreak.web.middleware import TOO_LARGE

ANSWERED: list[str] = []


def desks(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    ANSWERED.append(environ["PATH_INFO"])
    assert not environ.get(TOO_LARGE) or environ["wsgi.input"].read() == b""
    start_response("413 Content Too Large" if environ.get(TOO_LARGE) else "200 OK", [])
    return [b"desks"]


def ask(path: str, method: str = "GET", **environ: str) -> tuple[str, bytes]:
    ANSWERED.clear()
    said: list[str] = []
    door = Door(desks, {"/healthz": alive}, {"/channels/upload": 10 * LARGEST_BODY})
    body = door({"PATH_INFO": path, "REQUEST_METHOD": method, **environ}, lambda status, _: said.append(status))
    return said[0], b"".join(body)


def test_a_hot_path_is_answered_without_django() -> None:
    assert ask("/healthz") == ("200 OK", b"ok\n")
    assert ANSWERED == []


def test_everything_else_goes_to_the_desks() -> None:
    assert ask("/healthz/") == ("200 OK", b"desks")
    assert ask("/", "POST", CONTENT_LENGTH="10") == ("200 OK", b"desks")


@pytest.mark.parametrize(
    ("path", "length", "passes"),
    [
        ("/sign-in", str(LARGEST_BODY), True), ("/sign-in", str(LARGEST_BODY + 1), False), ("/sign-in", "x", False),
        ("/sign-in", "-1", False), ("/sign-in", "9" * 30, False), ("/channels/upload", str(LARGEST_BODY + 1), True),
        ("/channels/upload", str(10 * LARGEST_BODY + 1), False), ("/sign-in", "", True),
    ],
)  # fmt: skip
def test_a_body_has_a_largest_size(path: str, length: str, passes: bool) -> None:
    status, body = ask(path, "POST", CONTENT_LENGTH=length)
    assert (status == "200 OK") == passes
    assert body == b"desks"  # marked and emptied, it is the desks that refuse: they know the sender


def test_a_body_of_unknown_length_is_refused() -> None:
    status, _ = ask("/sign-in", "POST", HTTP_TRANSFER_ENCODING="Chunked")
    assert status.startswith("413")
