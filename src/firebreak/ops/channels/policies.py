"""Who may deliver, see what became of it, and look at a rejected row in full."""

from firebreak.ops.base.policy import policy
from firebreak.terms.offices import Office

READ = policy("channels.read", Office.STEWARD, Office.AUDITOR, system=True, scope="receipts")
DELIVER = policy("channels.deliver", Office.STEWARD, scope="deliver")
SHOW = policy("channels.show", Office.STEWARD)
CLASSIFY = policy("channels.classify", Office.STEWARD)
SETTLE = policy("channels.settle", system=True)
EXPORT = policy("channels.export", Office.STEWARD, Office.AUDITOR)
