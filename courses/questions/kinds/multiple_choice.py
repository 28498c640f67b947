"""One or more right options. Key: `{"correct": [ids]}`. Answer: a list of option ids."""

from fractions import Fraction

from pydantic import Field

from courses.questions.kinds.choices import (
    OPTIONS_MOST,
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


class MultipleChoiceBody(ChoiceBody):
    """`choose`, when given, tells candidates how many options to choose."""

    choose: int | None = Field(default=None, ge=1, le=OPTIONS_MOST)


class MultipleChoiceKey(In):
    correct: list[OptionId] = Field(min_length=1, max_length=OPTIONS_MOST)


class MultipleChoice:
    name = "multiple_choice"

    def faults(self, body: Json, key: Json) -> list[Fault]:
        return [
            *body_faults(MultipleChoiceBody, body, "/body"),
            *doubled_options(body),
            *body_faults(MultipleChoiceKey, key, "/key"),
            *_key_against_body(body, key),
        ]

    def candidate(self, body: Json, salt: bytes) -> Candidate:
        return ChoiceCandidate(body, salt, several=True)

    def share(self, body: Json, key: Json, answer: Answer, scoring: Scoring) -> Fraction | None:
        if not isinstance(answer, list):
            return Fraction(0)
        right, chosen = set(key["correct"]), set(answer)
        if scoring is Scoring.ALL_OR_NOTHING:
            return Fraction(int(chosen == right))
        if scoring is Scoring.RIGHT_MINUS_WRONG:
            return max(Fraction(0), Fraction(len(chosen & right) - len(chosen - right), len(right)))
        options = len(body["options"])
        return Fraction(options - len(chosen ^ right), options)


def _key_against_body(body: Json, key: Json) -> list[Fault]:
    correct = key.get("correct")
    if not isinstance(correct, list) or len(correct) > OPTIONS_MOST:
        return []
    names = [name if isinstance(name, str) else None for name in correct]
    options = known_options(body)
    faults = [
        Fault(f"/key/correct/{index}", "unknown_option", "no option has this id")
        for index, name in enumerate(names)
        if name is not None and name not in options
    ]
    faults += [
        Fault(f"/key/correct/{index}", "doubled", "each option at most once")
        for index, name in enumerate(names)
        if name is not None and name in names[:index]
    ]
    choose = body.get("choose")
    if type(choose) is int and choose != len(set(_given(names))):
        detail = "differs from the number of right options"
        faults.append(Fault("/body/choose", "choose", detail))
    return faults


def _given(names: list[str | None]) -> list[str]:
    """The ids among a key's entries."""
    return [name for name in names if name is not None]
