"""Reminding of receipts, by plans of one's own, over periods; reminders put off; digests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_digests")),
    )
    with op.batch_alter_table("addressees", schema=None) as batch_op:
        batch_op.add_column(sa.Column("next_reminder_at", _MOMENT, nullable=True))
        _index_what_is_set(batch_op, "addressees", "next_reminder_at")

    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("period", sa.String(length=10), nullable=False, server_default="")
        )
        batch_op.drop_constraint(batch_op.f("uq_assignments_task_id_addressee_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_assignments_task_id_addressee_id_period"),
            ["task_id", "addressee_id", "period"],
        )

    with op.batch_alter_table("chases", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kind", sa.String(length=32), nullable=False, server_default="receipt")
        )

    for table, column in (
        ("chats", "weekly_digest"),
        ("units", "reminds_group"),
        ("directives", "passes_quiet"),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(
                sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false())
            )

    for table in ("directives", "drafts", "draft_tasks", "tasks"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("reminder_plan", sa.String(length=40), nullable=True))

    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("passes_quiet", sa.Boolean(), nullable=True))

    for table in ("draft_tasks", "tasks"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("every", sa.String(length=32), nullable=True))
            batch_op.add_column(sa.Column("every_day", sa.Integer(), nullable=True))

    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("next_period_at", _MOMENT, nullable=True))
        _index_what_is_set(batch_op, "tasks", "next_period_at")

    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("addressee_id", _ROW_ID, nullable=True))
        batch_op.add_column(sa.Column("hold_until", _MOMENT, nullable=True))
        batch_op.add_column(sa.Column("ending", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("person_id", _ROW_ID, nullable=True))
        batch_op.alter_column("assignment_id", existing_type=_ROW_ID, nullable=True)
        batch_op.alter_column("chat_id", existing_type=_ROW_ID, nullable=True)
        batch_op.create_unique_constraint(
            batch_op.f("uq_reminders_addressee_id_chat_id_step_deadline_at"),
            ["addressee_id", "chat_id", "step", "deadline_at"],
        )
        batch_op.create_check_constraint(
            op.f("ck_reminders_about_one"), "(assignment_id IS NULL) <> (addressee_id IS NULL)"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_reminders_addressee_id_addressees"),
            "addressees",
            ["addressee_id"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_reminders_person_id_persons"), "persons", ["person_id"], ["id"]
        )
        _index_what_is_set(batch_op, "reminders", "hold_until")
        batch_op.create_index("ix_reminders_chat_id_queued_at", ["chat_id", "queued_at"])
        batch_op.create_index(
            "ix_reminders_held_of_chat",
            ["chat_id"],
            sqlite_where=sa.text("hold_until IS NOT NULL"),
            postgresql_where=sa.text("hold_until IS NOT NULL"),
        )

    _urgent_ones_pass_quiet_time()
    _remind_of_receipts_to_come()


def _index_what_is_set(batch_op: BatchOperations, table: str, column: str) -> None:
    batch_op.create_index(
        f"ix_{table}_{column}",
        [column],
        unique=False,
        sqlite_where=sa.text(f"{column} IS NOT NULL"),
        postgresql_where=sa.text(f"{column} IS NOT NULL"),
    )


def _urgent_ones_pass_quiet_time() -> None:
    """As they did before anybody could choose."""
    for name in ("directives", "drafts"):
        table = sa.table(name, sa.column("urgency"), sa.column("passes_quiet"))
        op.execute(
            sa.update(table).where(table.c.urgency.is_not(None)).values(passes_quiet=sa.true())
        )


def _remind_of_receipts_to_come() -> None:
    """Whose time to confirm is over was never reminded, and is not all at once now."""
    addressees = sa.table(
        "addressees",
        sa.column("directive_id"),
        sa.column("acknowledge_due_at", _MOMENT),
        sa.column("next_reminder_at", _MOMENT),
    )
    directives = sa.table("directives", sa.column("id"), sa.column("closed_at"))
    still_open = sa.select(directives.c.id).where(directives.c.closed_at.is_(None))
    op.execute(
        sa.update(addressees)
        .where(
            addressees.c.acknowledge_due_at > sa.func.current_timestamp(),
            addressees.c.directive_id.in_(still_open),
        )
        .values(next_reminder_at=addressees.c.acknowledge_due_at)
    )


def downgrade() -> None:
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.drop_column("reminds_group")

    with op.batch_alter_table("tasks", schema=None) as batch_op:
        _drop_index(batch_op, "tasks", "next_period_at")
        for column in ("next_period_at", "every_day", "every", "reminder_plan"):
            batch_op.drop_column(column)

    op.execute(
        sa.text(
            "DELETE FROM reminders WHERE assignment_id IS NULL OR chat_id IS NULL"
            " OR outbox_message_id IS NULL"
        )
    )
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_reminders_addressee_id_addressees"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("fk_reminders_person_id_persons"), type_="foreignkey")
        batch_op.drop_constraint(
            batch_op.f("uq_reminders_addressee_id_chat_id_step_deadline_at"), type_="unique"
        )
        batch_op.drop_constraint(op.f("ck_reminders_about_one"), type_="check")
        _drop_index(batch_op, "reminders", "hold_until")
        batch_op.drop_index("ix_reminders_chat_id_queued_at")
        batch_op.drop_index(
            "ix_reminders_held_of_chat",
            sqlite_where=sa.text("hold_until IS NOT NULL"),
            postgresql_where=sa.text("hold_until IS NOT NULL"),
        )
        batch_op.alter_column("chat_id", existing_type=_ROW_ID, nullable=False)
        batch_op.alter_column("assignment_id", existing_type=_ROW_ID, nullable=False)
        for column in ("person_id", "ending", "hold_until", "addressee_id"):
            batch_op.drop_column(column)

    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_column("reminder_plan")
        batch_op.drop_column("passes_quiet")

    with op.batch_alter_table("draft_tasks", schema=None) as batch_op:
        for column in ("every_day", "every", "reminder_plan"):
            batch_op.drop_column(column)

    with op.batch_alter_table("directives", schema=None) as batch_op:
        batch_op.drop_column("reminder_plan")
        batch_op.drop_column("passes_quiet")

    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.drop_column("weekly_digest")

    with op.batch_alter_table("chases", schema=None) as batch_op:
        batch_op.drop_column("kind")

    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_assignments_task_id_addressee_id_period"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_assignments_task_id_addressee_id"), ["task_id", "addressee_id"]
        )
        batch_op.drop_column("period")

    with op.batch_alter_table("addressees", schema=None) as batch_op:
        _drop_index(batch_op, "addressees", "next_reminder_at")
        batch_op.drop_column("next_reminder_at")

    op.drop_table("digests")


def _drop_index(batch_op: BatchOperations, table: str, column: str) -> None:
    batch_op.drop_index(
        f"ix_{table}_{column}",
        sqlite_where=sa.text(f"{column} IS NOT NULL"),
        postgresql_where=sa.text(f"{column} IS NOT NULL"),
    )
