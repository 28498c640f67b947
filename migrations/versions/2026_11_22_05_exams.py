"""Tables of the exams part."""

from collections.abc import Sequence

from alembic import op

revision: str = "2026_11_22_05_exams"
down_revision: str | None = "2026_11_22_04_learning"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE accommodation (
        id UUID NOT NULL,
        person_id UUID NOT NULL,
        extra_percent INTEGER NOT NULL,
        reason TEXT NOT NULL,
        given_by UUID NOT NULL,
        given_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ended_at TIMESTAMP WITH TIME ZONE,
        ended_by UUID,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_accommodation PRIMARY KEY (id),
        CONSTRAINT ck_accommodation_extra_percent CHECK (extra_percent BETWEEN 1 AND 400),
        CONSTRAINT fk_accommodation_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_accommodation_given_by FOREIGN KEY(given_by) REFERENCES person (id),
        CONSTRAINT fk_accommodation_ended_by FOREIGN KEY(ended_by) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_accommodation_person ON accommodation (person_id) WHERE ended_at IS NULL
    """,
    """
    CREATE TABLE bank (
        id UUID NOT NULL,
        course_id UUID NOT NULL,
        title_zh_hant TEXT NOT NULL,
        title_en TEXT NOT NULL,
        demonstration BOOLEAN NOT NULL,
        revision INTEGER NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_bank PRIMARY KEY (id),
        CONSTRAINT fk_bank_course_id FOREIGN KEY(course_id) REFERENCES course (id)
    )
    """,
    """
    CREATE INDEX ix_bank_course_id ON bank (course_id)
    """,
    """
    CREATE TABLE topic (
        bank_id UUID NOT NULL,
        code TEXT NOT NULL,
        title_zh_hant TEXT NOT NULL,
        title_en TEXT NOT NULL,
        CONSTRAINT pk_topic PRIMARY KEY (bank_id, code),
        CONSTRAINT fk_topic_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id)
    )
    """,
    """
    CREATE TABLE exam (
        id UUID NOT NULL,
        component_id UUID NOT NULL,
        bank_id UUID NOT NULL,
        first_used_at TIMESTAMP WITH TIME ZONE,
        revision INTEGER NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_exam PRIMARY KEY (id),
        CONSTRAINT uq_exam_component_id UNIQUE (component_id),
        CONSTRAINT fk_exam_component_id FOREIGN KEY(component_id) REFERENCES component (id),
        CONSTRAINT fk_exam_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id)
    )
    """,
    """
    CREATE INDEX ix_exam_bank_id ON exam (bank_id)
    """,
    """
    CREATE TABLE question (
        id UUID NOT NULL,
        bank_id UUID NOT NULL,
        external_id TEXT NOT NULL,
        topic TEXT NOT NULL,
        latest INTEGER NOT NULL,
        retired_at TIMESTAMP WITH TIME ZONE,
        revision INTEGER NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_question PRIMARY KEY (id),
        CONSTRAINT uq_question_bank_id_external_id UNIQUE (bank_id, external_id),
        CONSTRAINT fk_question_bank_id_topic FOREIGN KEY(bank_id, topic) REFERENCES topic (bank_id, code),
        CONSTRAINT fk_question_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id)
    )
    """,
    """
    CREATE TABLE course_result (
        id UUID NOT NULL,
        enrolment_id UUID NOT NULL,
        number INTEGER NOT NULL,
        person_id UUID NOT NULL,
        course_id UUID NOT NULL,
        version_id UUID NOT NULL,
        mark_numerator BIGINT NOT NULL,
        mark_denominator BIGINT NOT NULL,
        passed BOOLEAN NOT NULL,
        cef_attendance_percent INTEGER,
        cef_mark_percent INTEGER,
        released_at TIMESTAMP WITH TIME ZONE NOT NULL,
        superseded_at TIMESTAMP WITH TIME ZONE,
        superseded_because TEXT,
        CONSTRAINT pk_course_result PRIMARY KEY (id),
        CONSTRAINT uq_course_result_enrolment_id_number UNIQUE (enrolment_id, number),
        CONSTRAINT ck_course_result_mark CHECK (mark_numerator >= 0 AND mark_denominator > 0),
        CONSTRAINT ck_course_result_mark_most CHECK (mark_numerator <= mark_denominator),
        CONSTRAINT ck_course_result_cef CHECK ((cef_attendance_percent IS NULL) = (cef_mark_percent IS NULL)),
        CONSTRAINT fk_course_result_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id),
        CONSTRAINT fk_course_result_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_course_result_course_id FOREIGN KEY(course_id) REFERENCES course (id),
        CONSTRAINT fk_course_result_version_id FOREIGN KEY(version_id) REFERENCES course_version (id)
    )
    """,
    """
    CREATE INDEX ix_course_result_person ON course_result (person_id, id)
    """,
    """
    CREATE UNIQUE INDEX uq_course_result_current ON course_result (enrolment_id) WHERE superseded_at IS NULL
    """,
    """
    CREATE TABLE exam_version (
        id UUID NOT NULL,
        exam_id UUID NOT NULL,
        number INTEGER NOT NULL,
        state VARCHAR(40) NOT NULL,
        blueprint JSONB NOT NULL,
        time_limit_minutes INTEGER NOT NULL,
        scoring VARCHAR(40) NOT NULL,
        release VARCHAR(40) NOT NULL,
        mixed BOOLEAN NOT NULL,
        pass_basis_points INTEGER,
        retake_limit INTEGER,
        cooling_off_days INTEGER NOT NULL,
        attendance_percent INTEGER,
        made_by UUID,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        published_at TIMESTAMP WITH TIME ZONE,
        proposal_id UUID,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_exam_version PRIMARY KEY (id),
        CONSTRAINT uq_exam_version_exam_id_number UNIQUE (exam_id, number),
        CONSTRAINT ck_exam_version_time_limit CHECK (time_limit_minutes BETWEEN 1 AND 1440),
        CONSTRAINT ck_exam_version_pass CHECK (pass_basis_points BETWEEN 0 AND 10000),
        CONSTRAINT ck_exam_version_retake_limit CHECK (retake_limit >= 0),
        CONSTRAINT ck_exam_version_cooling_off CHECK (cooling_off_days >= 0),
        CONSTRAINT ck_exam_version_attendance CHECK (attendance_percent BETWEEN 1 AND 100),
        CONSTRAINT ck_exam_version_published_when CHECK ((state = 'draft') = (published_at IS NULL)),
        CONSTRAINT ck_exam_version_pass_rule CHECK (state = 'draft' OR pass_basis_points IS NOT NULL),
        CONSTRAINT fk_exam_version_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id),
        CONSTRAINT ck_exam_version_state CHECK (state IN ('draft', 'published', 'superseded')),
        CONSTRAINT ck_exam_version_scoring CHECK (scoring IN ('all_or_nothing', 'right_minus_wrong', 'each_option')),
        CONSTRAINT ck_exam_version_release CHECK (release IN ('immediate', 'at_time', 'by_admin')),
        CONSTRAINT fk_exam_version_made_by FOREIGN KEY(made_by) REFERENCES person (id),
        CONSTRAINT fk_exam_version_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id)
    )
    """,
    """
    CREATE UNIQUE INDEX uq_exam_version_draft ON exam_version (exam_id) WHERE state = 'draft'
    """,
    """
    CREATE UNIQUE INDEX uq_exam_version_published ON exam_version (exam_id) WHERE state = 'published'
    """,
    """
    CREATE TABLE question_version (
        id UUID NOT NULL,
        question_id UUID NOT NULL,
        number INTEGER NOT NULL,
        kind TEXT NOT NULL,
        stem JSONB NOT NULL,
        body JSONB NOT NULL,
        digest BYTEA NOT NULL,
        made_by UUID,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_question_version PRIMARY KEY (id),
        CONSTRAINT uq_question_version_question_id_number UNIQUE (question_id, number),
        CONSTRAINT ck_question_version_number CHECK (number >= 1),
        CONSTRAINT fk_question_version_question_id FOREIGN KEY(question_id) REFERENCES question (id),
        CONSTRAINT fk_question_version_made_by FOREIGN KEY(made_by) REFERENCES person (id)
    )
    """,
    """
    CREATE TABLE regrade (
        id UUID NOT NULL,
        exam_id UUID NOT NULL,
        key_changes JSONB NOT NULL,
        changes JSONB NOT NULL,
        digest VARCHAR NOT NULL,
        proposal_id UUID,
        made_by UUID NOT NULL,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        applied_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_regrade PRIMARY KEY (id),
        CONSTRAINT fk_regrade_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id),
        CONSTRAINT fk_regrade_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id),
        CONSTRAINT fk_regrade_made_by FOREIGN KEY(made_by) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_regrade_exam_id ON regrade (exam_id)
    """,
    """
    CREATE TABLE sitting (
        id UUID NOT NULL,
        exam_id UUID NOT NULL,
        opens_at TIMESTAMP WITH TIME ZONE NOT NULL,
        closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
        venue TEXT,
        listed_only BOOLEAN NOT NULL,
        release_at TIMESTAMP WITH TIME ZONE,
        cancelled_at TIMESTAMP WITH TIME ZONE,
        revision INTEGER NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_sitting PRIMARY KEY (id),
        CONSTRAINT ck_sitting_window CHECK (opens_at < closes_at),
        CONSTRAINT fk_sitting_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id)
    )
    """,
    """
    CREATE INDEX ix_sitting_exam ON sitting (exam_id, opens_at)
    """,
    """
    CREATE TABLE attempt (
        id UUID NOT NULL,
        exam_id UUID NOT NULL,
        exam_version_id UUID NOT NULL,
        sitting_id UUID NOT NULL,
        enrolment_id UUID NOT NULL,
        person_id UUID NOT NULL,
        number SMALLINT NOT NULL,
        seed BYTEA NOT NULL,
        state VARCHAR(40) NOT NULL,
        started_at TIMESTAMP WITH TIME ZONE NOT NULL,
        limit_minutes INTEGER NOT NULL,
        extra_percent INTEGER NOT NULL,
        granted_seconds INTEGER NOT NULL,
        deadline_at TIMESTAMP WITH TIME ZONE NOT NULL,
        sealed_at TIMESTAMP WITH TIME ZONE,
        sealed_by VARCHAR(40),
        graded_at TIMESTAMP WITH TIME ZONE,
        released_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_attempt PRIMARY KEY (id),
        CONSTRAINT uq_attempt_person_id_exam_id_number UNIQUE (person_id, exam_id, number),
        CONSTRAINT ck_attempt_seed CHECK (octet_length(seed) = 32),
        CONSTRAINT ck_attempt_sealed_when CHECK ((state = 'sealed') = (sealed_at IS NOT NULL)),
        CONSTRAINT ck_attempt_sealed_how CHECK ((state = 'sealed') = (sealed_by IS NOT NULL)),
        CONSTRAINT ck_attempt_sealed_in_time CHECK (sealed_at <= deadline_at),
        CONSTRAINT ck_attempt_graded_after CHECK (graded_at IS NULL OR state = 'sealed'),
        CONSTRAINT ck_attempt_released_after CHECK (released_at IS NULL OR graded_at IS NOT NULL),
        CONSTRAINT fk_attempt_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id),
        CONSTRAINT fk_attempt_exam_version_id FOREIGN KEY(exam_version_id) REFERENCES exam_version (id),
        CONSTRAINT fk_attempt_sitting_id FOREIGN KEY(sitting_id) REFERENCES sitting (id),
        CONSTRAINT fk_attempt_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id),
        CONSTRAINT fk_attempt_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT ck_attempt_state CHECK (state IN ('open', 'sealed')),
        CONSTRAINT ck_attempt_sealed_by CHECK (sealed_by IN ('candidate', 'deadline'))
    )
    """,
    """
    CREATE INDEX ix_attempt_due ON attempt (deadline_at) WHERE state = 'open'
    """,
    """
    CREATE INDEX ix_attempt_enrolment_id ON attempt (enrolment_id)
    """,
    """
    CREATE INDEX ix_attempt_exam ON attempt (exam_id, id)
    """,
    """
    CREATE INDEX ix_attempt_pending ON attempt (sealed_at) WHERE state = 'sealed' AND graded_at IS NULL
    """,
    """
    CREATE INDEX ix_attempt_sitting ON attempt (sitting_id, id)
    """,
    """
    CREATE UNIQUE INDEX uq_attempt_open ON attempt (person_id, exam_id) WHERE state = 'open'
    """,
    """
    CREATE TABLE exam_pool_entry (
        exam_version_id UUID NOT NULL,
        question_version_id UUID NOT NULL,
        topic TEXT NOT NULL,
        withdrawn_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_exam_pool_entry PRIMARY KEY (exam_version_id, question_version_id),
        CONSTRAINT fk_exam_pool_entry_exam_version_id FOREIGN KEY(exam_version_id) REFERENCES exam_version (id),
        CONSTRAINT fk_exam_pool_entry_question_version_id FOREIGN KEY(question_version_id) REFERENCES question_version (id)
    )
    """,
    """
    CREATE INDEX ix_exam_pool_entry_question_version_id ON exam_pool_entry (question_version_id)
    """,
    """
    CREATE INDEX ix_exam_pool_entry_withdrawn ON exam_pool_entry (exam_version_id) WHERE withdrawn_at IS NOT NULL
    """,
    """
    CREATE TABLE question_key (
        question_version_id UUID NOT NULL,
        number INTEGER NOT NULL,
        key JSONB NOT NULL,
        points INTEGER NOT NULL,
        explanation JSONB,
        effect VARCHAR(40) NOT NULL,
        proposal_id UUID,
        made_by UUID,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_question_key PRIMARY KEY (question_version_id, number),
        CONSTRAINT ck_question_key_number CHECK (number >= 1),
        CONSTRAINT ck_question_key_points CHECK (points BETWEEN 1 AND 100),
        CONSTRAINT fk_question_key_question_version_id FOREIGN KEY(question_version_id) REFERENCES question_version (id),
        CONSTRAINT ck_question_key_effect CHECK (effect IN ('counts', 'excluded', 'given')),
        CONSTRAINT fk_question_key_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id),
        CONSTRAINT fk_question_key_made_by FOREIGN KEY(made_by) REFERENCES person (id)
    )
    """,
    """
    CREATE TABLE sitting_candidate (
        sitting_id UUID NOT NULL,
        enrolment_id UUID NOT NULL,
        listed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_sitting_candidate PRIMARY KEY (sitting_id, enrolment_id),
        CONSTRAINT fk_sitting_candidate_sitting_id FOREIGN KEY(sitting_id) REFERENCES sitting (id),
        CONSTRAINT fk_sitting_candidate_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id)
    )
    """,
    """
    CREATE INDEX ix_sitting_candidate_enrolment_id ON sitting_candidate (enrolment_id)
    """,
    """
    CREATE TABLE attempt_item (
        attempt_id UUID NOT NULL,
        position SMALLINT NOT NULL,
        question_version_id UUID NOT NULL,
        answer JSONB,
        revision INTEGER NOT NULL,
        answered_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_attempt_item PRIMARY KEY (attempt_id, position),
        CONSTRAINT fk_attempt_item_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
        CONSTRAINT fk_attempt_item_question_version_id FOREIGN KEY(question_version_id) REFERENCES question_version (id)
    )
     WITH (fillfactor = 60)
    """,
    """
    CREATE TABLE attempt_log (
        attempt_id UUID NOT NULL,
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        kind VARCHAR(40) NOT NULL,
        position SMALLINT,
        revision INTEGER,
        answer JSONB,
        CONSTRAINT pk_attempt_log PRIMARY KEY (attempt_id, id),
        CONSTRAINT fk_attempt_log_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
        CONSTRAINT ck_attempt_log_kind CHECK (kind IN ('started', 'saved', 'sealed', 'deadline_moved'))
    )
    """,
    """
    CREATE TABLE deadline_grant (
        id UUID NOT NULL,
        attempt_id UUID NOT NULL,
        seconds INTEGER NOT NULL,
        reason TEXT NOT NULL,
        granted_by UUID NOT NULL,
        granted_at TIMESTAMP WITH TIME ZONE NOT NULL,
        deadline_before TIMESTAMP WITH TIME ZONE NOT NULL,
        deadline_after TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_deadline_grant PRIMARY KEY (id),
        CONSTRAINT ck_deadline_grant_seconds CHECK (seconds BETWEEN 1 AND 86400),
        CONSTRAINT fk_deadline_grant_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
        CONSTRAINT fk_deadline_grant_granted_by FOREIGN KEY(granted_by) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_deadline_grant_attempt_id ON deadline_grant (attempt_id)
    """,
    """
    CREATE TABLE attempt_flag (
        id UUID NOT NULL,
        attempt_id UUID NOT NULL,
        kind VARCHAR(40) NOT NULL,
        reason TEXT NOT NULL,
        raised_by UUID NOT NULL,
        raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_attempt_flag PRIMARY KEY (id),
        CONSTRAINT fk_attempt_flag_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
        CONSTRAINT ck_attempt_flag_kind CHECK (kind IN ('invigilation', 'monitoring')),
        CONSTRAINT fk_attempt_flag_raised_by FOREIGN KEY(raised_by) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_attempt_flag_attempt_id ON attempt_flag (attempt_id)
    """,
    """
    CREATE TABLE attempt_flag_settlement (
        flag_id UUID NOT NULL,
        resolution TEXT NOT NULL,
        settled_by UUID NOT NULL,
        settled_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_attempt_flag_settlement PRIMARY KEY (flag_id),
        CONSTRAINT fk_attempt_flag_settlement_flag_id FOREIGN KEY(flag_id) REFERENCES attempt_flag (id),
        CONSTRAINT fk_attempt_flag_settlement_settled_by FOREIGN KEY(settled_by) REFERENCES person (id)
    )
    """,
    """
    CREATE TABLE grading (
        id UUID NOT NULL,
        attempt_id UUID NOT NULL,
        number INTEGER NOT NULL,
        cause VARCHAR(40) NOT NULL,
        earned_numerator BIGINT NOT NULL,
        earned_denominator BIGINT NOT NULL,
        out_of INTEGER NOT NULL,
        passed BOOLEAN,
        items JSONB NOT NULL,
        regrade_id UUID,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_grading PRIMARY KEY (id),
        CONSTRAINT uq_grading_attempt_id_number UNIQUE (attempt_id, number),
        CONSTRAINT ck_grading_earned CHECK (earned_numerator >= 0 AND earned_denominator > 0),
        CONSTRAINT ck_grading_out_of CHECK (out_of > 0),
        CONSTRAINT fk_grading_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
        CONSTRAINT ck_grading_cause CHECK (cause IN ('submission', 'regrade')),
        CONSTRAINT fk_grading_regrade_id FOREIGN KEY(regrade_id) REFERENCES regrade (id)
    )
    """,
    """
    CREATE TABLE component_result (
        id UUID NOT NULL,
        attempt_id UUID NOT NULL,
        grading_id UUID NOT NULL,
        enrolment_id UUID NOT NULL,
        person_id UUID NOT NULL,
        component_id UUID NOT NULL,
        earned_numerator BIGINT NOT NULL,
        earned_denominator BIGINT NOT NULL,
        out_of INTEGER NOT NULL,
        passed BOOLEAN NOT NULL,
        release_at TIMESTAMP WITH TIME ZONE,
        released_at TIMESTAMP WITH TIME ZONE,
        released_by UUID,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_component_result PRIMARY KEY (id),
        CONSTRAINT ck_component_result_earned CHECK (earned_numerator >= 0 AND earned_denominator > 0),
        CONSTRAINT ck_component_result_out_of CHECK (out_of > 0),
        CONSTRAINT uq_component_result_attempt_id UNIQUE (attempt_id),
        CONSTRAINT fk_component_result_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
        CONSTRAINT fk_component_result_grading_id FOREIGN KEY(grading_id) REFERENCES grading (id),
        CONSTRAINT fk_component_result_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id),
        CONSTRAINT fk_component_result_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_component_result_component_id FOREIGN KEY(component_id) REFERENCES component (id),
        CONSTRAINT fk_component_result_released_by FOREIGN KEY(released_by) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_component_result_due ON component_result (release_at) WHERE released_at IS NULL AND release_at IS NOT NULL
    """,
    """
    CREATE INDEX ix_component_result_enrolment ON component_result (enrolment_id, component_id)
    """,
    """
    CREATE INDEX ix_component_result_person ON component_result (person_id, id)
    """,
    """
    CREATE TRIGGER question_version_append_only BEFORE UPDATE OR DELETE ON question_version FOR EACH ROW EXECUTE FUNCTION lms_refuse_change()
    """,
    """
    CREATE TRIGGER question_key_append_only BEFORE UPDATE OR DELETE ON question_key FOR EACH ROW EXECUTE FUNCTION lms_refuse_change()
    """,
    """
    CREATE TRIGGER attempt_log_append_only BEFORE UPDATE OR DELETE ON attempt_log FOR EACH ROW EXECUTE FUNCTION lms_refuse_change()
    """,
    """
    CREATE TRIGGER deadline_grant_append_only BEFORE UPDATE OR DELETE ON deadline_grant FOR EACH ROW EXECUTE FUNCTION lms_refuse_change()
    """,
    """
    CREATE TRIGGER attempt_flag_append_only BEFORE UPDATE OR DELETE ON attempt_flag FOR EACH ROW EXECUTE FUNCTION lms_refuse_change()
    """,
    """
    CREATE TRIGGER attempt_flag_settlement_append_only BEFORE UPDATE OR DELETE ON attempt_flag_settlement FOR EACH ROW EXECUTE FUNCTION lms_refuse_change()
    """,
    """
    CREATE TRIGGER grading_append_only BEFORE UPDATE OR DELETE ON grading FOR EACH ROW EXECUTE FUNCTION lms_refuse_change()
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    msg = "migrations go forward only: restore a backup instead"
    raise RuntimeError(msg)
