"""Certificates: keys, schemes, awards, documents and what happens to them."""

from collections.abc import Sequence

from alembic import op

revision: str = "2026_11_22_06_certs"
down_revision: str | None = "2026_11_22_05_exams"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE credential_key (
        id UUID NOT NULL,
        kid TEXT NOT NULL,
        state VARCHAR(40) NOT NULL,
        public_jwk JSONB NOT NULL,
        sealed BYTEA,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        activated_at TIMESTAMP WITH TIME ZONE,
        retired_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_credential_key PRIMARY KEY (id),
        CONSTRAINT ck_credential_key_can_sign CHECK (state = 'retired' OR sealed IS NOT NULL),
        CONSTRAINT ck_credential_key_retired_when CHECK ((state = 'retired') = (retired_at IS NOT NULL)),
        CONSTRAINT ck_credential_key_activated_when CHECK (state <> 'active' OR activated_at IS NOT NULL),
        CONSTRAINT uq_credential_key_kid UNIQUE (kid),
        CONSTRAINT ck_credential_key_state CHECK (state IN ('next', 'active', 'retired'))
    )
    """,
    """
    CREATE UNIQUE INDEX uq_credential_key_active ON credential_key (state) WHERE state = 'active'
    """,
    """
    CREATE UNIQUE INDEX uq_credential_key_next ON credential_key (state) WHERE state = 'next'
    """,
    """
    CREATE TABLE scheme (
        id UUID NOT NULL,
        issuer_id UUID NOT NULL,
        kind VARCHAR(40) NOT NULL,
        course_id UUID,
        version INTEGER NOT NULL,
        automatic BOOLEAN NOT NULL,
        title_zh TEXT,
        title_en TEXT,
        title_en_confirmed BOOLEAN,
        signatories JSONB NOT NULL,
        approved_by UUID NOT NULL,
        approved_at TIMESTAMP WITH TIME ZONE NOT NULL,
        reason TEXT NOT NULL,
        CONSTRAINT pk_scheme PRIMARY KEY (id),
        CONSTRAINT ck_scheme_of_a_course CHECK ((kind = 'course') = (course_id IS NOT NULL)),
        CONSTRAINT ck_scheme_titled CHECK ((kind = 'centre') = (title_zh IS NOT NULL AND title_en IS NOT NULL AND title_en_confirmed IS NOT NULL)),
        CONSTRAINT ck_scheme_version CHECK (version >= 1),
        CONSTRAINT fk_scheme_issuer_id FOREIGN KEY(issuer_id) REFERENCES issuer (id),
        CONSTRAINT ck_scheme_kind CHECK (kind IN ('course', 'centre')),
        CONSTRAINT fk_scheme_course_id FOREIGN KEY(course_id) REFERENCES course (id),
        CONSTRAINT fk_scheme_approved_by FOREIGN KEY(approved_by) REFERENCES person (id)
    )
    """,
    """
    CREATE UNIQUE INDEX uq_scheme_centre ON scheme (version) WHERE kind = 'centre'
    """,
    """
    CREATE UNIQUE INDEX uq_scheme_course ON scheme (course_id, version) WHERE kind = 'course'
    """,
    """
    CREATE TABLE award (
        id UUID NOT NULL,
        issuer_id UUID NOT NULL,
        person_id UUID NOT NULL,
        course_id UUID NOT NULL,
        course_code TEXT NOT NULL,
        version_id UUID NOT NULL,
        enrolment_id UUID,
        scheme_id UUID NOT NULL,
        scheme_version INTEGER NOT NULL,
        result_id UUID,
        from_day DATE NOT NULL,
        last_day DATE,
        state VARCHAR(40) NOT NULL,
        decider VARCHAR(40) NOT NULL,
        decided_by UUID NOT NULL,
        approved_by UUID,
        ground TEXT,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        result_withdrawn_at TIMESTAMP WITH TIME ZONE,
        revoked_at TIMESTAMP WITH TIME ZONE,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_award PRIMARY KEY (id),
        CONSTRAINT ck_award_period CHECK (last_day >= from_day),
        CONSTRAINT ck_award_without_result CHECK (result_id IS NOT NULL OR (decider = 'two_people' AND ground IS NOT NULL)),
        CONSTRAINT ck_award_with_enrolment CHECK ((result_id IS NULL) = (enrolment_id IS NULL)),
        CONSTRAINT ck_award_second_person_known CHECK ((decider = 'two_people') = (approved_by IS NOT NULL)),
        CONSTRAINT ck_award_second_person CHECK (approved_by <> decided_by),
        CONSTRAINT ck_award_revoked_when CHECK (revoked_at IS NULL OR state IN ('revoked', 'void')),
        CONSTRAINT ck_award_counters CHECK (revision >= 1),
        CONSTRAINT fk_award_issuer_id FOREIGN KEY(issuer_id) REFERENCES issuer (id),
        CONSTRAINT fk_award_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_award_course_id FOREIGN KEY(course_id) REFERENCES course (id),
        CONSTRAINT fk_award_version_id FOREIGN KEY(version_id) REFERENCES course_version (id),
        CONSTRAINT fk_award_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id),
        CONSTRAINT fk_award_scheme_id FOREIGN KEY(scheme_id) REFERENCES scheme (id),
        CONSTRAINT fk_award_result_id FOREIGN KEY(result_id) REFERENCES course_result (id),
        CONSTRAINT ck_award_state CHECK (state IN ('in_force', 'suspended', 'revoked', 'void')),
        CONSTRAINT ck_award_decider CHECK (decider IN ('rule', 'person', 'two_people')),
        CONSTRAINT fk_award_decided_by FOREIGN KEY(decided_by) REFERENCES person (id),
        CONSTRAINT fk_award_approved_by FOREIGN KEY(approved_by) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_award_course ON award (course_id, id)
    """,
    """
    CREATE INDEX ix_award_enrolment ON award (enrolment_id) WHERE enrolment_id IS NOT NULL
    """,
    """
    CREATE INDEX ix_award_person ON award (person_id, course_code, from_day, last_day, state)
    """,
    """
    CREATE UNIQUE INDEX uq_award_result ON award (result_id) WHERE result_id IS NOT NULL
    """,
    """
    CREATE UNIQUE INDEX uq_award_without_result ON award (person_id, course_id, from_day) WHERE result_id IS NULL AND state IN ('in_force', 'suspended')
    """,
    """
    CREATE TABLE award_candidate (
        id UUID NOT NULL,
        person_id UUID NOT NULL,
        course_id UUID NOT NULL,
        course_code TEXT NOT NULL,
        version_id UUID NOT NULL,
        enrolment_id UUID NOT NULL,
        result_id UUID NOT NULL,
        passed_on DATE NOT NULL,
        validity_months INTEGER,
        state VARCHAR(40) NOT NULL,
        waiting_since TIMESTAMP WITH TIME ZONE NOT NULL,
        decided_by UUID,
        decided_at TIMESTAMP WITH TIME ZONE,
        reason TEXT,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_award_candidate PRIMARY KEY (id),
        CONSTRAINT ck_award_candidate_decided_by_whom CHECK ((state IN ('awarded', 'declined')) = (decided_by IS NOT NULL)),
        CONSTRAINT ck_award_candidate_decided_when CHECK ((state = 'waiting') = (decided_at IS NULL)),
        CONSTRAINT ck_award_candidate_declined_why CHECK (state <> 'declined' OR reason IS NOT NULL),
        CONSTRAINT ck_award_candidate_counters CHECK (revision >= 1),
        CONSTRAINT fk_award_candidate_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_award_candidate_course_id FOREIGN KEY(course_id) REFERENCES course (id),
        CONSTRAINT fk_award_candidate_version_id FOREIGN KEY(version_id) REFERENCES course_version (id),
        CONSTRAINT fk_award_candidate_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id),
        CONSTRAINT uq_award_candidate_result_id UNIQUE (result_id),
        CONSTRAINT fk_award_candidate_result_id FOREIGN KEY(result_id) REFERENCES course_result (id),
        CONSTRAINT ck_award_candidate_state CHECK (state IN ('waiting', 'awarded', 'declined', 'withdrawn')),
        CONSTRAINT fk_award_candidate_decided_by FOREIGN KEY(decided_by) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_award_candidate_enrolment_id ON award_candidate (enrolment_id)
    """,
    """
    CREATE INDEX ix_award_candidate_person ON award_candidate (person_id, id)
    """,
    """
    CREATE INDEX ix_award_candidate_waiting ON award_candidate (id) WHERE state = 'waiting'
    """,
    """
    CREATE TABLE certificate (
        id UUID NOT NULL,
        issuer_id UUID NOT NULL,
        kind VARCHAR(40) NOT NULL,
        award_id UUID,
        centre_award_id UUID,
        person_id UUID,
        year INTEGER NOT NULL,
        serial INTEGER NOT NULL,
        number TEXT NOT NULL,
        verification_code TEXT NOT NULL,
        payload BYTEA NOT NULL,
        payload_hash BYTEA NOT NULL,
        key_id UUID NOT NULL,
        token TEXT,
        issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
        issued_on DATE NOT NULL,
        signed_at TIMESTAMP WITH TIME ZONE,
        from_day DATE NOT NULL,
        last_day DATE,
        zone TEXT NOT NULL,
        status VARCHAR(40) NOT NULL,
        status_at TIMESTAMP WITH TIME ZONE NOT NULL,
        supersedes_id UUID,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_certificate PRIMARY KEY (id),
        CONSTRAINT ck_certificate_of_its_kind CHECK ((kind = 'person') = (award_id IS NOT NULL) AND (kind = 'centre') = (centre_award_id IS NOT NULL)),
        CONSTRAINT ck_certificate_of_a_person CHECK ((kind = 'person') = (person_id IS NOT NULL)),
        CONSTRAINT ck_certificate_period CHECK (last_day >= from_day),
        CONSTRAINT ck_certificate_serial CHECK (serial >= 1),
        CONSTRAINT ck_certificate_signed CHECK ((token IS NULL) = (signed_at IS NULL)),
        CONSTRAINT ck_certificate_hash CHECK (payload_hash = sha256(payload)),
        CONSTRAINT ck_certificate_counters CHECK (revision >= 1),
        CONSTRAINT uq_certificate_serial UNIQUE (issuer_id, kind, year, serial),
        CONSTRAINT fk_certificate_issuer_id FOREIGN KEY(issuer_id) REFERENCES issuer (id),
        CONSTRAINT ck_certificate_kind CHECK (kind IN ('person', 'centre')),
        CONSTRAINT fk_certificate_award_id FOREIGN KEY(award_id) REFERENCES award (id),
        CONSTRAINT fk_certificate_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT uq_certificate_number UNIQUE (number),
        CONSTRAINT uq_certificate_verification_code UNIQUE (verification_code),
        CONSTRAINT fk_certificate_key_id FOREIGN KEY(key_id) REFERENCES credential_key (id),
        CONSTRAINT ck_certificate_status CHECK (status IN ('issued', 'suspended', 'revoked', 'superseded', 'void', 'lapsed')),
        CONSTRAINT uq_certificate_supersedes_id UNIQUE (supersedes_id),
        CONSTRAINT fk_certificate_supersedes_id FOREIGN KEY(supersedes_id) REFERENCES certificate (id)
    )
    """,
    """
    CREATE INDEX ix_certificate_person ON certificate (person_id, id)
    """,
    """
    CREATE INDEX ix_certificate_unsigned ON certificate (id) WHERE token IS NULL
    """,
    """
    CREATE UNIQUE INDEX uq_certificate_award ON certificate (award_id) WHERE status <> 'superseded'
    """,
    """
    CREATE UNIQUE INDEX uq_certificate_centre_award ON certificate (centre_award_id) WHERE status <> 'superseded'
    """,
    """
    CREATE TABLE certificate_order (
        id UUID NOT NULL,
        kind VARCHAR(40) NOT NULL,
        award_id UUID,
        centre_award_id UUID,
        supersedes_id UUID,
        state VARCHAR(40) NOT NULL,
        faults JSONB,
        certificate_id UUID,
        requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
        tried_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_certificate_order PRIMARY KEY (id),
        CONSTRAINT ck_certificate_order_of_its_kind CHECK ((kind = 'person') = (award_id IS NOT NULL) AND (kind = 'centre') = (centre_award_id IS NOT NULL)),
        CONSTRAINT ck_certificate_order_done CHECK ((state = 'done') = (certificate_id IS NOT NULL)),
        CONSTRAINT ck_certificate_order_kind CHECK (kind IN ('person', 'centre')),
        CONSTRAINT fk_certificate_order_award_id FOREIGN KEY(award_id) REFERENCES award (id),
        CONSTRAINT uq_certificate_order_supersedes_id UNIQUE (supersedes_id),
        CONSTRAINT fk_certificate_order_supersedes_id FOREIGN KEY(supersedes_id) REFERENCES certificate (id),
        CONSTRAINT ck_certificate_order_state CHECK (state IN ('open', 'done', 'withdrawn')),
        CONSTRAINT uq_certificate_order_certificate_id UNIQUE (certificate_id),
        CONSTRAINT fk_certificate_order_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id)
    )
    """,
    """
    CREATE INDEX ix_certificate_order_open ON certificate_order (id) WHERE state = 'open'
    """,
    """
    CREATE UNIQUE INDEX uq_certificate_order_award ON certificate_order (award_id) WHERE award_id IS NOT NULL AND supersedes_id IS NULL
    """,
    """
    CREATE UNIQUE INDEX uq_certificate_order_centre_award ON certificate_order (centre_award_id) WHERE centre_award_id IS NOT NULL AND supersedes_id IS NULL
    """,
    """
    CREATE TABLE status_event (
        certificate_id UUID NOT NULL,
        position INTEGER NOT NULL,
        happened VARCHAR(40) NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        day DATE NOT NULL,
        decided_by UUID,
        reason TEXT,
        CONSTRAINT pk_status_event PRIMARY KEY (certificate_id, position),
        CONSTRAINT ck_status_event_position CHECK (position >= 1),
        CONSTRAINT ck_status_event_issued_first CHECK ((happened = 'issued') = (position = 1)),
        CONSTRAINT ck_status_event_says_why CHECK (happened = 'issued' OR reason IS NOT NULL),
        CONSTRAINT fk_status_event_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id),
        CONSTRAINT ck_status_event_happened CHECK (happened IN ('issued', 'suspended', 'reinstated', 'revoked', 'superseded', 'void', 'lapsed')),
        CONSTRAINT fk_status_event_decided_by FOREIGN KEY(decided_by) REFERENCES person (id)
    )
    """,
    """
    CREATE TABLE number_counter (
        issuer_id UUID NOT NULL,
        kind VARCHAR(40) NOT NULL,
        year INTEGER NOT NULL,
        last INTEGER NOT NULL,
        CONSTRAINT pk_number_counter PRIMARY KEY (issuer_id, kind, year),
        CONSTRAINT ck_number_counter_last CHECK (last >= 1),
        CONSTRAINT fk_number_counter_issuer_id FOREIGN KEY(issuer_id) REFERENCES issuer (id),
        CONSTRAINT ck_number_counter_kind CHECK (kind IN ('person', 'centre'))
    )
    """,
    """
    CREATE TRIGGER scheme_append_only BEFORE UPDATE OR DELETE ON scheme FOR EACH ROW EXECUTE FUNCTION lms_refuse_change()
    """,
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
    """
    CREATE FUNCTION lms_guard_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE'
           OR (OLD.id, OLD.issuer_id, OLD.kind, OLD.award_id, OLD.centre_award_id, OLD.person_id,
               OLD.year, OLD.serial, OLD.number, OLD.verification_code, OLD.payload,
               OLD.payload_hash, OLD.issued_at, OLD.issued_on, OLD.from_day, OLD.last_day, OLD.zone,
               OLD.supersedes_id)
              IS DISTINCT FROM
              (NEW.id, NEW.issuer_id, NEW.kind, NEW.award_id, NEW.centre_award_id, NEW.person_id,
               NEW.year, NEW.serial, NEW.number, NEW.verification_code, NEW.payload,
               NEW.payload_hash, NEW.issued_at, NEW.issued_on, NEW.from_day, NEW.last_day, NEW.zone,
               NEW.supersedes_id)
           OR (OLD.token IS NOT NULL AND (OLD.token, OLD.key_id, OLD.signed_at)
               IS DISTINCT FROM (NEW.token, NEW.key_id, NEW.signed_at))
        THEN
            RAISE EXCEPTION 'a certificate is never changed' USING ERRCODE = 'restrict_violation';
        END IF;
        IF OLD.status <> NEW.status
           AND (OLD.status IN ('superseded', 'void')
                OR (OLD.status IN ('revoked', 'lapsed') AND NEW.status <> 'void'))
        THEN
            RAISE EXCEPTION 'a certificate that was % never lives again', OLD.status
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE TRIGGER certificate_guard BEFORE UPDATE OR DELETE ON certificate
    FOR EACH ROW EXECUTE FUNCTION lms_guard_certificate()
    """,
    """
    CREATE TRIGGER status_event_append_only BEFORE UPDATE OR DELETE ON status_event FOR EACH ROW EXECUTE FUNCTION lms_refuse_change()
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    msg = "migrations go forward only: restore a backup instead"
    raise RuntimeError(msg)
