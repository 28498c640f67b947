"""What an approved change of name does."""

from lms.approvals.effects import Effect
from lms.people.persons.permissions import RENAME_PEOPLE
from lms.people.persons.service import RENAME, apply_rename

EFFECTS = [Effect(kind=RENAME, permission=RENAME_PEOPLE, apply=apply_rename)]
