"""What the two choice kinds share: options, the names candidates see for them, their order."""

import hashlib
from typing import Annotated, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from courses.questions.kinds.kind import Answer, AnswerFaultsError, Arrange, Json
from lms.kernel.problems import Fault
from lms.kernel.schema import In, faults_of

ALIAS_LENGTH = 10

OPTIONS_MOST = 12

OptionId = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,16}$", strip_whitespace=False)
]
"""Taken as it stands, since bodies and keys are kept as their author wrote them."""
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class BilingualText(In):
    """A text in Traditional Chinese, in English, or both; at least one of them."""

    zh_hant: Words | None = None
    en: Words | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.zh_hant is None and self.en is None:
            raise ValueError("give zh_hant, en, or both")
        return self


class Option(In):
    """One option. A pinned one ("none of the above") stays behind the others, in authored order."""

    id: OptionId
    text: BilingualText
    pinned: bool = False


class ChoiceBody(In):
    options: list[Option] = Field(min_length=2, max_length=OPTIONS_MOST)


def body_faults(model: type[In], part: Json, pointer: str) -> list[Fault]:
    """What pydantic finds in one part of a question."""
    try:
        model.model_validate(part)
    except ValidationError as error:
        return faults_of(error, pointer)
    return []


def doubled_options(body: Json) -> list[Fault]:
    """Options with the id of an earlier one, as far as the body can be read."""
    seen: set[str] = set()
    faults = []
    for index, name in enumerate(_ids(body)[:OPTIONS_MOST]):
        if name is not None and name in seen:
            pointer = f"/body/options/{index}/id"
            faults.append(Fault(pointer, "doubled", "another option has this id"))
        if name is not None:
            seen.add(name)
    return faults


def known_options(body: Json) -> set[str]:
    """The ids of a body that may be faulty elsewhere, so that all faults can be told at once."""
    return {name for name in _ids(body) if name is not None}


def _ids(body: Json) -> list[str | None]:
    options = body.get("options")
    rows = options if isinstance(options, list) else []
    names = [row.get("id") if isinstance(row, dict) else None for row in rows]
    return [name if isinstance(name, str) else None for name in names]


class ChoiceCandidate:
    """A choice question under aliases, since authors tend to put the right option first."""

    def __init__(self, body: Json, salt: bytes, *, several: bool) -> None:
        self._several = several
        self._choose: int | None = body.get("choose")
        self._alias: dict[str, str] = {
            row["id"]: _alias(salt, row["id"]) for row in body["options"]
        }
        self._id = {alias: name for name, alias in self._alias.items()}
        self._text = {self._alias[row["id"]]: row["text"] for row in body["options"]}
        pinned = [row["id"] for row in body["options"] if row.get("pinned")]
        self._pinned = [self._alias[name] for name in pinned]
        self._free = [alias for name, alias in self._alias.items() if name not in pinned]

    def shown(self, arrange: Arrange) -> Json:
        order = [*arrange(self._free), *self._pinned]
        shown: Json = {"options": [{"id": alias, "text": self._text[alias]} for alias in order]}
        if self._choose is not None:
            shown["choose"] = self._choose
        return shown

    def stored(self, answer: Answer) -> Answer:
        if answer is None:
            return None
        if not self._several:
            if not isinstance(answer, str) or answer not in self._id:
                raise AnswerFaultsError([_unknown("")])
            return self._id[answer]
        if not isinstance(answer, list):
            raise AnswerFaultsError([Fault("", "type", "a list of option ids is needed")])
        if len(answer) > OPTIONS_MOST:
            raise AnswerFaultsError([Fault("", "too_long", "more than a question has options")])
        faults = [
            _unknown(f"/{index}")
            for index, alias in enumerate(answer)
            if not isinstance(alias, str) or alias not in self._id
        ]
        if not faults and len(set(answer)) < len(answer):
            faults = [Fault("", "doubled", "each option at most once")]
        if faults:
            raise AnswerFaultsError(faults)
        return sorted(self._id[alias] for alias in answer) or None

    def restored(self, stored: Answer) -> Answer:
        if isinstance(stored, str):
            return self._alias[stored]
        if isinstance(stored, list):
            return sorted(self._alias[name] for name in stored)
        return None


def _unknown(pointer: str) -> Fault:
    return Fault(pointer, "unknown_option", "the question has no such option")


def _alias(salt: bytes, name: str) -> str:
    return hashlib.sha256(salt + b"\x00" + name.encode()).hexdigest()[:ALIAS_LENGTH]
