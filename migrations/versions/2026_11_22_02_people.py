"""People: register, grants, one-time links, passwords, second factors, sessions and their keys."""

from collections.abc import Sequence

from alembic import op

revision: str = "2026_11_22_02_people"
down_revision: str | None = "2026_11_22_01_platform"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE person (
        id UUID NOT NULL,
        issuer_id UUID NOT NULL,
        name_zh TEXT,
        family_name_en TEXT,
        given_name_en TEXT,
        name_order VARCHAR(40) NOT NULL,
        language VARCHAR(40) NOT NULL,
        email TEXT NOT NULL,
        email_verified_at TIMESTAMP WITH TIME ZONE,
        state VARCHAR(40) NOT NULL,
        epoch INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        search_grams TEXT[] NOT NULL,
        CONSTRAINT pk_person PRIMARY KEY (id),
        CONSTRAINT uq_person_email UNIQUE (issuer_id, email),
        CONSTRAINT ck_person_email_form CHECK (email = lower(email) AND position('@' IN email) > 1),
        CONSTRAINT ck_person_named CHECK (name_zh IS NOT NULL OR family_name_en IS NOT NULL OR given_name_en IS NOT NULL),
        CONSTRAINT ck_person_counters CHECK (epoch >= 1 AND revision >= 1),
        CONSTRAINT fk_person_issuer_id FOREIGN KEY(issuer_id) REFERENCES issuer (id),
        CONSTRAINT ck_person_name_order CHECK (name_order IN ('family_first', 'given_first')),
        CONSTRAINT ck_person_language CHECK (language IN ('zh-Hant', 'en')),
        CONSTRAINT ck_person_state CHECK (state IN ('active', 'disabled'))
    )
    """,
    """
    CREATE INDEX ix_person_search_grams ON person USING gin (search_grams)
    """,
    """
    CREATE TABLE account_notice (
        id UUID NOT NULL,
        person_id UUID NOT NULL,
        email TEXT NOT NULL,
        CONSTRAINT pk_account_notice PRIMARY KEY (id),
        CONSTRAINT fk_account_notice_person_id FOREIGN KEY(person_id) REFERENCES person (id)
    )
    """,
    """
    CREATE TABLE role_grant (
        id UUID NOT NULL,
        person_id UUID NOT NULL,
        role VARCHAR(40) NOT NULL,
        scope_id UUID,
        granted_by UUID,
        granted_at TIMESTAMP WITH TIME ZONE NOT NULL,
        revoked_by UUID,
        revoked_at TIMESTAMP WITH TIME ZONE,
        reason TEXT,
        CONSTRAINT pk_role_grant PRIMARY KEY (id),
        CONSTRAINT ck_role_grant_scope CHECK ((role = 'company_manager') = (scope_id IS NOT NULL)),
        CONSTRAINT ck_role_grant_revoked_when CHECK (revoked_at IS NOT NULL OR revoked_by IS NULL),
        CONSTRAINT fk_role_grant_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT ck_role_grant_role CHECK (role IN ('admin', 'trainer', 'examiner', 'auditor', 'company_manager')),
        CONSTRAINT fk_role_grant_granted_by FOREIGN KEY(granted_by) REFERENCES person (id),
        CONSTRAINT fk_role_grant_revoked_by FOREIGN KEY(revoked_by) REFERENCES person (id)
    )
    """,
    """
    CREATE INDEX ix_role_grant_scope ON role_grant (scope_id) WHERE scope_id IS NOT NULL
    """,
    """
    CREATE UNIQUE INDEX uq_role_grant_open ON role_grant (person_id, role, scope_id) NULLS NOT DISTINCT WHERE revoked_at IS NULL
    """,
    """
    CREATE TABLE one_time_link (
        id UUID NOT NULL,
        purpose VARCHAR(40) NOT NULL,
        email TEXT NOT NULL,
        language VARCHAR(40) NOT NULL,
        scope_id UUID,
        subject JSONB NOT NULL,
        nonce BYTEA NOT NULL,
        token_hash BYTEA,
        hours INTEGER NOT NULL,
        made_by UUID,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        sent_at TIMESTAMP WITH TIME ZONE,
        times_asked INTEGER NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
        used_at TIMESTAMP WITH TIME ZONE,
        cancelled_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_one_time_link PRIMARY KEY (id),
        CONSTRAINT ck_one_time_link_one_end CHECK (used_at IS NULL OR cancelled_at IS NULL),
        CONSTRAINT ck_one_time_link_purpose CHECK (purpose IN ('verify_email', 'reset_password', 'invite_manager', 'invite_staff')),
        CONSTRAINT ck_one_time_link_language CHECK (language IN ('zh-Hant', 'en'))
    )
    """,
    """
    CREATE INDEX ix_one_time_link_expires_at ON one_time_link (expires_at)
    """,
    """
    CREATE INDEX ix_one_time_link_open ON one_time_link (scope_id, purpose, id) WHERE used_at IS NULL AND cancelled_at IS NULL
    """,
    """
    CREATE UNIQUE INDEX uq_one_time_link_token_hash ON one_time_link (token_hash) WHERE token_hash IS NOT NULL
    """,
    """
    CREATE TABLE credential (
        person_id UUID NOT NULL,
        password_hash TEXT NOT NULL,
        stands_alone BOOLEAN NOT NULL,
        changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_credential PRIMARY KEY (person_id),
        CONSTRAINT fk_credential_person_id FOREIGN KEY(person_id) REFERENCES person (id)
    )
    """,
    """
    CREATE TABLE sign_in_tries (
        address_hash BYTEA NOT NULL,
        count INTEGER NOT NULL,
        last_at TIMESTAMP WITH TIME ZONE NOT NULL,
        locked_until TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_sign_in_tries PRIMARY KEY (address_hash)
    )
    """,
    """
    CREATE INDEX ix_sign_in_tries_last_at ON sign_in_tries (last_at)
    """,
    """
    CREATE TABLE second_factor (
        person_id UUID NOT NULL,
        sealed_secret BYTEA NOT NULL,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        confirmed_at TIMESTAMP WITH TIME ZONE,
        last_step BIGINT,
        CONSTRAINT pk_second_factor PRIMARY KEY (person_id),
        CONSTRAINT fk_second_factor_person_id FOREIGN KEY(person_id) REFERENCES person (id)
    )
    """,
    """
    CREATE TABLE recovery_code (
        person_id UUID NOT NULL,
        code_hash BYTEA NOT NULL,
        used_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_recovery_code PRIMARY KEY (person_id, code_hash),
        CONSTRAINT fk_recovery_code_person_id FOREIGN KEY(person_id) REFERENCES second_factor (person_id)
    )
    """,
    """
    CREATE TABLE login_session (
        id UUID NOT NULL,
        person_id UUID NOT NULL,
        epoch INTEGER NOT NULL,
        methods TEXT NOT NULL,
        device TEXT NOT NULL,
        started_at TIMESTAMP WITH TIME ZONE NOT NULL,
        last_used_at TIMESTAMP WITH TIME ZONE NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ended_at TIMESTAMP WITH TIME ZONE,
        ended_because VARCHAR(40),
        CONSTRAINT pk_login_session PRIMARY KEY (id),
        CONSTRAINT ck_login_session_ended_why CHECK ((ended_at IS NULL) = (ended_because IS NULL)),
        CONSTRAINT ck_login_session_methods CHECK (methods IN ('pwd', 'pwd otp')),
        CONSTRAINT fk_login_session_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT ck_login_session_ended_because CHECK (ended_because IN ('signed_out', 'revoked', 'reuse'))
    )
    """,
    """
    CREATE INDEX ix_login_session_expires_at ON login_session (expires_at)
    """,
    """
    CREATE INDEX ix_login_session_person ON login_session (person_id) WHERE ended_at IS NULL
    """,
    """
    CREATE TABLE refresh_token (
        token_hash BYTEA NOT NULL,
        session_id UUID NOT NULL,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        used_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_refresh_token PRIMARY KEY (token_hash),
        CONSTRAINT fk_refresh_token_session_id FOREIGN KEY(session_id) REFERENCES login_session (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX ix_refresh_token_session_id ON refresh_token (session_id)
    """,
    """
    CREATE TABLE session_key (
        id TEXT NOT NULL,
        sealed_private BYTEA NOT NULL,
        public BYTEA NOT NULL,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        signs_from TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_session_key PRIMARY KEY (id)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    msg = "migrations go forward only: restore a backup instead"
    raise RuntimeError(msg)
