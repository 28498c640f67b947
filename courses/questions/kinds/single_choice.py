"""One right option. Key: `{"correct": "<option id>"}`. Answer: an option's id."""

from fractions import Fraction

from courses.questions.kinds.choices import (
    ChoiceBody,
    ChoiceCandidate,
    OptionId,
    body_faults,
    doubled_options,
    known_options,
)
from courses.questions.kinds.kind import Answer, Candidate, Json, Scoring
from lms.kernel.problems import Fault
from lms.kernel.schema import In


class SingleChoiceKey(In):
    correct: OptionId


class SingleChoice:
    name = "single_choice"

    def faults(self, body: Json, key: Json) -> list[Fault]:
        faults = [
            *body_faults(ChoiceBody, body, "/body"),
            *doubled_options(body),
            *body_faults(SingleChoiceKey, key, "/key"),
        ]
        correct = key.get("correct")
        if isinstance(correct, str) and correct not in known_options(body):
            faults.append(Fault("/key/correct", "unknown_option", "no option has this id"))
        return faults

    def candidate(self, body: Json, salt: bytes) -> Candidate:
        return ChoiceCandidate(body, salt, several=False)

    def share(
        self,
        body: Json,  # noqa: ARG002 - every kind is asked alike
        key: Json,
        answer: Answer,
        scoring: Scoring,  # noqa: ARG002 - one right option leaves nothing to policy
    ) -> Fraction | None:
        return Fraction(int(answer is not None and answer == key["correct"]))
