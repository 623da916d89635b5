"""The course of an infection in one person, from the literature; draws depend on the person alone.

Incubation: lognormal with the mean of the Wuxi series, 4.77 d (PMC7568471), and the shape 0.418 of Lauer et al. 2020.
Infectious from two days before onset (He et al. 2020) to isolation, at most ten days after onset. Onset to isolation:
4.6 d on average, 1.9 d less for those traced (Bi et al. 2020, Shenzhen).
"""

from __future__ import annotations

import numpy as np

from firebreak.world.draws import F64, I64, Draws

DAY = 24 * 60
INCUBATION_MEAN, INCUBATION_SHAPE = 4.77, 0.418
ASYMPTOMATIC_SHARE, ASYMPTOMATIC_FOUND = 0.12, 0.5
BEFORE_ONSET, AFTER_ONSET = 2 * DAY, 10 * DAY
ISOLATION_MEAN, TRACED_SOONER, ISOLATION_SHAPE = 4.6, 1.9, 0.55
NEVER = np.iinfo(np.int64).max


def incubation(draws: Draws, person: I64) -> I64:
    """Minutes from infection to onset."""
    middle = np.log(INCUBATION_MEAN) - INCUBATION_SHAPE**2 / 2
    days = np.exp(middle + INCUBATION_SHAPE * draws.normal("incubation", person))
    return _minutes(days)


def delay_to_isolation(draws: Draws, person: I64, traced: F64) -> I64:
    """Minutes from onset to isolation; ``traced`` is 1 where the infector was known, else 0."""
    mean = ISOLATION_MEAN - TRACED_SOONER * traced
    days = np.exp(np.log(mean) - ISOLATION_SHAPE**2 / 2 + ISOLATION_SHAPE * draws.normal("isolation", person))
    return _minutes(days)


def is_asymptomatic(draws: Draws, person: I64) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether somebody never has symptoms."""
    return draws.uniform("asymptomatic", person) < ASYMPTOMATIC_SHARE


def is_ever_found(draws: Draws, person: I64) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether somebody without symptoms is ever tested."""
    return draws.uniform("found", person) < ASYMPTOMATIC_FOUND


def delay_to_result(draws: Draws, person: I64) -> I64:
    """Minutes from sampling to the laboratory's report: six hours to three days."""
    return (6 * 60 + draws.uniform("result", person) ** 2 * 66 * 60).astype(np.int64)


def _minutes(days: F64) -> I64:
    return np.maximum(60, np.round(days * DAY)).astype(np.int64)
