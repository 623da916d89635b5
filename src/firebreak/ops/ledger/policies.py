"""Who may read the ledger. Nobody writes to it: it is written with what it records."""

from firebreak.ops.base.policy import policy
from firebreak.terms.offices import Office

READ = policy("ledger.read", Office.AUDITOR)
EXPORT = policy("ledger.export", Office.AUDITOR)
LOOKS = policy("ledger.looks", Office.OFFICER, Office.STEWARD, Office.COMMANDER, Office.AUDITOR)
VERIFY = policy("ledger.verify", Office.AUDITOR, system=True)
