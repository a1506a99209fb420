"""Sending that can be paused, cancelled, scheduled, held when unclear, and proven by a press."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_PAUSED = sa.text("sending = 'paused'")


def upgrade() -> None:
    for table in ("drafts", "directives"):
        op.add_column(table, _word("when_unclear", "resend"))
        op.add_column(table, sa.Column("send_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("directives", _word("sending", "running"))
    op.add_column("directives", sa.Column("pause_reason", sa.String(64), nullable=True))
    op.create_index(
        "ix_directives_paused",
        "directives",
        ["id"],
        sqlite_where=_PAUSED,
        postgresql_where=_PAUSED,
    )
    op.add_column("outbox_messages", sa.Column("seen_message_id", sa.BigInteger(), nullable=True))
    op.add_column("chats", sa.Column("topic_id", sa.BigInteger(), nullable=True))


def _word(name: str, of_old_rows: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(32), nullable=False, server_default=of_old_rows)


def downgrade() -> None:
    op.drop_column("chats", "topic_id")
    op.drop_column("outbox_messages", "seen_message_id")
    op.drop_index("ix_directives_paused", table_name="directives")
    op.drop_column("directives", "pause_reason")
    op.drop_column("directives", "sending")
    for table in ("directives", "drafts"):
        op.drop_column(table, "send_at")
        op.drop_column(table, "when_unclear")
