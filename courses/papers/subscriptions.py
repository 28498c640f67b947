"""What two people decide about exams, and about the pass rule that exams take up."""

from courses.catalogue.pass_rule import KIND as PASS_RULE
from courses.catalogue.permissions import CHANGE_PASS_RULE
from courses.papers.new_rule import put_rule_in_force
from courses.papers.permissions import CONFIGURE_EXAMS
from courses.papers.service import PUBLISH, apply_publication
from lms.approvals.effects import Effect

EFFECTS: list[Effect] = [
    Effect(PUBLISH, CONFIGURE_EXAMS, apply_publication),
    Effect(PASS_RULE, CHANGE_PASS_RULE, put_rule_in_force),
]
