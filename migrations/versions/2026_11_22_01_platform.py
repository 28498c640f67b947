"""Tables of the platform part."""

from collections.abc import Sequence

revision: str = "2026_11_22_01_platform"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATEMENTS: tuple[str, ...] = ()


def upgrade() -> None:
    pass


def downgrade() -> None:
    msg = "migrations go forward only: restore a backup instead"
    raise RuntimeError(msg)
