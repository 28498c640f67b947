"""Companies: organisations, centres, staff, links, places, consents, invitations, roster files."""

from collections.abc import Sequence

from alembic import op

revision: str = "2026_11_22_03_orgs"
down_revision: str | None = "2026_11_22_02_people"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE organisation (
        id UUID NOT NULL,
        issuer_id UUID NOT NULL,
        name_zh TEXT,
        name_en TEXT,
        state VARCHAR(40) NOT NULL,
        note TEXT,
        applied_by UUID,
        applied_at TIMESTAMP WITH TIME ZONE,
        decided_by UUID,
        decided_at TIMESTAMP WITH TIME ZONE,
        refusal_reason TEXT,
        closed_at TIMESTAMP WITH TIME ZONE,
        roster_revision BIGINT NOT NULL,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_organisation PRIMARY KEY (id),
        CONSTRAINT ck_organisation_named CHECK (name_zh IS NOT NULL OR name_en IS NOT NULL),
        CONSTRAINT ck_organisation_decided_when CHECK ((state = 'applied') = (decided_at IS NULL)),
        CONSTRAINT ck_organisation_refused_why CHECK ((state = 'refused') = (refusal_reason IS NOT NULL)),
        CONSTRAINT ck_organisation_closed_when CHECK (state <> 'closed' OR closed_at IS NOT NULL),
        CONSTRAINT ck_organisation_counters CHECK (revision >= 1 AND roster_revision >= 1),
        CONSTRAINT fk_organisation_issuer_id FOREIGN KEY(issuer_id) REFERENCES issuer (id),
        CONSTRAINT ck_organisation_state CHECK (state IN ('applied', 'registered', 'refused', 'closed')),
        CONSTRAINT fk_organisation_applied_by FOREIGN KEY(applied_by) REFERENCES person (id),
        CONSTRAINT fk_organisation_decided_by FOREIGN KEY(decided_by) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_organisation_applied_by ON organisation (applied_by) WHERE applied_by IS NOT NULL
    """,
    """
    CREATE TABLE centre (
        id UUID NOT NULL,
        organisation_id UUID NOT NULL,
        name_zh TEXT,
        name_en TEXT,
        zone TEXT NOT NULL,
        state VARCHAR(40) NOT NULL,
        applied_by UUID,
        applied_at TIMESTAMP WITH TIME ZONE NOT NULL,
        registered_on DATE,
        closed_on DATE,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_centre PRIMARY KEY (id),
        CONSTRAINT uq_centre_organisation_id UNIQUE (organisation_id, id),
        CONSTRAINT ck_centre_named CHECK (name_zh IS NOT NULL OR name_en IS NOT NULL),
        CONSTRAINT ck_centre_closed_when CHECK ((state = 'closed') = (closed_on IS NOT NULL)),
        CONSTRAINT ck_centre_registered_when CHECK ((state <> 'applied' OR registered_on IS NULL) AND (state <> 'registered' OR registered_on IS NOT NULL)),
        CONSTRAINT ck_centre_days CHECK (closed_on >= registered_on),
        CONSTRAINT ck_centre_counters CHECK (revision >= 1),
        CONSTRAINT fk_centre_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
        CONSTRAINT ck_centre_state CHECK (state IN ('applied', 'registered', 'closed')),
        CONSTRAINT fk_centre_applied_by FOREIGN KEY(applied_by) REFERENCES person (id)
    )
    """,
    """
    CREATE TABLE consent (
        id UUID NOT NULL,
        organisation_id UUID NOT NULL,
        person_id UUID NOT NULL,
        given_at TIMESTAMP WITH TIME ZONE NOT NULL,
        withdrawn_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_consent PRIMARY KEY (id),
        CONSTRAINT ck_consent_days CHECK (withdrawn_at >= given_at),
        CONSTRAINT fk_consent_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
        CONSTRAINT fk_consent_person_id FOREIGN KEY(person_id) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_consent_person_id ON consent (person_id)
    """,
    """
    CREATE UNIQUE INDEX uq_consent_open ON consent (organisation_id, person_id) WHERE withdrawn_at IS NULL
    """,
    """
    CREATE TABLE roster_import (
        id UUID NOT NULL,
        organisation_id UUID NOT NULL,
        file_name TEXT NOT NULL,
        sha256 BYTEA NOT NULL,
        charset TEXT NOT NULL,
        delimiter TEXT NOT NULL,
        columns TEXT[] NOT NULL,
        absent VARCHAR(40) NOT NULL,
        effective_on DATE NOT NULL,
        roster_revision BIGINT NOT NULL,
        state VARCHAR(40) NOT NULL,
        lines INTEGER NOT NULL,
        faults INTEGER NOT NULL,
        joins INTEGER NOT NULL,
        moves INTEGER NOT NULL,
        changes INTEGER NOT NULL,
        leaves INTEGER NOT NULL,
        same INTEGER NOT NULL,
        previewed_by UUID,
        previewed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        settled_by UUID,
        settled_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_roster_import PRIMARY KEY (id),
        CONSTRAINT uq_roster_import_organisation_id UNIQUE (organisation_id, id),
        CONSTRAINT ck_roster_import_settled_when CHECK ((state = 'previewed') = (settled_at IS NULL)),
        CONSTRAINT ck_roster_import_no_faults CHECK (state <> 'committed' OR faults = 0),
        CONSTRAINT fk_roster_import_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
        CONSTRAINT ck_roster_import_absent CHECK (absent IN ('keep', 'leave')),
        CONSTRAINT ck_roster_import_state CHECK (state IN ('previewed', 'committed', 'discarded')),
        CONSTRAINT fk_roster_import_previewed_by FOREIGN KEY(previewed_by) REFERENCES person (id),
        CONSTRAINT fk_roster_import_settled_by FOREIGN KEY(settled_by) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_roster_import_settled_at ON roster_import (settled_at, previewed_at)
    """,
    """
    CREATE TABLE staff_record (
        id UUID NOT NULL,
        organisation_id UUID NOT NULL,
        staff_number TEXT NOT NULL,
        name_zh TEXT,
        name_en TEXT,
        work_email TEXT,
        job_role TEXT,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_staff_record PRIMARY KEY (id),
        CONSTRAINT uq_staff_record_staff_number UNIQUE (organisation_id, staff_number),
        CONSTRAINT uq_staff_record_organisation_id UNIQUE (organisation_id, id),
        CONSTRAINT ck_staff_record_staff_number CHECK (length(staff_number) BETWEEN 1 AND 64 AND staff_number = btrim(staff_number)),
        CONSTRAINT ck_staff_record_counters CHECK (revision >= 1),
        CONSTRAINT fk_staff_record_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
    )
    """,
    """
    CREATE TABLE assignment (
        id UUID NOT NULL,
        organisation_id UUID NOT NULL,
        centre_id UUID NOT NULL,
        staff_record_id UUID NOT NULL,
        is_primary BOOLEAN NOT NULL,
        valid_from DATE NOT NULL,
        valid_to DATE,
        known_at TIMESTAMP WITH TIME ZONE NOT NULL,
        superseded_at TIMESTAMP WITH TIME ZONE,
        recorded_by UUID,
        CONSTRAINT pk_assignment PRIMARY KEY (id),
        CONSTRAINT fk_assignment_centre FOREIGN KEY(organisation_id, centre_id) REFERENCES centre (organisation_id, id),
        CONSTRAINT fk_assignment_staff_record FOREIGN KEY(organisation_id, staff_record_id) REFERENCES staff_record (organisation_id, id),
        CONSTRAINT ck_assignment_days CHECK (valid_to > valid_from),
        CONSTRAINT ck_assignment_known CHECK (superseded_at >= known_at),
        CONSTRAINT fk_assignment_recorded_by FOREIGN KEY(recorded_by) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_assignment_centre_id ON assignment (centre_id, known_at)
    """,
    """
    CREATE INDEX ix_assignment_counted ON assignment (centre_id, valid_from) INCLUDE (valid_to, staff_record_id) WHERE superseded_at IS NULL AND is_primary
    """,
    """
    CREATE INDEX ix_assignment_current ON assignment (staff_record_id) WHERE superseded_at IS NULL
    """,
    """
    CREATE INDEX ix_assignment_organisation_id ON assignment (organisation_id)
    """,
    """
    CREATE TABLE centre_name (
        id UUID NOT NULL,
        organisation_id UUID NOT NULL,
        centre_id UUID NOT NULL,
        name_zh TEXT,
        name_en TEXT,
        from_day DATE NOT NULL,
        recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_centre_name PRIMARY KEY (id),
        CONSTRAINT fk_centre_name_centre FOREIGN KEY(organisation_id, centre_id) REFERENCES centre (organisation_id, id),
        CONSTRAINT ck_centre_name_named CHECK (name_zh IS NOT NULL OR name_en IS NOT NULL)
    )
    """,
    """
    CREATE INDEX ix_centre_name_centre_id ON centre_name (centre_id, from_day)
    """,
    """
    CREATE TABLE import_fault (
        import_id UUID NOT NULL,
        position INTEGER NOT NULL,
        organisation_id UUID NOT NULL,
        line INTEGER NOT NULL,
        "column" TEXT NOT NULL,
        code TEXT NOT NULL,
        detail TEXT NOT NULL,
        CONSTRAINT pk_import_fault PRIMARY KEY (import_id, position),
        CONSTRAINT fk_import_fault_import FOREIGN KEY(organisation_id, import_id) REFERENCES roster_import (organisation_id, id)
    )
    """,
    """
    CREATE TABLE import_line (
        import_id UUID NOT NULL,
        line INTEGER NOT NULL,
        organisation_id UUID NOT NULL,
        staff_number TEXT NOT NULL,
        name_zh TEXT,
        name_en TEXT,
        work_email TEXT,
        job_role TEXT,
        centre_id UUID NOT NULL,
        staff_record_id UUID NOT NULL,
        is_new BOOLEAN NOT NULL,
        edits_record BOOLEAN NOT NULL,
        edits_place BOOLEAN NOT NULL,
        ends_employment BOOLEAN NOT NULL,
        from_day DATE NOT NULL,
        to_day DATE,
        differs_from DATE,
        from_centre_id UUID,
        outcome VARCHAR(40) NOT NULL,
        CONSTRAINT pk_import_line PRIMARY KEY (import_id, line),
        CONSTRAINT fk_import_line_import FOREIGN KEY(organisation_id, import_id) REFERENCES roster_import (organisation_id, id),
        CONSTRAINT ck_import_line_outcome CHECK (outcome IN ('join', 'move', 'change', 'leave', 'same'))
    )
    """,
    """
    CREATE INDEX ix_import_line_outcome ON import_line (import_id, outcome, line)
    """,
    """
    CREATE TABLE invitation (
        id UUID NOT NULL,
        organisation_id UUID NOT NULL,
        kind VARCHAR(40) NOT NULL,
        staff_record_id UUID,
        email TEXT NOT NULL,
        language TEXT NOT NULL,
        link_id UUID NOT NULL,
        invited_by UUID,
        invited_at TIMESTAMP WITH TIME ZONE NOT NULL,
        sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
        answer VARCHAR(40),
        answered_at TIMESTAMP WITH TIME ZONE,
        answered_by UUID,
        cancelled_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_invitation PRIMARY KEY (id),
        CONSTRAINT fk_invitation_staff_record FOREIGN KEY(organisation_id, staff_record_id) REFERENCES staff_record (organisation_id, id),
        CONSTRAINT ck_invitation_about CHECK ((kind = 'staff') = (staff_record_id IS NOT NULL)),
        CONSTRAINT ck_invitation_answered_when CHECK ((answer IS NULL) = (answered_at IS NULL)),
        CONSTRAINT ck_invitation_accepted_by CHECK (answer <> 'accepted' OR answered_by IS NOT NULL),
        CONSTRAINT ck_invitation_one_end CHECK (answered_at IS NULL OR cancelled_at IS NULL),
        CONSTRAINT fk_invitation_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
        CONSTRAINT ck_invitation_kind CHECK (kind IN ('manager', 'staff')),
        CONSTRAINT fk_invitation_invited_by FOREIGN KEY(invited_by) REFERENCES person (id),
        CONSTRAINT ck_invitation_answer CHECK (answer IN ('accepted', 'declined')),
        CONSTRAINT fk_invitation_answered_by FOREIGN KEY(answered_by) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_invitation_organisation_id ON invitation (organisation_id, id)
    """,
    """
    CREATE UNIQUE INDEX uq_invitation_link_id ON invitation (link_id)
    """,
    """
    CREATE UNIQUE INDEX uq_invitation_open_manager ON invitation (organisation_id, email) WHERE kind = 'manager' AND answered_at IS NULL AND cancelled_at IS NULL
    """,
    """
    CREATE UNIQUE INDEX uq_invitation_open_staff ON invitation (staff_record_id) WHERE answered_at IS NULL AND cancelled_at IS NULL
    """,
    """
    CREATE TABLE past_job_role (
        staff_record_id UUID NOT NULL,
        held_until TIMESTAMP WITH TIME ZONE NOT NULL,
        organisation_id UUID NOT NULL,
        job_role TEXT,
        CONSTRAINT pk_past_job_role PRIMARY KEY (staff_record_id, held_until),
        CONSTRAINT fk_past_job_role_staff_record FOREIGN KEY(organisation_id, staff_record_id) REFERENCES staff_record (organisation_id, id)
    )
    """,
    """
    CREATE TABLE staff_link (
        id UUID NOT NULL,
        organisation_id UUID NOT NULL,
        staff_record_id UUID NOT NULL,
        person_id UUID NOT NULL,
        valid_from DATE NOT NULL,
        valid_to DATE,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        made_by UUID,
        reason TEXT,
        ended_at TIMESTAMP WITH TIME ZONE,
        ended_by UUID,
        end_reason TEXT,
        end_told_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_staff_link PRIMARY KEY (id),
        CONSTRAINT fk_staff_link_staff_record FOREIGN KEY(organisation_id, staff_record_id) REFERENCES staff_record (organisation_id, id),
        CONSTRAINT ck_staff_link_days CHECK (valid_to >= valid_from),
        CONSTRAINT ck_staff_link_ended_when CHECK ((valid_to IS NULL) = (ended_at IS NULL)),
        CONSTRAINT ck_staff_link_told_when CHECK (end_told_at IS NULL OR ended_at IS NOT NULL),
        CONSTRAINT fk_staff_link_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_staff_link_made_by FOREIGN KEY(made_by) REFERENCES person (id),
        CONSTRAINT fk_staff_link_ended_by FOREIGN KEY(ended_by) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_staff_link_end_to_tell ON staff_link (valid_to) WHERE ended_at IS NOT NULL AND end_told_at IS NULL
    """,
    """
    CREATE INDEX ix_staff_link_person_id ON staff_link (person_id)
    """,
    """
    CREATE INDEX ix_staff_link_staff_record_id ON staff_link (staff_record_id)
    """,
    """
    ALTER TABLE centre ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE centre FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY centre_reach ON centre USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
    """
    ALTER TABLE centre_name ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE centre_name FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY centre_name_reach ON centre_name USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
    """
    CREATE TRIGGER centre_name_append_only BEFORE UPDATE OR DELETE ON centre_name FOR EACH ROW EXECUTE FUNCTION lms_refuse_change()
    """,
    """
    ALTER TABLE staff_record ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE staff_record FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY staff_record_reach ON staff_record USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
    """
    ALTER TABLE past_job_role ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE past_job_role FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY past_job_role_reach ON past_job_role USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
    """
    CREATE TRIGGER past_job_role_append_only BEFORE UPDATE OR DELETE ON past_job_role FOR EACH ROW EXECUTE FUNCTION lms_refuse_change()
    """,
    """
    ALTER TABLE staff_link ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE staff_link FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY staff_link_reach ON staff_link USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
    """
    ALTER TABLE assignment ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE assignment FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY assignment_reach ON assignment USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
    """
    ALTER TABLE consent ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE consent FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY consent_reach ON consent USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
    """
    CREATE FUNCTION lms_uuid_head(id uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ('x' || substr(replace(id::text, '-', ''), 1, 16))::bit(64)::bigint $$
    """,
    """
    CREATE FUNCTION lms_uuid_tail(id uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ('x' || substr(replace(id::text, '-', ''), 17, 16))::bit(64)::bigint $$
    """,
    """
    ALTER TABLE staff_link ADD CONSTRAINT ex_staff_link_record EXCLUDE USING gist (int8range(lms_uuid_tail(staff_record_id), lms_uuid_tail(staff_record_id), '[]') WITH &&, int8range(lms_uuid_head(staff_record_id), lms_uuid_head(staff_record_id), '[]') WITH &&, daterange(valid_from, valid_to) WITH &&)
    """,
    """
    ALTER TABLE staff_link ADD CONSTRAINT ex_staff_link_person EXCLUDE USING gist (int8range(lms_uuid_tail(person_id), lms_uuid_tail(person_id), '[]') WITH &&, int8range(lms_uuid_head(person_id), lms_uuid_head(person_id), '[]') WITH &&, int8range(lms_uuid_tail(organisation_id), lms_uuid_tail(organisation_id), '[]') WITH &&, int8range(lms_uuid_head(organisation_id), lms_uuid_head(organisation_id), '[]') WITH &&, daterange(valid_from, valid_to) WITH &&)
    """,
    """
    ALTER TABLE assignment ADD CONSTRAINT ex_assignment_primary EXCLUDE USING gist (int8range(lms_uuid_tail(staff_record_id), lms_uuid_tail(staff_record_id), '[]') WITH &&, int8range(lms_uuid_head(staff_record_id), lms_uuid_head(staff_record_id), '[]') WITH &&, daterange(valid_from, valid_to) WITH &&) WHERE (is_primary AND superseded_at IS NULL)
    """,
    """
    CREATE FUNCTION staff_link_end_stays() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE ends text[] := ARRAY['valid_to', 'ended_at', 'ended_by', 'end_reason', 'end_told_at']; BEGIN IF TG_OP = 'DELETE' OR OLD.end_told_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.valid_to > OLD.valid_to OR to_jsonb(OLD) - ends <> to_jsonb(NEW) - ends THEN RAISE EXCEPTION 'rows of % are closed, never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$
    """,
    """
    CREATE TRIGGER staff_link_end_stays BEFORE UPDATE OR DELETE ON staff_link FOR EACH ROW EXECUTE FUNCTION staff_link_end_stays()
    """,
    """
    CREATE FUNCTION assignment_settled_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'DELETE' OR OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL OR to_jsonb(OLD) - ARRAY['superseded_at'] <> to_jsonb(NEW) - ARRAY['superseded_at'] THEN RAISE EXCEPTION 'rows of % are closed, never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$
    """,
    """
    CREATE TRIGGER assignment_settled_once BEFORE UPDATE OR DELETE ON assignment FOR EACH ROW EXECUTE FUNCTION assignment_settled_once()
    """,
    """
    CREATE FUNCTION consent_settled_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL OR to_jsonb(OLD) - ARRAY['withdrawn_at'] <> to_jsonb(NEW) - ARRAY['withdrawn_at'] THEN RAISE EXCEPTION 'rows of % are closed, never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$
    """,
    """
    CREATE TRIGGER consent_settled_once BEFORE UPDATE OR DELETE ON consent FOR EACH ROW EXECUTE FUNCTION consent_settled_once()
    """,
    """
    ALTER TABLE invitation ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE invitation FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY invitation_reach ON invitation USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
    """
    CREATE FUNCTION invitation_answer_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'an answered invitation is never changed' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
    CREATE TRIGGER invitation_answer_stays BEFORE UPDATE OR DELETE ON invitation FOR EACH ROW WHEN (OLD.answered_at IS NOT NULL) EXECUTE FUNCTION invitation_answer_stays()
    """,
    """
    ALTER TABLE roster_import ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE roster_import FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY roster_import_reach ON roster_import USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
    """
    ALTER TABLE import_line ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE import_line FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY import_line_reach ON import_line USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
    """
    ALTER TABLE import_fault ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE import_fault FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY import_fault_reach ON import_fault USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    msg = "migrations go forward only: restore a backup instead"
    raise RuntimeError(msg)
