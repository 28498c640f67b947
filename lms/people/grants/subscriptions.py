"""What approved proposals about admins do."""

from lms.approvals.effects import Effect
from lms.people.grants.admins import GRANT_ADMIN, TAKE_ADMIN, apply_admin, apply_removal
from lms.people.grants.permissions import GIVE_GRANTS

EFFECTS = [
    Effect(kind=GRANT_ADMIN, permission=GIVE_GRANTS, apply=apply_admin),
    Effect(kind=TAKE_ADMIN, permission=GIVE_GRANTS, apply=apply_removal),
]
