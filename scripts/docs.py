"""Write the generated pages of docs/reference. A test fails when one of them is stale."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from firebreak.engine.identity.compare.manual import comparisons_page
from firebreak.engine.identity.survivorship import survivorship_page
from firebreak.engine.intake.normalise.manual import normalisers_page
from firebreak.engine.intake.readers.errors import file_errors_page
from firebreak.engine.risk.manual import risk_rules_page
from firebreak.engine.tracing.rules.manual import rules_page
from firebreak.terms.machines.manual import machines_page
from firebreak.terms.manual import tables_page
from firebreak.web.report.replay_page import replay_page
from firebreak.world.channels.manual import channels_page

ROOT = Path(__file__).parents[1]


def api_page() -> str:
    """The API's page; Django is set up for it alone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firebreak.config.settings_test")
    import django

    django.setup()
    from firebreak.web.api.manual import api_page as page

    return page()


PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/api.md": api_page,
    "docs/reference/tables.md": tables_page,
    "docs/reference/contact-rules.md": rules_page,
    "docs/reference/contact-rules-replay.md": replay_page,
    "docs/reference/survivorship.md": survivorship_page,
    "docs/reference/comparisons.md": comparisons_page,
    "docs/reference/file-errors.md": file_errors_page,
    "docs/reference/drill-channels.md": channels_page,
    "docs/reference/normalisers.md": normalisers_page,
    "docs/reference/risk-rules.md": risk_rules_page,
    "docs/reference/state-machines.md": machines_page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (ROOT / name).write_text(page(), encoding="utf-8")
        print(name)
