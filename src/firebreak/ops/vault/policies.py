"""Who may see values, masked or in full, look for them, take them along."""

from firebreak.ops.base.policy import policy
from firebreak.terms.offices import Office

MASKED = policy(
    "vault.masked", Office.OFFICER, Office.STEWARD, Office.GRID_WORKER, Office.COMMANDER, Office.AUDITOR,
    Office.CITIZEN, system=True,
)  # fmt: skip
SHOW = policy("vault.show", Office.OFFICER, Office.GRID_WORKER, Office.COMMANDER, Office.CITIZEN)
SEARCH = policy("vault.search", Office.OFFICER, Office.GRID_WORKER)
EXPORT = policy("vault.export", Office.OFFICER, system=True)
STORE = policy("vault.store", system=True)
ERASE = policy("vault.erase", system=True)
RESEAL = policy("vault.reseal", system=True)
