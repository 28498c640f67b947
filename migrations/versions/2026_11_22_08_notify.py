"""Tables of the notify part."""

from collections.abc import Sequence

from alembic import op

revision: str = "2026_11_22_08_notify"
down_revision: str | None = "2026_11_22_07_centres"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE delivery (
        id UUID NOT NULL,
        cause_id UUID NOT NULL,
        template TEXT NOT NULL,
        recipient TEXT NOT NULL,
        link_id UUID,
        context JSONB,
        state VARCHAR(40) NOT NULL,
        tries INTEGER NOT NULL,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        next_try_at TIMESTAMP WITH TIME ZONE,
        settled_at TIMESTAMP WITH TIME ZONE,
        last_error TEXT,
        CONSTRAINT pk_delivery PRIMARY KEY (id),
        CONSTRAINT uq_delivery_cause UNIQUE (cause_id, recipient, template),
        CONSTRAINT ck_delivery_settled_when CHECK ((state = 'waiting') = (settled_at IS NULL)),
        CONSTRAINT ck_delivery_tried_again CHECK ((state = 'waiting') = (next_try_at IS NOT NULL)),
        CONSTRAINT ck_delivery_forgotten CHECK ((state = 'waiting') = (context IS NOT NULL)),
        CONSTRAINT ck_delivery_tries CHECK (tries >= 0),
        CONSTRAINT ck_delivery_state CHECK (state IN ('waiting', 'sent', 'refused', 'given_up', 'needless'))
    )
    """,
    """
    CREATE INDEX ix_delivery_due ON delivery (next_try_at, id) WHERE state = 'waiting'
    """,
    """
    CREATE INDEX ix_delivery_settled_at ON delivery (settled_at) WHERE settled_at IS NOT NULL
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    msg = "migrations go forward only: restore a backup instead"
    raise RuntimeError(msg)
