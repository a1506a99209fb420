"""Sending under control: pause, cancel, the rule for unclear cards; a queue read in its order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    with op.batch_alter_table("outbox_messages") as batch_op:
        batch_op.drop_index("ix_outbox_messages_waiting")
        batch_op.create_index(
            "ix_outbox_messages_waiting",
            ["lane", "id", "send_at"],
            unique=False,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        )
    with op.batch_alter_table("directives") as batch_op:
        batch_op.add_column(
            sa.Column("sending", sa.String(length=32), nullable=False, server_default="running")
        )
        batch_op.add_column(sa.Column("pause_reason", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("when_unclear", sa.String(length=32), nullable=False, server_default="resend")
        )
        batch_op.add_column(sa.Column("send_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("drafts") as batch_op:
        batch_op.add_column(
            sa.Column("when_unclear", sa.String(length=32), nullable=False, server_default="resend")
        )
        batch_op.add_column(sa.Column("send_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("drafts") as batch_op:
        batch_op.drop_column("send_at")
        batch_op.drop_column("when_unclear")
    with op.batch_alter_table("directives") as batch_op:
        batch_op.drop_column("send_at")
        batch_op.drop_column("when_unclear")
        batch_op.drop_column("pause_reason")
        batch_op.drop_column("sending")
    with op.batch_alter_table("outbox_messages") as batch_op:
        batch_op.drop_index("ix_outbox_messages_waiting")
        batch_op.create_index(
            "ix_outbox_messages_waiting",
            ["lane", "send_at", "id"],
            unique=False,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        )
