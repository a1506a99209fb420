"""The whole registry, roles with limits, joining with consent, and events sealed in their order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:

    op.create_table(
        "invite_tries",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite_tries")),
    )
    with op.batch_alter_table("invite_tries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invite_tries_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_invite_tries_telegram_id"), ["telegram_id"], unique=False
        )

    op.create_table(
        "expected_contacts",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", _ROW_ID, nullable=False),
        sa.Column("phone_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_expected_contacts_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_contacts")),
        sa.UniqueConstraint(
            "unit_id", "phone_hash", name=op.f("uq_expected_contacts_unit_id_phone_hash")
        ),
    )
    with op.batch_alter_table("expected_contacts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_expected_contacts_phone_hash"), ["phone_hash"], unique=False
        )

    op.create_table(
        "unit_names",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", _ROW_ID, nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_unit_names_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_names")),
    )
    with op.batch_alter_table("unit_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_names_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "unit_sites",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", _ROW_ID, nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("path_prefix", sa.String(length=300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_unit_sites_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_sites")),
        sa.UniqueConstraint(
            "unit_id", "host", "path_prefix", name=op.f("uq_unit_sites_unit_id_host_path_prefix")
        ),
    )
    with op.batch_alter_table("unit_sites", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_sites_host"), ["host"], unique=False)

    op.create_table(
        "unit_changes",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("unit_id", _ROW_ID, nullable=False),
        sa.Column("into_id", _ROW_ID, nullable=True),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", _ROW_ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["persons.id"], name=op.f("fk_unit_changes_decided_by_persons")
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["units.id"], name=op.f("fk_unit_changes_into_id_units")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_unit_changes_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_changes")),
    )
    with op.batch_alter_table("unit_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_changes_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_changes_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "join_requests",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("person_id", _ROW_ID, nullable=False),
        sa.Column("chat_id", _ROW_ID, nullable=False),
        sa.Column("unit_id", _ROW_ID, nullable=False),
        sa.Column("invite_id", _ROW_ID, nullable=True),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", _ROW_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_join_requests_chat_id_chats")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["persons.id"], name=op.f("fk_join_requests_decided_by_persons")
        ),
        sa.ForeignKeyConstraint(
            ["invite_id"], ["invites.id"], name=op.f("fk_join_requests_invite_id_invites")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_join_requests_person_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_join_requests_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_requests")),
    )
    with op.batch_alter_table("join_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_join_requests_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "ix_join_requests_waiting",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "staff_scopes",
        sa.Column("staff_id", _ROW_ID, nullable=False),
        sa.Column("group_id", _ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_staff_scopes_group_id_groups")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_scopes_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("staff_id", "group_id", name=op.f("pk_staff_scopes")),
    )
    with op.batch_alter_table("staff_scopes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_scopes_group_id"), ["group_id"], unique=False)

    op.create_table(
        "table_imports",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("author_id", _ROW_ID, nullable=False),
        sa.Column("chat_id", _ROW_ID, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("import_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("import_tries", sa.Integer(), nullable=False),
        sa.Column("source_message_id", sa.BigInteger(), nullable=True),
        sa.Column("file_id", sa.String(length=300), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=True),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["persons.id"], name=op.f("fk_table_imports_author_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_table_imports_chat_id_chats")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_imports")),
    )
    with op.batch_alter_table("table_imports", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_table_imports_import_due_at"), ["import_due_at"], unique=False
        )

    op.create_table(
        "event_values",
        sa.Column("event_id", _ROW_ID, nullable=False),
        sa.Column("person_id", _ROW_ID, nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_values_event_id_events")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_event_values_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_values")),
    )
    with op.batch_alter_table("event_values", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_values_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("title", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("deputy_for_id", _ROW_ID, nullable=True))
        batch_op.create_index(batch_op.f("ix_contacts_until"), ["until"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_contacts_deputy_for_id_persons"), "persons", ["deputy_for_id"], ["id"]
        )

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("door", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("chat_id", _ROW_ID, nullable=True))
        batch_op.add_column(sa.Column("directive_id", _ROW_ID, nullable=True))
        batch_op.add_column(sa.Column("unit_id", _ROW_ID, nullable=True))
        batch_op.add_column(sa.Column("number", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("seal", sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f("ix_events_directive_id"), ["directive_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(
            "ix_events_unsealed",
            ["id"],
            unique=False,
            sqlite_where=sa.text("number IS NULL"),
            postgresql_where=sa.text("number IS NULL"),
        )
        batch_op.create_unique_constraint(batch_op.f("uq_events_number"), ["number"])
        batch_op.create_foreign_key(
            batch_op.f("fk_events_chat_id_chats"), "chats", ["chat_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_events_unit_id_units"), "units", ["unit_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_events_directive_id_directives"), "directives", ["directive_id"], ["id"]
        )

    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("condition", sa.JSON(), nullable=True))

    with op.batch_alter_table("invites", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("group_ids", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )
        batch_op.add_column(sa.Column("created_by", _ROW_ID, nullable=True))
        batch_op.add_column(sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_invites_created_by_persons"), "persons", ["created_by"], ["id"]
        )

    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.add_column(sa.Column("consent_version", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("speaks_for_id", _ROW_ID, nullable=True))
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_persons_speaks_for_id_units"), "units", ["speaks_for_id"], ["id"]
        )

    with op.batch_alter_table("unit_groups", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("by_condition", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("attributes", sa.JSON(), nullable=False, server_default=sa.text("'{}'"))
        )


def downgrade() -> None:

    with op.batch_alter_table("unit_groups", schema=None) as batch_op:
        batch_op.drop_column("by_condition")

    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.drop_column("attributes")

    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_persons_speaks_for_id_units"), type_="foreignkey")
        batch_op.drop_column("erased_at")
        batch_op.drop_column("speaks_for_id")
        batch_op.drop_column("consented_at")
        batch_op.drop_column("consent_version")

    with op.batch_alter_table("invites", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_invites_created_by_persons"), type_="foreignkey")
        batch_op.drop_column("revoked_at")
        batch_op.drop_column("created_by")
        batch_op.drop_column("group_ids")

    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.drop_column("condition")

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_events_directive_id_directives"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("fk_events_unit_id_units"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_events_chat_id_chats"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_events_number"), type_="unique")
        batch_op.drop_index(
            "ix_events_unsealed",
            sqlite_where=sa.text("number IS NULL"),
            postgresql_where=sa.text("number IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_events_unit_id"))
        batch_op.drop_index(batch_op.f("ix_events_directive_id"))
        batch_op.drop_column("seal")
        batch_op.drop_column("number")
        batch_op.drop_column("unit_id")
        batch_op.drop_column("directive_id")
        batch_op.drop_column("chat_id")
        batch_op.drop_column("door")
        batch_op.drop_column("role")

    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_contacts_deputy_for_id_persons"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_contacts_until"))
        batch_op.drop_column("deputy_for_id")
        batch_op.drop_column("until")
        batch_op.drop_column("title")

    op.drop_table("event_values")
    op.drop_table("table_imports")
    op.drop_table("staff_scopes")
    op.drop_table("join_requests")
    op.drop_table("unit_changes")
    op.drop_table("unit_sites")
    op.drop_table("unit_names")
    op.drop_table("expected_contacts")
    op.drop_table("invite_tries")
