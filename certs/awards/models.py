"""Awards: decisions that a person meets a scheme for a period; and passes that wait for one."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, text

from lms.kernel.db import enum_column, utc_column


class AwardState(StrEnum):
    """Stored states; whether it is in force on a day also asks its dates."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    VOID = "void"


class Decider(StrEnum):
    """Who decided: an approved rule, one person, or two."""

    RULE = "rule"
    PERSON = "person"
    TWO_PEOPLE = "two_people"


class CandidateState(StrEnum):
    WAITING = "waiting"
    AWARDED = "awarded"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Award(SQLModel, table=True):
    """One award. Only its state moves, and never back from revoked or void (trigger).

    What the state was on a past day: the status events of its documents, with which it moves; and
    `revoked_at`, since it may be revoked without one (`certs/issuing/queries.py::certified`).

    `result_withdrawn_at`: a regrade took its pass away, and a person has to judge that.

    `decided_by` is who approved the rule for automatic issue, or who decided; `approved_by` the
    second person. Without a result from here there are a ground and two people; one that was taken
    back may be made anew for the same day, as another award.
    """

    __tablename__ = "award"
    __table_args__ = (
        Index(
            "uq_award_result",
            "result_id",
            unique=True,
            postgresql_where=text("result_id IS NOT NULL"),
        ),
        Index("ix_award_person", "person_id", "course_code", "from_day", "last_day", "state"),
        Index("ix_award_course", "course_id", "id"),
        Index(
            "ix_award_enrolment", "enrolment_id", postgresql_where=text("enrolment_id IS NOT NULL")
        ),
        CheckConstraint("last_day >= from_day", name="period"),
        CheckConstraint(
            "result_id IS NOT NULL OR (decider = 'two_people' AND ground IS NOT NULL)",
            name="without_result",
        ),
        CheckConstraint("(result_id IS NULL) = (enrolment_id IS NULL)", name="with_enrolment"),
        CheckConstraint(
            "(decider = 'two_people') = (approved_by IS NOT NULL)", name="second_person_known"
        ),
        CheckConstraint("approved_by <> decided_by", name="second_person"),
        CheckConstraint("revoked_at IS NULL OR state IN ('revoked', 'void')", name="revoked_when"),
        Index(
            "uq_award_without_result",
            "person_id",
            "course_id",
            "from_day",
            unique=True,
            postgresql_where=text("result_id IS NULL AND state IN ('in_force', 'suspended')"),
        ),
        CheckConstraint("revision >= 1", name="counters"),
    )

    id: UUID = Field(primary_key=True)
    issuer_id: UUID = Field(foreign_key="issuer.id")
    person_id: UUID = Field(foreign_key="person.id")
    course_id: UUID = Field(foreign_key="course.id")
    course_code: str = Field(sa_column=Column(Text, nullable=False))
    version_id: UUID = Field(foreign_key="course_version.id")
    enrolment_id: UUID | None = Field(default=None, foreign_key="enrolment.id")
    scheme_id: UUID = Field(foreign_key="scheme.id")
    scheme_version: int
    result_id: UUID | None = Field(default=None, foreign_key="course_result.id")
    from_day: date
    last_day: date | None = None
    state: AwardState = Field(sa_column=enum_column(AwardState, name="state"))
    decider: Decider = Field(sa_column=enum_column(Decider, name="decider"))
    decided_by: UUID = Field(foreign_key="person.id")
    approved_by: UUID | None = Field(default=None, foreign_key="person.id")
    ground: str | None = Field(default=None, sa_column=Column(Text))
    made_at: datetime = Field(sa_column=utc_column())
    result_withdrawn_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    revoked_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    revision: int = Field(default=1)


class AwardCandidate(SQLModel, table=True):
    """A released pass that a person has to decide on."""

    __tablename__ = "award_candidate"
    __table_args__ = (
        Index("ix_award_candidate_waiting", "id", postgresql_where=text("state = 'waiting'")),
        Index("ix_award_candidate_person", "person_id", "id"),
        CheckConstraint(
            "(state IN ('awarded', 'declined')) = (decided_by IS NOT NULL)", name="decided_by_whom"
        ),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_when"),
        CheckConstraint("state <> 'declined' OR reason IS NOT NULL", name="declined_why"),
        CheckConstraint("revision >= 1", name="counters"),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    course_id: UUID = Field(foreign_key="course.id")
    course_code: str = Field(sa_column=Column(Text, nullable=False))
    version_id: UUID = Field(foreign_key="course_version.id")
    enrolment_id: UUID = Field(foreign_key="enrolment.id", index=True)
    result_id: UUID = Field(foreign_key="course_result.id", unique=True)
    passed_on: date
    validity_months: int | None = None
    state: CandidateState = Field(sa_column=enum_column(CandidateState, name="state"))
    waiting_since: datetime = Field(sa_column=utc_column())
    decided_by: UUID | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    reason: str | None = Field(default=None, sa_column=Column(Text))
    revision: int = Field(default=1)


EXTRA_DDL: tuple[str, ...] = (
    """
    CREATE FUNCTION lms_guard_award() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE'
           OR (OLD.id, OLD.issuer_id, OLD.person_id, OLD.course_id, OLD.course_code, OLD.version_id,
               OLD.enrolment_id, OLD.scheme_id, OLD.scheme_version, OLD.result_id,
               OLD.from_day, OLD.last_day, OLD.decider, OLD.decided_by, OLD.approved_by,
               OLD.ground, OLD.made_at)
              IS DISTINCT FROM
              (NEW.id, NEW.issuer_id, NEW.person_id, NEW.course_id, NEW.course_code, NEW.version_id,
               NEW.enrolment_id, NEW.scheme_id, NEW.scheme_version, NEW.result_id,
               NEW.from_day, NEW.last_day, NEW.decider, NEW.decided_by, NEW.approved_by,
               NEW.ground, NEW.made_at)
           OR (OLD.revoked_at IS NOT NULL AND OLD.revoked_at IS DISTINCT FROM NEW.revoked_at)
        THEN
            RAISE EXCEPTION 'an award is never changed' USING ERRCODE = 'restrict_violation';
        END IF;
        IF (OLD.state = 'void' AND NEW.state <> 'void')
           OR (OLD.state = 'revoked' AND NEW.state NOT IN ('revoked', 'void'))
        THEN
            RAISE EXCEPTION 'an award that was % never lives again', OLD.state
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE TRIGGER award_guard BEFORE UPDATE OR DELETE ON award
    FOR EACH ROW EXECUTE FUNCTION lms_guard_award()
    """,
)
