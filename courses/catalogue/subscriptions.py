"""What two people decide about the catalogue."""

from courses.catalogue.pass_rule import KIND, apply_pass_rule
from courses.catalogue.permissions import CHANGE_PASS_RULE
from lms.approvals.effects import Effect

EFFECTS = [Effect(kind=KIND, permission=CHANGE_PASS_RULE, apply=apply_pass_rule)]
