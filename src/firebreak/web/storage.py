"""Static files under names with a hash, compressed, so that browsers may keep them for ever."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Files that are there already, with the same content, are not compressed again."""

    manifest_strict = True
