"""What an approved admin is given."""

from lms.approvals.effects import Effect
from lms.people.grants.permissions import GIVE_GRANTS
from lms.people.grants.service import GRANT_ADMIN, apply_admin

EFFECTS = [Effect(kind=GRANT_ADMIN, permission=GIVE_GRANTS, apply=apply_admin)]
