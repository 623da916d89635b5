"""Who may ask for background work, and see how it goes. No row of it is about a person."""

from firebreak.ops.base.policy import policy
from firebreak.terms.offices import Office

READ = policy(
    "runs.read",
    Office.STEWARD,
    Office.OFFICER,
    Office.COMMANDER,
    Office.AUDITOR,
    Office.ADMINISTRATOR,
    system=True,
    scope="runs",
)
REQUEST = policy("runs.request", Office.STEWARD, system=True, scope="runs")
WORK = policy("runs.work", system=True)
EXPORT = policy("runs.export", Office.STEWARD, Office.AUDITOR)
