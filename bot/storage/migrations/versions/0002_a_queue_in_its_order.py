"""The index of waiting messages follows the order in which they are claimed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    _index("lane", "id", "send_at")


def downgrade() -> None:
    _index("lane", "send_at", "id")


def _index(*columns: str) -> None:
    op.drop_index("ix_outbox_messages_waiting", table_name="outbox_messages")
    op.create_index(
        "ix_outbox_messages_waiting",
        "outbox_messages",
        list(columns),
        unique=False,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
