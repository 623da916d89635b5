"""Who may do what with accounts. Everybody may sign in; an account is its own owner's for language and password."""

from firebreak.ops.base.policy import Policy, policy
from firebreak.terms.offices import Office

SIGN_IN = Policy("accounts.sign-in", everybody=True)
OWN = Policy("accounts.own", signed_in=True)
HOME = Policy("accounts.home", signed_in=True)
READ = policy("accounts.read", Office.ADMINISTRATOR, Office.AUDITOR)
MANAGE = policy("accounts.manage", Office.ADMINISTRATOR, system=True)
END_SESSIONS = policy("accounts.end-sessions", Office.ADMINISTRATOR, system=True)
EXPORT = policy("accounts.export", Office.ADMINISTRATOR, Office.AUDITOR)
SWEEP = policy("accounts.sweep", system=True)
