"""The kinds that this house knows. A new kind is a file beside this one and a row here."""

from courses.questions.kinds.kind import Kind
from courses.questions.kinds.multiple_choice import MultipleChoice
from courses.questions.kinds.single_choice import SingleChoice

KINDS: dict[str, Kind] = {kind.name: kind for kind in (SingleChoice(), MultipleChoice())}
