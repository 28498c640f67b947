"""The centre certificate: policy, standing, evaluations, decisions, periods, bars, cases."""

from collections.abc import Sequence

from alembic import op

revision: str = "2026_11_22_07_centres"
down_revision: str | None = "2026_11_22_06_certs"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE centre_policy (
        version INTEGER NOT NULL,
        effective_from DATE NOT NULL,
        document JSONB NOT NULL,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        proposal_id UUID,
        CONSTRAINT pk_centre_policy PRIMARY KEY (version),
        CONSTRAINT fk_centre_policy_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id)
    )
    """,
    """
    CREATE TABLE centre_standing (
        centre_id UUID NOT NULL,
        organisation_id UUID NOT NULL,
        seq BIGINT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        day DATE NOT NULL,
        policy_version INTEGER NOT NULL,
        policies_seen INTEGER NOT NULL,
        counted INTEGER NOT NULL,
        qualified INTEGER NOT NULL,
        required INTEGER,
        outcome VARCHAR(40) NOT NULL,
        health VARCHAR(40),
        nobody_to_spare BOOLEAN NOT NULL,
        breaks_on DATE,
        next_evaluation_at TIMESTAMP WITH TIME ZONE,
        looked_back_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_centre_standing PRIMARY KEY (centre_id),
        CONSTRAINT fk_centre_standing_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
        CONSTRAINT fk_centre_standing_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
        CONSTRAINT fk_centre_standing_policy_version FOREIGN KEY(policy_version) REFERENCES centre_policy (version),
        CONSTRAINT ck_centre_standing_outcome CHECK (outcome IN ('met', 'not_met', 'not_evaluable', 'below_minimum')),
        CONSTRAINT ck_centre_standing_health CHECK (health IN ('ok', 'at_risk', 'below'))
    )
    """,
    """
    CREATE INDEX ix_centre_standing_due ON centre_standing (next_evaluation_at)
    """,
    """
    CREATE INDEX ix_centre_standing_health ON centre_standing (health, centre_id)
    """,
    """
    CREATE INDEX ix_centre_standing_organisation_id ON centre_standing (organisation_id)
    """,
    """
    CREATE INDEX ix_centre_standing_policies_seen ON centre_standing (policies_seen)
    """,
    """
    CREATE TABLE centre_evaluation (
        centre_id UUID NOT NULL,
        seq BIGINT NOT NULL,
        organisation_id UUID NOT NULL,
        day DATE NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        counted INTEGER NOT NULL,
        qualified INTEGER NOT NULL,
        required INTEGER,
        outcome VARCHAR(40) NOT NULL,
        policy_version INTEGER NOT NULL,
        cause TEXT NOT NULL,
        CONSTRAINT pk_centre_evaluation PRIMARY KEY (centre_id, seq),
        CONSTRAINT ck_centre_evaluation_tally CHECK (0 <= qualified AND qualified <= counted),
        CONSTRAINT fk_centre_evaluation_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
        CONSTRAINT ck_centre_evaluation_outcome CHECK (outcome IN ('met', 'not_met', 'not_evaluable', 'below_minimum')),
        CONSTRAINT fk_centre_evaluation_policy_version FOREIGN KEY(policy_version) REFERENCES centre_policy (version)
    )
    """,
    """
    CREATE INDEX ix_centre_evaluation_at ON centre_evaluation (centre_id, at)
    """,
    """
    CREATE TABLE centre_award (
        id UUID NOT NULL,
        issuer_id UUID NOT NULL,
        organisation_id UUID NOT NULL,
        centre_id UUID NOT NULL,
        from_day DATE NOT NULL,
        last_day DATE NOT NULL,
        state VARCHAR(40) NOT NULL,
        settled_at TIMESTAMP WITH TIME ZONE,
        renews_id UUID,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_centre_award PRIMARY KEY (id),
        CONSTRAINT ck_centre_award_period CHECK (from_day <= last_day),
        CONSTRAINT fk_centre_award_issuer_id FOREIGN KEY(issuer_id) REFERENCES issuer (id),
        CONSTRAINT fk_centre_award_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
        CONSTRAINT fk_centre_award_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
        CONSTRAINT ck_centre_award_state CHECK (state IN ('in_force', 'suspended', 'revoked', 'lapsed', 'void')),
        CONSTRAINT fk_centre_award_renews_id FOREIGN KEY(renews_id) REFERENCES centre_award (id)
    )
    """,
    """
    CREATE INDEX ix_centre_award_centre ON centre_award (centre_id, from_day)
    """,
    """
    CREATE INDEX ix_centre_award_register ON centre_award (centre_id, last_day) WHERE state = 'in_force'
    """,
    """
    CREATE TABLE centre_decision (
        id UUID NOT NULL,
        centre_id UUID NOT NULL,
        organisation_id UUID NOT NULL,
        seq BIGINT NOT NULL,
        kind VARCHAR(40) NOT NULL,
        day DATE NOT NULL,
        zone TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        policy_version INTEGER NOT NULL,
        counted INTEGER NOT NULL,
        qualified INTEGER NOT NULL,
        required INTEGER,
        outcome VARCHAR(40) NOT NULL,
        centre_award_id UUID,
        roster_fell BOOLEAN NOT NULL,
        decided_by UUID,
        reason TEXT,
        evidence BYTEA NOT NULL,
        evidence_hash BYTEA NOT NULL,
        CONSTRAINT pk_centre_decision PRIMARY KEY (id),
        CONSTRAINT uq_centre_decision_seq UNIQUE (centre_id, seq),
        CONSTRAINT fk_centre_decision_evaluation FOREIGN KEY(centre_id, seq) REFERENCES centre_evaluation (centre_id, seq),
        CONSTRAINT fk_centre_decision_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
        CONSTRAINT ck_centre_decision_kind CHECK (kind IN ('issue', 'renew', 'refuse_renewal', 'lapse', 'suspend', 'reinstate', 'revoke', 'void')),
        CONSTRAINT fk_centre_decision_policy_version FOREIGN KEY(policy_version) REFERENCES centre_policy (version),
        CONSTRAINT ck_centre_decision_outcome CHECK (outcome IN ('met', 'not_met', 'not_evaluable', 'below_minimum')),
        CONSTRAINT fk_centre_decision_centre_award_id FOREIGN KEY(centre_award_id) REFERENCES centre_award (id)
    )
    """,
    """
    CREATE INDEX ix_centre_decision_award ON centre_decision (centre_award_id, seq)
    """,
    """
    CREATE TABLE centre_bar (
        id UUID NOT NULL,
        organisation_id UUID NOT NULL,
        centre_id UUID NOT NULL,
        kind VARCHAR(40) NOT NULL,
        reason TEXT NOT NULL,
        until_day DATE,
        set_at TIMESTAMP WITH TIME ZONE NOT NULL,
        set_by UUID NOT NULL,
        lifted_at TIMESTAMP WITH TIME ZONE,
        lifted_by UUID,
        lift_reason TEXT,
        CONSTRAINT pk_centre_bar PRIMARY KEY (id),
        CONSTRAINT ck_centre_bar_lifted CHECK ((lifted_at IS NULL) = (lifted_by IS NULL)),
        CONSTRAINT fk_centre_bar_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
        CONSTRAINT fk_centre_bar_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
        CONSTRAINT ck_centre_bar_kind CHECK (kind IN ('revocation', 'investigation'))
    )
    """,
    """
    CREATE INDEX ix_centre_bar_standing ON centre_bar (centre_id) WHERE lifted_at IS NULL
    """,
    """
    CREATE TABLE roster_attestation (
        id UUID NOT NULL,
        organisation_id UUID NOT NULL,
        centre_id UUID NOT NULL,
        day DATE NOT NULL,
        counted INTEGER NOT NULL,
        roster_hash BYTEA NOT NULL,
        attested_by UUID NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_roster_attestation PRIMARY KEY (id),
        CONSTRAINT fk_roster_attestation_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
        CONSTRAINT fk_roster_attestation_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
    )
    """,
    """
    CREATE INDEX ix_roster_attestation_centre ON roster_attestation (centre_id, at)
    """,
    """
    CREATE TABLE centre_case (
        id UUID NOT NULL,
        organisation_id UUID NOT NULL,
        centre_id UUID NOT NULL,
        decision_id UUID,
        kind VARCHAR(40) NOT NULL,
        state VARCHAR(40) NOT NULL,
        findings JSONB NOT NULL,
        opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
        settled_at TIMESTAMP WITH TIME ZONE,
        settled_by UUID,
        resolution TEXT,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_centre_case PRIMARY KEY (id),
        CONSTRAINT ck_centre_case_settled CHECK ((state = 'settled') = (settled_at IS NOT NULL)),
        CONSTRAINT fk_centre_case_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
        CONSTRAINT fk_centre_case_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
        CONSTRAINT fk_centre_case_decision_id FOREIGN KEY(decision_id) REFERENCES centre_decision (id),
        CONSTRAINT ck_centre_case_kind CHECK (kind IN ('award_void', 'correction', 'reconciliation')),
        CONSTRAINT ck_centre_case_state CHECK (state IN ('open', 'settled'))
    )
    """,
    """
    CREATE UNIQUE INDEX uq_centre_case_open ON centre_case (centre_id, kind, decision_id) NULLS NOT DISTINCT WHERE state = 'open'
    """,
    """
    ALTER TABLE centre_award ADD CONSTRAINT ex_centre_award_one_at_a_time EXCLUDE USING gist (uuidrange(centre_id, centre_id, '[]') WITH &&, daterange(from_day, last_day, '[]') WITH &&) WHERE (state IN ('in_force', 'suspended'))
    """,
    """
    ALTER TABLE centre_standing ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE centre_standing FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY centre_standing_reach ON centre_standing USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
    """
    ALTER TABLE centre_evaluation ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE centre_evaluation FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY centre_evaluation_reach ON centre_evaluation USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
    """
    ALTER TABLE centre_award ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE centre_award FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY centre_award_reach ON centre_award USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
    """
    ALTER TABLE centre_decision ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE centre_decision FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY centre_decision_reach ON centre_decision USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
    """
    ALTER TABLE centre_bar ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE centre_bar FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY centre_bar_reach ON centre_bar USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
    """
    ALTER TABLE roster_attestation ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE roster_attestation FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY roster_attestation_reach ON roster_attestation USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
    """
    ALTER TABLE centre_case ENABLE ROW LEVEL SECURITY
    """,
    """
    ALTER TABLE centre_case FORCE ROW LEVEL SECURITY
    """,
    """
    CREATE POLICY centre_case_reach ON centre_case USING (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END) WITH CHECK (CASE WHEN current_setting('lms.reach', true) = 'issuer' THEN true ELSE organisation_id::text = current_setting('lms.reach', true) END)
    """,
    """
    CREATE TRIGGER centre_policy_append_only BEFORE UPDATE OR DELETE ON centre_policy FOR EACH ROW EXECUTE FUNCTION lms_refuse_change()
    """,
    """
    CREATE TRIGGER centre_evaluation_append_only BEFORE UPDATE OR DELETE ON centre_evaluation FOR EACH ROW EXECUTE FUNCTION lms_refuse_change()
    """,
    """
    CREATE TRIGGER centre_decision_append_only BEFORE UPDATE OR DELETE ON centre_decision FOR EACH ROW EXECUTE FUNCTION lms_refuse_change()
    """,
    """
    CREATE TRIGGER roster_attestation_append_only BEFORE UPDATE OR DELETE ON roster_attestation FOR EACH ROW EXECUTE FUNCTION lms_refuse_change()
    """,
    """
    ALTER TABLE certificate_order ADD CONSTRAINT fk_certificate_order_centre_award_id FOREIGN KEY(centre_award_id) REFERENCES centre_award (id)
    """,
    """
    ALTER TABLE certificate ADD CONSTRAINT fk_certificate_centre_award_id FOREIGN KEY(centre_award_id) REFERENCES centre_award (id)
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    msg = "migrations go forward only: restore a backup instead"
    raise RuntimeError(msg)
