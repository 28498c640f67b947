"""Every problem that the API can answer (RFC 9457), as exceptions over one table of codes.

A new problem code is a row of `CODES`; a database constraint that a client can run into is a row of
`CONSTRAINTS`. How a problem becomes a response is in `lms/web/problem_responses.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of problem: its HTTP status and a title that never varies."""

    status: int
    title: str


CODES: dict[str, Code] = {
    # the request itself
    "unreadable": Code(400, "The request cannot be read"),
    "unauthenticated": Code(401, "Sign in first"),
    "forbidden": Code(403, "Not allowed"),
    "not_found": Code(404, "There is nothing here"),
    "method_not_allowed": Code(405, "This address does not take that method"),
    "not_acceptable": Code(406, "No representation that was asked for"),
    "conflict": Code(409, "The state of things does not allow it"),
    "stale_revision": Code(412, "Somebody changed it in the meantime"),
    "too_large": Code(413, "The request is too large"),
    "unsupported_media_type": Code(415, "This media type is not taken here"),
    "invalid": Code(422, "Some values are not valid"),
    "revision_required": Code(428, "Say which revision you saw"),
    "too_many_requests": Code(429, "Too many requests"),
    "internal": Code(500, "Something went wrong on our side"),
    "unavailable": Code(503, "Not available just now"),
    # idempotency
    "idempotency_key_reused": Code(422, "This Idempotency-Key belongs to another request"),
    # people
    "email_taken": Code(409, "Another person has this address"),
    "last_admin": Code(409, "Somebody has to remain as an administrator"),
    "link_not_open": Code(410, "This link opens nothing: ask for another"),
    "password_wrong": Code(403, "The present password is another one"),
    "refresh_refused": Code(401, "This session is over: sign in again"),
    "second_factor_enrolment_needed": Code(403, "Set up a second factor first"),
    "second_factor_needed": Code(401, "Give the code of your second factor too"),
    "sign_in_refused": Code(401, "Address, password or code are not right"),
    "too_few_admins": Code(409, "Two active administrators have to remain"),
    # catalogue
    "component_in_use": Code(409, "An exam is made for this component"),
    "course_code_taken": Code(409, "Another course has this code"),
    "version_day_taken": Code(409, "Another open version begins on this day"),
    "version_fixed": Code(409, "What is open or closed keeps its content"),
    "version_incomplete": Code(409, "Not everything is set that opening needs"),
    "version_not_draft": Code(409, "Only a draft can be opened"),
    "version_not_open": Code(409, "The version is not open"),
    # classes and enrolment
    "agreement_needed": Code(409, "The learner has to agree to another version"),
    "attempt_running": Code(409, "An attempt is running: it ends first"),
    "class_begun": Code(409, "The class has begun"),
    "class_code_taken": Code(409, "Another class of this version has this code"),
    "class_full": Code(409, "There is no free seat"),
    "class_not_open": Code(409, "The class takes nobody"),
    "course_not_open": Code(409, "The course takes no enrolments"),
    "enrolled_already": Code(409, "There is an active enrolment in this course"),
    "enrolment_not_active": Code(409, "This enrolment has ended, or only waits"),
    "meeting_has_attendance": Code(409, "Attendance was taken at this meeting"),
    "meeting_not_begun": Code(409, "The meeting has not begun"),
    "not_all_possible": Code(409, "Not everybody on the list can be enrolled"),
    "prerequisites_missing": Code(409, "Other certificates are needed first"),
    "preview_over": Code(409, "This preview is over"),
    "seat_used": Code(409, "This seat has been used"),
    "seats_taken": Code(409, "More seats are taken than that"),
    "trainer_unknown": Code(422, "There is no such trainer"),
    # exams
    "accommodation_ended": Code(409, "This right has ended"),
    "answer_stale": Code(409, "Another answer was saved in the meantime"),
    "attempt_open": Code(409, "Another attempt at this exam is open"),
    "attempt_over": Code(409, "The time of this attempt is over"),
    "attempt_sealed": Code(409, "This attempt is sealed"),
    "attempts_would_lose_time": Code(409, "Running attempts would lose time by it"),
    "attendance_too_low": Code(409, "More of the course has to be attended first"),
    "cooling_off": Code(409, "The next attempt is possible later"),
    "enrolment_not_confirmed": Code(409, "A confirmed enrolment is needed"),
    "exam_draft_changed": Code(409, "The draft changed after it was proposed"),
    "exam_exists": Code(409, "This component has its exam"),
    "exam_not_published": Code(409, "The exam is not published"),
    "exam_passed_already": Code(409, "This exam is passed"),
    "exam_short_of_questions": Code(409, "The exam has fewer questions left than a paper needs"),
    "exam_without_draft": Code(409, "There is no draft to publish"),
    "flag_settled": Code(409, "This flag has been settled"),
    "regrade_changed": Code(409, "The results changed after the dry run"),
    "result_awaited": Code(409, "The result of the last attempt is not released"),
    "retakes_used_up": Code(409, "No further attempt is allowed"),
    "sitting_cancelled": Code(409, "This sitting was called off"),
    "sitting_closed": Code(409, "This sitting is over"),
    "sitting_not_for_you": Code(409, "This sitting is for listed candidates"),
    "sitting_not_open": Code(409, "This sitting has not begun"),
    "sitting_opened": Code(409, "This sitting has begun"),
    "version_taught_out": Code(409, "This version of the course is examined no longer"),
    # certificates
    "award_exists": Code(409, "There is such an award already"),
    "award_status": Code(409, "The award's state does not allow it"),
    "certificate_status": Code(409, "The certificate's status does not allow it"),
    "decided_at_centre": Code(409, "A centre's certificate is decided on at the centre"),
    "nothing_to_correct": Code(409, "Every certificate is right as it is"),
    "scheme_version_taken": Code(409, "Somebody else approved this version just now"),
    "trained_by_decider": Code(409, "Whoever trained somebody does not decide on them"),
    # centre certificates
    "bar_lifted": Code(409, "The bar has been lifted"),
    "case_settled": Code(409, "The case has been settled"),
    "no_centre_certificate": Code(409, "The centre has no certificate for this"),
    "policy_day_passed": Code(409, "A policy does not begin in the past"),
    # companies and their rosters
    "already_invited": Code(409, "An invitation to them is waiting for an answer"),
    "already_linked": Code(409, "There is a link in those days"),
    "already_placed": Code(409, "There is a place in those days"),
    "centre_not_open": Code(409, "The centre's state does not allow it"),
    "import_faulty": Code(409, "The file has faults: upload it again without them"),
    "import_settled": Code(409, "The import was committed or discarded"),
    "import_stale": Code(409, "The roster has changed since the preview: upload the file again"),
    "invitation_settled": Code(409, "The invitation was answered or cancelled"),
    "not_linked": Code(409, "The staff record is linked to nobody"),
    "not_placed": Code(409, "There is no such place"),
    "organisation_not_open": Code(409, "The company's state does not allow it"),
    "staff_number_taken": Code(409, "Another staff record has this number"),
    # approvals
    "proposed_already": Code(409, "This is proposed already and waits for a decision"),
    "proposal_decided": Code(409, "The proposal has been decided"),
    "second_person_needed": Code(409, "Somebody else has to decide this"),
}

CONSTRAINTS: dict[str, str] = {
    "uq_course_code": "course_code_taken",
    "fk_exam_component_id": "component_in_use",
    "uq_course_version_effective": "version_day_taken",
    "uq_course_class_code": "class_code_taken",
    "uq_enrolment_active": "enrolled_already",
    "ck_attendance_minutes": "meeting_has_attendance",
    "fk_attendance_meeting_id": "meeting_has_attendance",
    "fk_meeting_trainer_id": "trainer_unknown",
    "uq_award_without_result": "award_exists",
    "uq_exam_component_id": "exam_exists",
    "pk_attempt_flag_settlement": "flag_settled",
    "uq_scheme_course": "scheme_version_taken",
    "uq_scheme_centre": "scheme_version_taken",
    "ex_assignment_primary": "already_placed",
    "ex_staff_link_person": "already_linked",
    "ex_staff_link_record": "already_linked",
    "uq_invitation_open_manager": "already_invited",
    "uq_invitation_open_staff": "already_invited",
    "uq_person_email": "email_taken",
    "uq_role_grant_open": "conflict",
    "uq_proposal_open_subject": "proposed_already",
    "uq_staff_record_staff_number": "staff_number_taken",
    "ck_proposal_second_person": "second_person_needed",
}
"""Names of database constraints that a client can run into, and the problem each one is."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request; `pointer` is a JSON pointer into its body."""

    pointer: str
    code: str
    detail: str


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it a problem
    """Something to tell the client. `code` is a key of `CODES`."""

    code = "internal"

    def __init__(
        self,
        detail: str = "",
        *,
        code: str | None = None,
        faults: Sequence[Fault] = (),
        headers: dict[str, str] | None = None,
        extra: dict[str, object] | None = None,
    ) -> None:
        self.code = code or type(self).code
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = headers or {}
        self.extra = extra or {}
        super().__init__(f"{self.code}: {detail}")

    @property
    def status(self) -> int:
        return CODES[self.code].status

    @property
    def title(self) -> str:
        return CODES[self.code].title


class Unreadable(Problem):
    code = "unreadable"


class Unauthenticated(Problem):
    code = "unauthenticated"


class Forbidden(Problem):
    code = "forbidden"


class NotFound(Problem):
    """No such thing, or another scope's: the two answers are the same to the byte."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__()


class Conflict(Problem):
    """The state of things does not allow it; `extra` may carry what is stored."""

    def __init__(
        self, code: str, detail: str = "", *, extra: dict[str, object] | None = None
    ) -> None:
        super().__init__(detail, code=code, extra=extra)


class StaleRevision(Problem):
    code = "stale_revision"


class RevisionRequired(Problem):
    code = "revision_required"


class Invalid(Problem):
    """One or more faults in the values, all told at once."""

    code = "invalid"

    def __init__(self, faults: Sequence[Fault], detail: str = "") -> None:
        super().__init__(detail, faults=faults)


class TooMany(Problem):
    """Too many tries; `retry_after` is in seconds."""

    code = "too_many_requests"

    def __init__(self, retry_after: int, detail: str = "") -> None:
        super().__init__(detail, headers={"Retry-After": str(max(1, retry_after))})
