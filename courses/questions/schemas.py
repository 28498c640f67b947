"""Shapes of the question bank: the import file, single questions, and what staff see of them.

The import file, whole, with two questions::

    {
      "format": "question-bank",
      "format_version": 1,
      "title_zh_hant": "專業客戶服務(示範題庫)",
      "title_en": "Professional customer service (demonstration bank)",
      "demonstration": true,
      "topics": [
        {"code": "complaints", "title_zh_hant": "處理投訴", "title_en": "Handling complaints"}
      ],
      "questions": [
        {
          "external_id": "demo-complaints-001",
          "topic": "complaints",
          "kind": "single_choice",
          "stem": {"zh_hant": "……?", "en": "What comes first ...?"},
          "body": {
            "options": [
              {"id": "a", "text": {"zh_hant": "……", "en": "Listen to the customer"}},
              {"id": "b", "text": {"zh_hant": "……", "en": "Quote the policy"}},
              {"id": "c", "text": {"zh_hant": "……", "en": "Offer a refund"}},
              {"id": "n", "text": {"zh_hant": "以上皆非", "en": "None of these"}, "pinned": true}
            ]
          },
          "key": {"correct": "a"},
          "points": 1,
          "explanation": {"zh_hant": "……", "en": "..."}
        },
        {
          "external_id": "demo-complaints-002",
          "topic": "complaints",
          "kind": "multiple_choice",
          "stem": {"zh_hant": "……(選兩項)", "en": "Which two ...?"},
          "body": {
            "choose": 2,
            "options": [
              {"id": "a", "text": {"zh_hant": "……", "en": "..."}},
              {"id": "b", "text": {"zh_hant": "……", "en": "..."}},
              {"id": "c", "text": {"zh_hant": "……", "en": "..."}},
              {"id": "d", "text": {"zh_hant": "……", "en": "..."}}
            ]
          },
          "key": {"correct": ["b", "d"]},
          "points": 2,
          "explanation": {"zh_hant": "……", "en": "..."}
        }
      ]
    }

Option ids are the author's and never reach a candidate. `pinned` options stay last. `choose` is
optional; when given it equals the number of right options. `explanation` is optional, `points`
defaults to 1, `demonstration` to false. Every text has `zh_hant`, `en`, or both. Importing a file
again changes nothing; a question whose content differs under the same `external_id` becomes a new
version; questions that are missing from the file are left as they are.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, ValidationError

from courses.questions.import_outcome import ImportOutcome
from courses.questions.kinds.choices import BilingualText
from courses.questions.models import Bank, Question
from courses.questions.queries import Current
from courses.questions.reading import file_faults, plain, question_faults
from lms.kernel.problems import Invalid
from lms.kernel.schema import In, Out, Reason, faults_of

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
ExternalId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]

QUESTIONS_MOST = 5000
POINTS_MOST = 100
EXAMPLE: dict[str, Any] = {
    "external_id": "complaints-001",
    "topic": "complaints",
    "kind": "single_choice",
    "stem": {"zh_hant": "接到投訴時應先做甚麼？", "en": "What comes first in a complaint?"},
    "body": {
        "options": [
            {"id": "a", "text": {"zh_hant": "細心聆聽", "en": "Listening with care"}},
            {"id": "b", "text": {"zh_hant": "引述規定", "en": "Quoting the rules"}},
        ]
    },
    "key": {"correct": "a"},
}


class TopicIn(In):
    """A topic of a bank: what blueprints draw by."""

    code: Annotated[Code, Field(examples=["complaints"])]
    title_zh_hant: Title
    title_en: Title


class QuestionIn(In):
    """One question with its key; `body` and `key` have the shape that `kind` gives them."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    external_id: ExternalId
    topic: Code
    kind: str
    stem: BilingualText
    body: dict[str, Any]
    key: dict[str, Any]
    points: int = Field(default=1, ge=1, le=POINTS_MOST)
    explanation: BilingualText | None = None

    @classmethod
    def from_json(cls, body: bytes) -> Self:
        """Read a question.

        Raises:
            Invalid: with the faults of the frame and of what its kind says, all at once.
        """
        raw = plain(body)
        if faults := question_faults(cls, raw):
            raise Invalid(faults)
        return cls.model_validate(raw)

    def content(self) -> dict[str, Any]:
        """What a version fixes: kind, stem and body."""
        stem = self.stem.model_dump(exclude_none=True)
        return {"kind": self.kind, "stem": stem, "body": self.body}


class BankFileFrameIn(In):
    """The import file without its questions, which are read one by one."""

    format: Literal["question-bank"]
    format_version: Literal[1]
    title_zh_hant: Title
    title_en: Title
    demonstration: bool = False
    topics: list[TopicIn] = Field(min_length=1, max_length=200)
    questions: list[Any] = Field(min_length=1, max_length=QUESTIONS_MOST)


class BankFileIn(In):
    """The import file."""

    format: Literal["question-bank"]
    format_version: Literal[1]
    title_zh_hant: Title
    title_en: Title
    demonstration: bool = False
    topics: list[TopicIn]
    questions: list[QuestionIn]

    @classmethod
    def from_json(cls, body: bytes) -> Self:
        """Read a file.

        Raises:
            Invalid: with every fault of the frame and of each question.
        """
        raw = plain(body)
        try:
            BankFileFrameIn.model_validate(raw)
            faults = []
        except ValidationError as error:
            faults = faults_of(error)
        faults += file_faults(QuestionIn, raw, QUESTIONS_MOST)
        if faults:
            raise Invalid(faults)
        return cls.model_validate(raw)


class RetirementIn(In):
    reason: Reason


class BankIn(In):
    """A new, empty bank."""

    course_id: UUID = Field(strict=False)
    title_zh_hant: Title
    title_en: Title
    demonstration: bool = False


class BankOut(Out):
    id: UUID
    course_id: UUID
    title_zh_hant: str
    title_en: str
    demonstration: bool
    questions_by_topic: dict[str, int]
    revision: int

    @classmethod
    def of(cls, row: Bank, by_topic: dict[str, int]) -> Self:
        return cls(
            id=row.id,
            course_id=row.course_id,
            title_zh_hant=row.title_zh_hant,
            title_en=row.title_en,
            demonstration=row.demonstration,
            questions_by_topic=by_topic,
            revision=row.revision,
        )


class QuestionImportOut(Out):
    """What an import did; all zero but `unchanged` when the file was imported before."""

    created: int
    new_versions: int
    moved: int
    unchanged: int

    @classmethod
    def of(cls, outcome: ImportOutcome) -> Self:
        return cls(**asdict(outcome))


class QuestionLineOut(Out):
    """A question in a list: without its key."""

    id: UUID
    external_id: str
    topic: str
    kind: str
    stem: dict[str, Any]
    version_number: int
    retired_at: datetime | None
    revision: int

    @classmethod
    def of(cls, row: tuple[Question, str, dict[str, Any]]) -> Self:
        question, kind, stem = row
        return cls(
            id=question.id,
            external_id=question.external_id,
            topic=question.topic,
            kind=kind,
            stem=stem,
            version_number=question.latest,
            retired_at=question.retired_at,
            revision=question.revision,
        )


class QuestionOut(Out):
    """A question with its latest version and that version's key in effect; staff only."""

    id: UUID
    bank_id: UUID
    external_id: str
    topic: str
    kind: str
    stem: dict[str, Any]
    body: dict[str, Any]
    key: dict[str, Any]
    key_number: int
    points: int
    effect: str
    explanation: dict[str, Any] | None
    version_id: UUID
    version_number: int
    retired_at: datetime | None
    revision: int

    @classmethod
    def of(cls, current: Current) -> Self:
        question, version, key = current.question, current.version, current.key
        return cls(
            id=question.id,
            bank_id=question.bank_id,
            external_id=question.external_id,
            topic=question.topic,
            kind=version.kind,
            stem=version.stem,
            body=version.body,
            key=key.key,
            key_number=key.number,
            points=key.points,
            effect=key.effect.value,
            explanation=key.explanation,
            version_id=version.id,
            version_number=version.number,
            retired_at=question.retired_at,
            revision=question.revision,
        )
