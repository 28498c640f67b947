"""What two people decide about exams."""

from courses.papers.permissions import CONFIGURE_EXAMS
from courses.papers.service import PUBLISH, apply_publication
from lms.approvals.effects import Effect

EFFECTS: list[Effect] = [Effect(PUBLISH, CONFIGURE_EXAMS, apply_publication)]
