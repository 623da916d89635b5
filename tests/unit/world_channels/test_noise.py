"""The noise file is read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from firebreak.terms.errors import SpecError
from firebreak.world.channels import load_noise
from firebreak.world.channels.catalogue import CHANNELS


def test_the_shipped_noise_has_every_profile_the_channels_name() -> None:
    noise = load_noise()
    assert {channel.profile for channel in CHANNELS} <= set(noise.profiles)
    assert set(noise.channels) <= {channel.id for channel in CHANNELS}


def test_a_channels_own_rate_goes_before_its_profiles(tmp_path: Path) -> None:
    path = tmp_path / "noise.toml"
    path.write_text("[profiles.typed]\nname.gap = 0.1\nsex.gap = 0.2\n[channels.hotels]\nname.gap = 0.5\n", "utf-8")
    assert load_noise(path).rates("hotels", "typed") == {"name.gap": 0.5, "sex.gap": 0.2}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[profiles.typed]\nname.typo = 0.1\n", "FB-NOISE-KEY"),
        ("[profiles.typed]\nname.gap = 1.5\n", "FB-NOISE-RATE"),
        ("[profiles.typed]\nname.gap = true\n", "FB-NOISE-RATE"),
        ("[profiles.typed]\nname = 0.1\n", "FB-NOISE-KEY"),
        ("[profile.typed]\nname.gap = 0.1\n", "FB-NOISE-KEY"),
        ("[files]\nrepeated = 2\n", "FB-NOISE-RATE"),
        ("[files]\ntorn = 1\n", "FB-NOISE-KEY"),
        ("[profiles.typed\n", "FB-NOISE-READ"),
    ],
)
def test_a_wrong_noise_file_is_refused_with_its_code(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "noise.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SpecError) as caught:
        load_noise(path)
    assert caught.value.code == code


def test_a_noise_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"absent\.toml"):
        load_noise(tmp_path / "absent.toml")
