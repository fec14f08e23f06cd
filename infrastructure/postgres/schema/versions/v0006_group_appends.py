"""Appends of a group are written by a statement that no cursor reads."""

from alembic import op

from infrastructure.postgres.schema.append_events import APPEND_EVENTS

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(APPEND_EVENTS)


def downgrade() -> None:
    raise NotImplementedError("the event log is never taken down")
