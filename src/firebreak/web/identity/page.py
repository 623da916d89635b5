"""One self-contained page on identity: no network, no inline handlers, a content policy that names its own script."""

from __future__ import annotations

import base64
import json
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from firebreak.terms.texts import LANGS, Catalogue, catalogue


def texts() -> Catalogue:
    """The texts of these pages and the words of the tables."""
    return catalogue("firebreak.terms", "firebreak.web.identity")


def both(key: str, **values: object) -> Markup:
    """The text of ``key`` in both languages, of which the page shows one."""
    return pair(texts().text(key, "zh", **values), texts().text(key, "en", **values))


def pair(zh: str, en: str) -> Markup:
    """Two texts as two spans; one bare text where they are equal."""
    if zh == en:
        return Markup("{}").format(zh)
    return Markup('<span lang="zh-CN">{}</span><span lang="en">{}</span>').format(zh, en)


def word(group: str, name: str) -> Markup:
    """The word of a closed list in both languages; the name itself where the list does not know it."""
    key = f"{group}.{name}"
    return both(key) if texts().has(key) else Markup("{}").format(name)


def plain(group: str, name: str, lang: str) -> str:
    """The same in one language."""
    key = f"{group}.{name}"
    return texts().text(key, lang) if texts().has(key) else name


def render(template: str, lang: str = "zh", script: str = "", simulated: bool = False, **context: Any) -> str:
    """The page ``templates/TEMPLATE.html`` as HTML text; every value is escaped by the template engine."""
    css, js = _asset("identity.css"), _asset("page.js") + (_asset(script) if script else "")
    return (
        _environment()
        .get_template(f"{template}.html")
        .render(css=Markup(css), js=Markup(js), policy=_policy(css, js), lang=lang, simulated=simulated, **context)
    )


def as_json(value: object) -> Markup:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def words_of(*groups: str) -> dict[str, list[str]]:
    """All texts of some groups by key, in both languages, for a script."""
    known = texts().entries
    return {key: [known[key][lang] for lang in LANGS] for key in known if key.partition(".")[0] in groups}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("firebreak.web.identity"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(t=both, word=word, as_json=as_json)
    return environment


def _asset(name: str) -> str:
    return files("firebreak.web.identity").joinpath("templates", name).read_text("utf-8")


def _policy(css: str, js: str) -> str:
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{_digest(css)}'; script-src 'sha256-{_digest(js)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return base64.b64encode(sha256(text.encode()).digest()).decode()
