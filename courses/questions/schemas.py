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

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from courses.questions.kinds.choices import BilingualText
from lms.kernel.schema import In

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
ExternalId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]

QUESTIONS_MOST = 5000
POINTS_MOST = 100


class TopicIn(In):
    """A topic of a bank: what blueprints draw by."""

    code: Code
    title_zh_hant: Title
    title_en: Title


class QuestionIn(In):
    """One question with its key; `body` and `key` have the shape that `kind` gives them."""

    external_id: ExternalId
    topic: Code
    kind: str
    stem: BilingualText
    body: dict[str, Any]
    key: dict[str, Any]
    points: int = Field(default=1, ge=1, le=POINTS_MOST)
    explanation: BilingualText | None = None


class BankFileIn(In):
    """The import file's frame; its questions are read one by one, so that each tells its faults."""

    format: Literal["question-bank"]
    format_version: Literal[1]
    title_zh_hant: Title
    title_en: Title
    demonstration: bool = False
    topics: list[TopicIn] = Field(min_length=1, max_length=200)
    questions: list[dict[str, Any]] = Field(min_length=1, max_length=QUESTIONS_MOST)
