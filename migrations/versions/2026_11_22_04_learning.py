"""Tables of the learning part."""

from collections.abc import Sequence

from alembic import op

revision: str = "2026_11_22_04_learning"
down_revision: str | None = "2026_11_22_03_orgs"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE course (
        id UUID NOT NULL,
        issuer_id UUID NOT NULL,
        code TEXT NOT NULL,
        title_zh_hant TEXT NOT NULL,
        title_en TEXT NOT NULL,
        title_en_status VARCHAR(40) NOT NULL,
        cef_reimbursable BOOLEAN NOT NULL,
        family TEXT NOT NULL,
        role_level TEXT,
        position INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_course PRIMARY KEY (id),
        CONSTRAINT uq_course_code UNIQUE (issuer_id, code),
        CONSTRAINT ck_course_code_form CHECK (code ~ '^[A-Z][A-Z0-9]{1,11}$'),
        CONSTRAINT ck_course_counters CHECK (position >= 1 AND revision >= 1),
        CONSTRAINT fk_course_issuer_id FOREIGN KEY(issuer_id) REFERENCES issuer (id),
        CONSTRAINT ck_course_title_en_status CHECK (title_en_status IN ('verified', 'unverified'))
    )
    """,
    """
    CREATE INDEX ix_course_position ON course (position, id)
    """,
    """
    CREATE TABLE course_version (
        id UUID NOT NULL,
        course_id UUID NOT NULL,
        number INTEGER NOT NULL,
        state VARCHAR(40) NOT NULL,
        effective_from DATE NOT NULL,
        teach_out_on DATE,
        contact_minutes INTEGER,
        fee_hkd_cents INTEGER,
        prerequisites_decided BOOLEAN NOT NULL,
        validity_kind VARCHAR(40) NOT NULL,
        validity_months INTEGER,
        attendance_gates BOOLEAN NOT NULL,
        attendance_percent INTEGER,
        issue VARCHAR(40) NOT NULL,
        retake_limit INTEGER,
        cooling_off_days INTEGER,
        cef_attendance_percent INTEGER,
        cef_mark_percent INTEGER,
        opened_at TIMESTAMP WITH TIME ZONE,
        closed_at TIMESTAMP WITH TIME ZONE,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_course_version PRIMARY KEY (id),
        CONSTRAINT uq_course_version_number UNIQUE (course_id, number),
        CONSTRAINT ck_course_version_counters CHECK (number >= 1 AND revision >= 1),
        CONSTRAINT ck_course_version_teach_out CHECK (teach_out_on >= effective_from),
        CONSTRAINT ck_course_version_contact_minutes CHECK (contact_minutes BETWEEN 0 AND 1000000),
        CONSTRAINT ck_course_version_fee CHECK (fee_hkd_cents >= 0),
        CONSTRAINT ck_course_version_months CHECK ((validity_kind = 'months') = (validity_months IS NOT NULL)),
        CONSTRAINT ck_course_version_validity_months CHECK (validity_months BETWEEN 1 AND 600),
        CONSTRAINT ck_course_version_attendance_gates CHECK (attendance_gates = (attendance_percent IS NOT NULL)),
        CONSTRAINT ck_course_version_attendance_percent CHECK (attendance_percent BETWEEN 1 AND 100),
        CONSTRAINT ck_course_version_retake_limit CHECK (retake_limit >= 0),
        CONSTRAINT ck_course_version_cooling_off_days CHECK (cooling_off_days >= 0),
        CONSTRAINT ck_course_version_cef_attendance_percent CHECK (cef_attendance_percent BETWEEN 70 AND 100),
        CONSTRAINT ck_course_version_cef_mark_percent CHECK (cef_mark_percent BETWEEN 50 AND 100),
        CONSTRAINT ck_course_version_complete CHECK (state = 'draft' OR (validity_kind <> 'unset' AND contact_minutes IS NOT NULL AND fee_hkd_cents IS NOT NULL AND prerequisites_decided)),
        CONSTRAINT fk_course_version_course_id FOREIGN KEY(course_id) REFERENCES course (id),
        CONSTRAINT ck_course_version_state CHECK (state IN ('draft', 'open', 'closed')),
        CONSTRAINT ck_course_version_validity_kind CHECK (validity_kind IN ('unset', 'none', 'months')),
        CONSTRAINT ck_course_version_issue CHECK (issue IN ('automatic', 'by_decision'))
    )
    """,
    """
    CREATE UNIQUE INDEX uq_course_version_effective ON course_version (course_id, effective_from) WHERE state = 'open'
    """,
    """
    CREATE TABLE component (
        id UUID NOT NULL,
        version_id UUID NOT NULL,
        position INTEGER NOT NULL,
        title_zh_hant TEXT NOT NULL,
        title_en TEXT NOT NULL,
        weight INTEGER NOT NULL,
        pass_mark_percent INTEGER,
        CONSTRAINT pk_component PRIMARY KEY (id),
        CONSTRAINT uq_component_position UNIQUE (version_id, position),
        CONSTRAINT ck_component_position CHECK (position >= 1),
        CONSTRAINT ck_component_weight CHECK (weight BETWEEN 1 AND 1000),
        CONSTRAINT ck_component_pass_mark CHECK (pass_mark_percent BETWEEN 1 AND 100),
        CONSTRAINT fk_component_version_id FOREIGN KEY(version_id) REFERENCES course_version (id)
    )
    """,
    """
    CREATE TABLE course_class (
        id UUID NOT NULL,
        version_id UUID NOT NULL,
        code TEXT NOT NULL,
        seats INTEGER NOT NULL,
        state VARCHAR(40) NOT NULL,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_course_class PRIMARY KEY (id),
        CONSTRAINT uq_course_class_code UNIQUE (version_id, code),
        CONSTRAINT ck_course_class_seats CHECK (seats BETWEEN 1 AND 100000),
        CONSTRAINT ck_course_class_counters CHECK (revision >= 1),
        CONSTRAINT fk_course_class_version_id FOREIGN KEY(version_id) REFERENCES course_version (id),
        CONSTRAINT ck_course_class_state CHECK (state IN ('open', 'closed', 'cancelled'))
    )
    """,
    """
    CREATE TABLE prerequisite (
        version_id UUID NOT NULL,
        required_course_id UUID NOT NULL,
        CONSTRAINT pk_prerequisite PRIMARY KEY (version_id, required_course_id),
        CONSTRAINT fk_prerequisite_version_id FOREIGN KEY(version_id) REFERENCES course_version (id),
        CONSTRAINT fk_prerequisite_required_course_id FOREIGN KEY(required_course_id) REFERENCES course (id)
    )
    """,
    """
    CREATE INDEX ix_prerequisite_required_course_id ON prerequisite (required_course_id)
    """,
    """
    CREATE TABLE enrolment (
        id UUID NOT NULL,
        person_id UUID NOT NULL,
        course_id UUID NOT NULL,
        version_id UUID NOT NULL,
        class_id UUID,
        organisation_id UUID,
        state VARCHAR(40) NOT NULL,
        waitlist_place INTEGER,
        requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
        confirmed_at TIMESTAMP WITH TIME ZONE,
        withdrawn_at TIMESTAMP WITH TIME ZONE,
        completed_at TIMESTAMP WITH TIME ZONE,
        withdrawn_reason TEXT,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_enrolment PRIMARY KEY (id),
        CONSTRAINT ck_enrolment_waitlisted CHECK (state <> 'waitlisted' OR (class_id IS NOT NULL AND waitlist_place IS NOT NULL)),
        CONSTRAINT ck_enrolment_confirmed CHECK (state NOT IN ('confirmed', 'completed') OR confirmed_at IS NOT NULL),
        CONSTRAINT ck_enrolment_withdrawn CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)),
        CONSTRAINT ck_enrolment_completed CHECK ((state = 'completed') = (completed_at IS NOT NULL)),
        CONSTRAINT ck_enrolment_counters CHECK (revision >= 1),
        CONSTRAINT fk_enrolment_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_enrolment_course_id FOREIGN KEY(course_id) REFERENCES course (id),
        CONSTRAINT fk_enrolment_version_id FOREIGN KEY(version_id) REFERENCES course_version (id),
        CONSTRAINT fk_enrolment_class_id FOREIGN KEY(class_id) REFERENCES course_class (id),
        CONSTRAINT fk_enrolment_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
        CONSTRAINT ck_enrolment_state CHECK (state IN ('waitlisted', 'confirmed', 'withdrawn', 'completed'))
    )
    """,
    """
    CREATE INDEX ix_enrolment_class ON enrolment (class_id, state)
    """,
    """
    CREATE INDEX ix_enrolment_organisation ON enrolment (organisation_id, id) WHERE organisation_id IS NOT NULL
    """,
    """
    CREATE INDEX ix_enrolment_person ON enrolment (person_id, id)
    """,
    """
    CREATE UNIQUE INDEX uq_enrolment_active ON enrolment (person_id, course_id) WHERE state IN ('waitlisted', 'confirmed')
    """,
    """
    CREATE UNIQUE INDEX uq_enrolment_waitlist_place ON enrolment (class_id, waitlist_place) WHERE state = 'waitlisted'
    """,
    """
    CREATE TABLE enrolment_preview (
        id UUID NOT NULL,
        organisation_id UUID NOT NULL,
        course_id UUID NOT NULL,
        class_id UUID,
        staff_numbers TEXT[] NOT NULL,
        state VARCHAR(40) NOT NULL,
        made_by UUID NOT NULL,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_enrolment_preview PRIMARY KEY (id),
        CONSTRAINT ck_enrolment_preview_counters CHECK (revision >= 1),
        CONSTRAINT fk_enrolment_preview_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
        CONSTRAINT fk_enrolment_preview_course_id FOREIGN KEY(course_id) REFERENCES course (id),
        CONSTRAINT fk_enrolment_preview_class_id FOREIGN KEY(class_id) REFERENCES course_class (id),
        CONSTRAINT ck_enrolment_preview_state CHECK (state IN ('open', 'committed', 'cancelled', 'expired')),
        CONSTRAINT fk_enrolment_preview_made_by FOREIGN KEY(made_by) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_enrolment_preview_open ON enrolment_preview (expires_at) WHERE state = 'open'
    """,
    """
    CREATE INDEX ix_enrolment_preview_organisation_id ON enrolment_preview (organisation_id)
    """,
    """
    CREATE TABLE meeting (
        id UUID NOT NULL,
        class_id UUID NOT NULL,
        starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
        venue TEXT NOT NULL,
        trainer_id UUID,
        contact_minutes INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_meeting PRIMARY KEY (id),
        CONSTRAINT uq_meeting_contact_minutes UNIQUE (id, contact_minutes),
        CONSTRAINT ck_meeting_order CHECK (ends_at > starts_at),
        CONSTRAINT ck_meeting_contact_minutes CHECK (contact_minutes >= 1 AND contact_minutes * interval '1 minute' <= ends_at - starts_at),
        CONSTRAINT ck_meeting_counters CHECK (revision >= 1),
        CONSTRAINT fk_meeting_class_id FOREIGN KEY(class_id) REFERENCES course_class (id),
        CONSTRAINT fk_meeting_trainer_id FOREIGN KEY(trainer_id) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_meeting_class ON meeting (class_id, starts_at)
    """,
    """
    CREATE INDEX ix_meeting_trainer ON meeting (trainer_id, class_id)
    """,
    """
    CREATE TABLE attendance (
        meeting_id UUID NOT NULL,
        enrolment_id UUID NOT NULL,
        minutes INTEGER NOT NULL,
        contact_minutes INTEGER NOT NULL,
        recorded_by UUID NOT NULL,
        recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_attendance PRIMARY KEY (meeting_id, enrolment_id),
        CONSTRAINT ck_attendance_minutes CHECK (minutes BETWEEN 0 AND contact_minutes),
        CONSTRAINT fk_attendance_meeting_id FOREIGN KEY(meeting_id, contact_minutes) REFERENCES meeting (id, contact_minutes) ON UPDATE CASCADE,
        CONSTRAINT fk_attendance_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id),
        CONSTRAINT fk_attendance_recorded_by FOREIGN KEY(recorded_by) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_attendance_enrolment_id ON attendance (enrolment_id)
    """,
    """
    CREATE TABLE seat_hold (
        preview_id UUID NOT NULL,
        class_id UUID NOT NULL,
        seats INTEGER NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_seat_hold PRIMARY KEY (preview_id),
        CONSTRAINT ck_seat_hold_seats CHECK (seats >= 1),
        CONSTRAINT fk_seat_hold_preview_id FOREIGN KEY(preview_id) REFERENCES enrolment_preview (id),
        CONSTRAINT fk_seat_hold_class_id FOREIGN KEY(class_id) REFERENCES course_class (id)
    )
    """,
    """
    CREATE INDEX ix_seat_hold_class ON seat_hold (class_id, expires_at)
    """,
    """
    CREATE INDEX ix_seat_hold_expires_at ON seat_hold (expires_at)
    """,
    """
    CREATE TABLE version_agreement (
        id UUID NOT NULL,
        enrolment_id UUID NOT NULL,
        from_version_id UUID NOT NULL,
        to_version_id UUID NOT NULL,
        agreed_by UUID NOT NULL,
        agreed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_version_agreement PRIMARY KEY (id),
        CONSTRAINT fk_version_agreement_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id),
        CONSTRAINT fk_version_agreement_from_version_id FOREIGN KEY(from_version_id) REFERENCES course_version (id),
        CONSTRAINT fk_version_agreement_to_version_id FOREIGN KEY(to_version_id) REFERENCES course_version (id),
        CONSTRAINT fk_version_agreement_agreed_by FOREIGN KEY(agreed_by) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_version_agreement_enrolment_id ON version_agreement (enrolment_id)
    """,
    """
    CREATE TRIGGER version_agreement_append_only BEFORE UPDATE OR DELETE ON version_agreement FOR EACH ROW EXECUTE FUNCTION lms_refuse_change()
    """,
    """
    ALTER TABLE enrolment_preview ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE enrolment_preview FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY enrolment_preview_reach ON enrolment_preview USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    msg = "migrations go forward only: restore a backup instead"
    raise RuntimeError(msg)
