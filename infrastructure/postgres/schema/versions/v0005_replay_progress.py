"""Who works on a session says how far a replay of it is."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PROGRESS = "ALTER TABLE leases ADD COLUMN done integer, ADD COLUMN total integer"


def upgrade() -> None:
    op.execute(_PROGRESS)


def downgrade() -> None:
    raise NotImplementedError("the event log is never taken down")
