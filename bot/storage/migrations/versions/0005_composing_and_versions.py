"""Composing in full: parts, units and people, approval, templates; and versions of directives."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("draft_id", _ROW_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.String(length=300), nullable=False),
        sa.Column("file_unique_id", sa.String(length=100), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("is_picture", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_attachments_draft_id_drafts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("draft_id", "position", name=op.f("uq_attachments_draft_id_position")),
    )
    op.create_table(
        "draft_units",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("draft_id", _ROW_ID, nullable=False),
        sa.Column("unit_id", _ROW_ID, nullable=False),
        sa.Column("excluded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_draft_units_draft_id_drafts")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_draft_units_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_units")),
        sa.UniqueConstraint("draft_id", "unit_id", name=op.f("uq_draft_units_draft_id_unit_id")),
    )
    with op.batch_alter_table("draft_units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_units_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "addressee_people",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("addressee_id", _ROW_ID, nullable=False),
        sa.Column("person_id", _ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["addressee_id"],
            ["addressees.id"],
            name=op.f("fk_addressee_people_addressee_id_addressees"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_addressee_people_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addressee_people")),
        sa.UniqueConstraint(
            "addressee_id", "person_id", name=op.f("uq_addressee_people_addressee_id_person_id")
        ),
    )
    with op.batch_alter_table("addressee_people", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_addressee_people_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "directive_versions",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("directive_id", _ROW_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", _ROW_ID, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("asks_again", sa.Boolean(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["directive_id"],
            ["directives.id"],
            name=op.f("fk_directive_versions_directive_id_directives"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_directive_versions_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive_versions")),
        sa.UniqueConstraint(
            "directive_id", "version", name=op.f("uq_directive_versions_directive_id_version")
        ),
    )
    op.create_table(
        "draft_people",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("draft_id", _ROW_ID, nullable=False),
        sa.Column("unit_id", _ROW_ID, nullable=False),
        sa.Column("person_id", _ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_draft_people_draft_id_drafts")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_draft_people_person_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_draft_people_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_people")),
        sa.UniqueConstraint(
            "draft_id",
            "unit_id",
            "person_id",
            name=op.f("uq_draft_people_draft_id_unit_id_person_id"),
        ),
    )
    with op.batch_alter_table("draft_people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_people_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_draft_people_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "draft_task_parts",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("draft_task_id", _ROW_ID, nullable=False),
        sa.Column("group_id", _ROW_ID, nullable=True),
        sa.Column("unit_id", _ROW_ID, nullable=True),
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_task_id"],
            ["draft_tasks.id"],
            name=op.f("fk_draft_task_parts_draft_task_id_draft_tasks"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_draft_task_parts_group_id_groups")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_draft_task_parts_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_task_parts")),
        sa.UniqueConstraint(
            "draft_task_id", "group_id", name=op.f("uq_draft_task_parts_draft_task_id_group_id")
        ),
        sa.UniqueConstraint(
            "draft_task_id", "unit_id", name=op.f("uq_draft_task_parts_draft_task_id_unit_id")
        ),
    )
    with op.batch_alter_table("draft_task_parts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_draft_task_parts_draft_task_id"), ["draft_task_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_draft_task_parts_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "recurrences",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("draft_id", _ROW_ID, nullable=False),
        sa.Column("every", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", _ROW_ID, nullable=False),
        sa.Column("chat_id", _ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_recurrences_chat_id_chats")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_recurrences_draft_id_drafts")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_recurrences_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurrences")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_recurrences_draft_id")),
    )
    with op.batch_alter_table("recurrences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recurrences_next_at"), ["next_at"], unique=False)

    op.create_table(
        "card_versions",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("card_id", _ROW_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["cards.id"], name=op.f("fk_card_versions_card_id_cards")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_versions")),
        sa.UniqueConstraint("card_id", "version", name=op.f("uq_card_versions_card_id_version")),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("part", sa.String(length=32), nullable=False, server_default="lead")
        )

    with op.batch_alter_table("directives", schema=None) as batch_op:
        batch_op.add_column(sa.Column("relation", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("related_id", _ROW_ID, nullable=True))
        batch_op.add_column(
            sa.Column("acknowledge_from", sa.Integer(), nullable=False, server_default="1")
        )
        batch_op.add_column(sa.Column("ending", sa.String(length=32), nullable=True))
        batch_op.create_index(batch_op.f("ix_directives_related_id"), ["related_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_directives_related_id_directives"), "directives", ["related_id"], ["id"]
        )

    with op.batch_alter_table("draft_groups", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("excluded", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    with op.batch_alter_table("draft_tasks", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("expected_articles", sa.Integer(), nullable=False, server_default="1")
        )
        batch_op.add_column(sa.Column("working_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("task_id", _ROW_ID, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_draft_tasks_task_id_tasks"), "tasks", ["task_id"], ["id"]
        )

    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("relation", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("related_id", _ROW_ID, nullable=True))
        batch_op.add_column(sa.Column("corrects_id", _ROW_ID, nullable=True))
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column("asks_again", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reviewed_by", _ROW_ID, nullable=True))
        batch_op.add_column(sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("review_note", sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f("ix_drafts_corrects_id"), ["corrects_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_drafts_reviewed_by_persons"), "persons", ["reviewed_by"], ["id"]
        )

    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("erasure_asked_at", sa.DateTime(timezone=True), nullable=True)
        )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("removed_in", sa.Integer(), nullable=True))

    # In the order in which they are looked for: a backlog need not be sorted at every look.
    op.drop_index("ix_updates_waiting", table_name="updates")
    _index_waiting("id", "next_try_at", "chat_key")

    _keep_what_was_issued()
    _keep_who_asked_for_erasure()


def _keep_who_asked_for_erasure() -> None:
    """So far only an event told it."""
    op.execute(
        "UPDATE persons SET erasure_asked_at = (SELECT max(at) FROM events"
        " WHERE action = 'erasure_asked' AND object_id = persons.id) WHERE erased_at IS NULL"
    )


def _keep_what_was_issued() -> None:
    """Every directive has said but one thing so far: that becomes its first version."""
    connection = op.get_bind()
    tables = sa.MetaData()
    directives, tasks, versions = (
        sa.Table(name, tables, autoload_with=connection)
        for name in ("directives", "tasks", "directive_versions")
    )
    for row in connection.execute(sa.select(directives)).mappings().all():
        work = connection.execute(
            sa.select(tasks).where(tasks.c.directive_id == row["id"]).order_by(tasks.c.position)
        ).mappings()
        connection.execute(
            versions.insert().values(
                directive_id=row["id"],
                version=row["version"],
                kind="issued",
                at=row["issued_at"],
                person_id=row["issued_by"],
                asks_again=False,
                content=_content(row, list(work)),
            )
        )


def _content(row: sa.RowMapping, work: list[sa.RowMapping]) -> dict[str, object]:
    identity = ("issuer", "number", "symbol", "urgency", "subject", "body")
    return {
        **{name: row[name] for name in identity},
        "issued_on": row["issued_on"] and row["issued_on"].isoformat(),
        "tasks": [
            {
                "task_id": task["id"],
                "position": task["position"],
                "text": task["text"],
                "short_title": task["short_title"],
                "deadline_at": task["deadline_at"] and _utc(task["deadline_at"]).isoformat(),
                "expected_articles": task["expected_articles"],
            }
            for task in work
        ],
    }


def _utc(moment: datetime) -> datetime:
    # SQLite keeps moments in UTC, and forgets that it does.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _index_waiting(*columns: str) -> None:
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_updates_waiting",
        "updates",
        list(columns),
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    op.drop_index("ix_updates_waiting", table_name="updates")
    _index_waiting("next_try_at", "id")
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.drop_column("erasure_asked_at")
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_column("removed_in")

    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_drafts_reviewed_by_persons"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_drafts_corrects_id"))
        batch_op.drop_column("review_note")
        batch_op.drop_column("reviewed_at")
        batch_op.drop_column("reviewed_by")
        batch_op.drop_column("submitted_at")
        batch_op.drop_column("asks_again")
        batch_op.drop_column("note")
        batch_op.drop_column("corrects_id")
        batch_op.drop_column("related_id")
        batch_op.drop_column("relation")
        batch_op.drop_column("name")

    with op.batch_alter_table("draft_tasks", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_draft_tasks_task_id_tasks"), type_="foreignkey")
        batch_op.drop_column("task_id")
        batch_op.drop_column("working_days")
        batch_op.drop_column("expected_articles")

    with op.batch_alter_table("draft_groups", schema=None) as batch_op:
        batch_op.drop_column("excluded")

    with op.batch_alter_table("directives", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_directives_related_id_directives"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_directives_related_id"))
        batch_op.drop_column("ending")
        batch_op.drop_column("acknowledge_from")
        batch_op.drop_column("related_id")
        batch_op.drop_column("relation")

    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_column("part")

    op.drop_table("card_versions")
    op.drop_table("recurrences")
    op.drop_table("draft_task_parts")
    op.drop_table("draft_people")
    op.drop_table("directive_versions")
    op.drop_table("addressee_people")
    op.drop_table("draft_units")
    op.drop_table("attachments")
