"""Tables of the learning part."""

from collections.abc import Sequence

revision: str = "2026_11_22_04_learning"
down_revision: str | None = "2026_11_22_03_orgs"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATEMENTS: tuple[str, ...] = ()


def upgrade() -> None:
    pass


def downgrade() -> None:
    msg = "migrations go forward only: restore a backup instead"
    raise RuntimeError(msg)
