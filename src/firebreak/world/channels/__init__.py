"""The files that the institutions of a drill would send: ``render`` writes them from the truth."""

from firebreak.world.channels.noise import Noise, load_noise
from firebreak.world.channels.render import render

__all__ = ["Noise", "load_noise", "render"]
