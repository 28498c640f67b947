"""What two people decide about results."""

from courses.results.permissions import REGRADE
from courses.results.regrades.service import KIND, apply_regrade
from lms.approvals.effects import Effect

EFFECTS: list[Effect] = [Effect(KIND, REGRADE, apply_regrade)]
