"""Who may adopt what the engine proposed; what is sent is the program's business."""

from firebreak.ops.base.policy import policy
from firebreak.terms.offices import Office

READ = policy("outbox.read", system=True)
SEND = policy("outbox.send", system=True)
ADOPT = policy("outbox.adopt", Office.COMMANDER)
