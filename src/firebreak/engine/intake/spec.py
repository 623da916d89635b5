"""Channel specs: one TOML file a channel and version, read strictly. See docs/reference/channel-spec.md."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from firebreak.engine.intake.fields import FIELDS
from firebreak.engine.intake.normalise.registry import normalisers
from firebreak.engine.intake.spec_check import check, check_together
from firebreak.engine.intake.spec_model import ChannelSpec, ColumnSpec, Combine, FileSpec, Several
from firebreak.engine.intake.spec_parse import parse
from firebreak.engine.intake.spec_source import Source
from firebreak.terms.errors import SpecError

__all__ = ["SHIPPED", "ChannelSpec", "ColumnSpec", "Combine", "FileSpec", "Several", "load_spec", "load_specs"]

SHIPPED = Path(__file__).parent / "channels"
"""The specs that come with the program."""


def load_specs(folders: Iterable[Path], known: Collection[str] | None = None) -> list[ChannelSpec]:
    """Read every ``*.toml`` under ``folders``, sorted by id and version.

    ``known`` are the names of normalisers allowed; by default the registered ones and the fields' own.
    Raises SpecError with file, line, rule and remedy at the first mistake.
    """
    known = _known() if known is None else known
    specs = [load_spec(path, known) for folder in folders for path in _files(Path(folder))]
    check_together(specs)
    return sorted(specs, key=lambda spec: (spec.id, spec.version))


def load_spec(path: Path, known: Collection[str] | None = None) -> ChannelSpec:
    """Read one spec file. Raises SpecError."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = type(error).__name__
        raise SpecError("FB-S001", f"{path}: {reason}", "A spec is a readable UTF-8 file.", "Mend the file.") from None
    spec = parse(path, text, _known() if known is None else known)
    check(spec, Source(path, text))
    return spec


def _known() -> set[str]:
    return {*normalisers(), *(field.normaliser for field in FIELDS.values())}


def _files(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        rule = "Specs lie in folders."
        raise SpecError("FB-S013", f"{folder} is no folder", rule, "Name a folder that exists.")
    return sorted(folder.rglob("*.toml"))
