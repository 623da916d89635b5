"""Sessions in a table that knows whose they are, so that an administrator can see and end them.

A session ends 30 minutes after its last request and 12 hours after it began, whichever is first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

LONGEST = timedelta(hours=12)
IDLE = timedelta(minutes=30)
TOUCH = timedelta(minutes=1)
"""How old ``seen_at`` may be before a request writes it again: a session does not cost a write a request."""


class SessionStore(DatabaseStore):
    """Django's database sessions, with the user, the address and the browser beside them."""

    row: Any = None

    @classmethod
    def get_model_class(cls) -> Any:
        """The table of these sessions."""
        from firebreak.ops.accounts.models import Session

        return Session

    def _get_session_from_db(self) -> Any:
        self.row = super()._get_session_from_db()  # type: ignore[misc]
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row of this session as it is stored."""
        row: Any = super().create_model_instance(data)
        user = data.get(SESSION_KEY)
        row.user_id = int(user) if user else None
        row.began_at, row.seen_at = _began(data), timezone.now()
        row.address, row.agent = data.get("address"), data.get("agent", "")[:200]
        return row

    def get_expiry_date(self, **_: Any) -> datetime:
        """When this session ends if nothing more happens in it."""
        return ends(_began(self._session))  # type: ignore[attr-defined]

    def touch(self) -> None:
        """Note that the session is in use, at most once a minute."""
        now = timezone.now()
        if self.row is not None and now - self.row.seen_at > TOUCH:
            self.row.seen_at, self.row.expire_date = now, ends(self.row.began_at)
            self.row.save(update_fields=["seen_at", "expire_date"])


def ends(began: datetime) -> datetime:
    """When a session in use now ends."""
    return min(timezone.now() + IDLE, began + LONGEST)


def _began(data: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(data["began"]) if "began" in data else timezone.now()
