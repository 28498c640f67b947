"""A body that each route would take: every field of its schema filled, ids from a given estate."""

import inspect
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from lms.kernel.ids import new_id
from lms.kernel.schema import In
from tests.builders.exams import a_file, a_question
from tests.builders.people import PASSWORD
from tests.contract.addresses import Address

Ids = Mapping[str, object]

TOKEN = "t" * 43
QUESTION = a_question(900)
BANK_FILE = a_file(1)
COMPONENT = {"title_zh_hant": "卷", "title_en": "Paper", "weight": 1, "pass_mark_percent": 50}
BILINGUAL = {"zh": "主席", "en": "Chairman"}

FIELDS: dict[str, Any] = {
    "agree_to_version": None,
    "answer": None,
    "attendance_percent": 80,
    "automatic": True,
    "blueprint": [{"topic": "one", "count": 2}],
    "cef_attendance_percent": 80,
    "cef_mark_percent": 50,
    "cef_reimbursable": False,
    "closed_on": None,
    "closes_at": "2026-03-20T09:00:00Z",
    "code": "123456",
    "components": [COMPONENT],
    "contact_minutes": 60,
    "cooling_off_days": 1,
    "course_code": "CPCS",
    "demonstration": False,
    "digest": "0" * 64,
    "effective_from": "2026-09-01",
    "email": "somebody@example.org",
    "ends_at": "2026-03-20T10:00:00Z",
    "enrolment_token": TOKEN,
    "explanation": {"en": "because"},
    "extra_percent": 25,
    "fall_days": 30,
    "fall_percent": 20,
    "family": "customer_service",
    "family_name_en": "CHAN",
    "fee_hkd_cents": 0,
    "first_day": "2026-03-02",
    "from_day": "2026-03-02",
    "from_issue": False,
    "given_name_en": "Tai Man",
    "ground": "asked in a test",
    "issue": "automatic",
    "job_role": "agent",
    "job_roles_not_counted": [],
    "join_waitlist": False,
    "key_changes": [],
    "kind": "invigilation",
    "language": "en",
    "last_day": None,
    "listed_only": False,
    "look_ahead_days": 30,
    "minutes": 5,
    "mixed": True,
    "mode": "possible",
    "name_en": "Lantau",
    "name_order": "family_first",
    "name_zh": "陳大文",
    "new_password": "another long walk on Lamma",
    "newcomer": None,
    "note": None,
    "opens_at": "2026-03-20T01:00:00Z",
    "password": PASSWORD,
    "points": 1,
    "prerequisites": [],
    "present": [],
    "present_password": PASSWORD,
    "primary": True,
    "qualifying_courses": ["CPCS"],
    "reason": "asked in a test",
    "refresh_token": TOKEN,
    "release": "immediate",
    "release_at": None,
    "resolution": "asked in a test",
    "retake_limit": 3,
    "revision": 0,
    "role": "trainer",
    "role_level": None,
    "rules": {"blueprint": [{"topic": "one", "count": 2}], "time_limit_minutes": 60},
    "scoring": "all_or_nothing",
    "seats": 12,
    "signatories": [{"name": BILINGUAL, "title": BILINGUAL}],
    "smallest_centre": 1,
    "staff_number": "77",
    "staff_numbers": ["1"],
    "starts_at": "2026-03-20T08:00:00Z",
    "teach_out_on": None,
    "threshold": {"numerator": 9, "denominator": 10},
    "time_limit_minutes": 60,
    "title_en": "Course",
    "title_en_confirmed": True,
    "title_zh_hant": "課程",
    "token": TOKEN,
    "until_day": None,
    "validity": {"kind": "months", "months": 24},
    "venue": "Room 1",
    "verdict": "award",
    "version": 1,
    "work_email": "staff@example.org",
    "zone": "Asia/Hong_Kong",
}
OF_SCHEMA: dict[str, dict[str, Any]] = {
    "BankFileIn": BANK_FILE,
    "ClassIn": {"code": "B"},
    "CourseIn": {"code": "NEW"},
    "PassRuleIn": {"components": [{"position": 1, "weight": 1, "pass_mark_percent": 60}]},
    "QuestionIn": QUESTION,
}
LISTS_OF_IDS = {"enrolment_ids": "enrolment_id", "person_ids": "person_id"}
ALIASES = {"to_centre_id": "centre_id", "trainer_id": "person_id"}


def body_of(address: Address, ids: Ids) -> dict[str, Any] | None:
    """What the route takes; None where it takes nothing."""
    schema = schema_of(address)
    if schema is None:
        return None
    given = OF_SCHEMA.get(schema.__name__, {})
    return {name: _example(name, given, ids) for name in fields_of(schema)}


def schema_of(address: Address) -> type | None:
    """The schema of the route's body."""
    function = getattr(address.handler.fn, "func", address.handler.fn)
    parameter = inspect.signature(function).parameters.get("data")
    return None if parameter is None else parameter.annotation


def fields_of(schema: type) -> list[str]:
    """The names of a body's fields."""
    if issubclass(schema, In):
        return list(schema.model_fields)
    return [field.name for field in msgspec.structs.fields(schema)]


def _example(name: str, given: dict[str, Any], ids: Ids) -> Any:
    if name in given:
        return given[name]
    if name.endswith("_ids"):
        return [_id(LISTS_OF_IDS.get(name, name.removesuffix("s")), ids)]
    if name.endswith("_id") and name not in FIELDS:
        return _id(ALIASES.get(name, name), ids)
    return FIELDS[name]


def _id(name: str, ids: Ids) -> str:
    value = ids.get(name, new_id())
    return str(value if isinstance(value, UUID) else UUID(str(value)))
