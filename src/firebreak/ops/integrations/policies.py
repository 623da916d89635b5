"""Who may let programs in."""

from firebreak.ops.base.policy import policy
from firebreak.terms.offices import Office

READ = policy("integrations.read", Office.ADMINISTRATOR, Office.AUDITOR)
MANAGE = policy("integrations.manage", Office.ADMINISTRATOR, system=True)
EXPORT = policy("integrations.export", Office.ADMINISTRATOR, Office.AUDITOR)
OWN = policy("integrations.own", scope="receipts")
ENDED = policy("integrations.sweep", system=True)
