"""Confirming by a rule, in time and on paper; and what units and the office say to each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "canned_answers",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_canned_answers_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_answers")),
        sa.UniqueConstraint("name", name=op.f("uq_canned_answers_name")),
    )
    op.create_table(
        "chases",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("addressee_id", _ROW_ID, nullable=False),
        sa.Column("person_id", _ROW_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["addressee_id"], ["addressees.id"], name=op.f("fk_chases_addressee_id_addressees")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_chases_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chases")),
    )
    with op.batch_alter_table("chases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chases_addressee_id"), ["addressee_id"], unique=False)

    op.create_table(
        "receipt_slips",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("addressee_id", _ROW_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("person_id", _ROW_ID, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["addressee_id"],
            ["addressees.id"],
            name=op.f("fk_receipt_slips_addressee_id_addressees"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_receipt_slips_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_slips")),
        sa.UniqueConstraint("code", name=op.f("uq_receipt_slips_code")),
    )
    with op.batch_alter_table("receipt_slips", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_receipt_slips_addressee_id"), ["addressee_id"], unique=False
        )

    op.create_table(
        "answers",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("addressee_id", _ROW_ID, nullable=False),
        sa.Column("assignment_id", _ROW_ID, nullable=True),
        sa.Column("person_id", _ROW_ID, nullable=False),
        sa.Column("chat_id", _ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("to_person_id", _ROW_ID, nullable=True),
        sa.Column("to_name", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", _ROW_ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["addressee_id"], ["addressees.id"], name=op.f("fk_answers_addressee_id_addressees")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_answers_assignment_id_assignments")
        ),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_answers_chat_id_chats")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["persons.id"], name=op.f("fk_answers_decided_by_persons")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_answers_person_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["to_person_id"], ["persons.id"], name=op.f("fk_answers_to_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answers_addressee_id"), ["addressee_id"], unique=False)
        batch_op.create_index(
            "ix_answers_undecided",
            ["id"],
            unique=False,
            sqlite_where=sa.text(
                "kind = 'cannot' AND decided_at IS NULL AND taken_back_at IS NULL"
            ),
            postgresql_where=sa.text(
                "kind = 'cannot' AND decided_at IS NULL AND taken_back_at IS NULL"
            ),
        )

    op.create_table(
        "extensions",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("assignment_id", _ROW_ID, nullable=False),
        sa.Column("person_id", _ROW_ID, nullable=False),
        sa.Column("chat_id", _ROW_ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("wished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("decided_by", _ROW_ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_extensions_assignment_id_assignments"),
        ),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_extensions_chat_id_chats")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["persons.id"], name=op.f("fk_extensions_decided_by_persons")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_extensions_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
    )
    with op.batch_alter_table("extensions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_extensions_asked",
            ["assignment_id"],
            unique=True,
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )
        batch_op.create_index(
            batch_op.f("ix_extensions_assignment_id"), ["assignment_id"], unique=False
        )

    op.create_table(
        "questions",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", _ROW_ID, nullable=False),
        sa.Column("addressee_id", _ROW_ID, nullable=True),
        sa.Column("assignment_id", _ROW_ID, nullable=True),
        sa.Column("person_id", _ROW_ID, nullable=False),
        sa.Column("chat_id", _ROW_ID, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handler_id", _ROW_ID, nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["addressee_id"], ["addressees.id"], name=op.f("fk_questions_addressee_id_addressees")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_questions_assignment_id_assignments"),
        ),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_questions_chat_id_chats")),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["persons.id"], name=op.f("fk_questions_handler_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_questions_person_id_persons")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_questions_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_questions_addressee_id"), ["addressee_id"], unique=False
        )
        batch_op.create_index(
            "ix_questions_open",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(
            "ix_questions_remind_at",
            ["remind_at"],
            unique=False,
            sqlite_where=sa.text("remind_at IS NOT NULL"),
            postgresql_where=sa.text("remind_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_questions_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "additions",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("directive_id", _ROW_ID, nullable=False),
        sa.Column("question_id", _ROW_ID, nullable=True),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("person_id", _ROW_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["directive_id"], ["directives.id"], name=op.f("fk_additions_directive_id_directives")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_additions_person_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_additions_question_id_questions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_additions")),
    )
    with op.batch_alter_table("additions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_additions_directive_id"), ["directive_id"], unique=False
        )

    op.create_table(
        "question_messages",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("question_id", _ROW_ID, nullable=False),
        sa.Column("person_id", _ROW_ID, nullable=False),
        sa.Column("from_office", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("file_kind", sa.String(length=32), nullable=True),
        sa.Column("file_id", sa.String(length=300), nullable=True),
        sa.Column("album", sa.String(length=64), nullable=True),
        sa.Column("chat_id", _ROW_ID, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_question_messages_chat_id_chats")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_question_messages_person_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_question_messages_question_id_questions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_messages")),
    )
    with op.batch_alter_table("question_messages", schema=None) as batch_op:
        batch_op.create_index(
            "ix_question_messages_chat_id_message_id", ["chat_id", "message_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_question_messages_question_id"), ["question_id"], unique=False
        )

    op.create_table(
        "unplaced_messages",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("first_id", _ROW_ID, nullable=True),
        sa.Column("person_id", _ROW_ID, nullable=False),
        sa.Column("unit_id", _ROW_ID, nullable=True),
        sa.Column("chat_id", _ROW_ID, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("file_id", sa.String(length=300), nullable=True),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("album", sa.String(length=64), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("assignment_id", _ROW_ID, nullable=True),
        sa.Column("question_id", _ROW_ID, nullable=True),
        sa.Column("decided_by", _ROW_ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_unplaced_messages_assignment_id_assignments"),
        ),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_unplaced_messages_chat_id_chats")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["persons.id"], name=op.f("fk_unplaced_messages_decided_by_persons")
        ),
        sa.ForeignKeyConstraint(
            ["first_id"],
            ["unplaced_messages.id"],
            name=op.f("fk_unplaced_messages_first_id_unplaced_messages"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_unplaced_messages_person_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_unplaced_messages_question_id_questions"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_unplaced_messages_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unplaced_messages")),
        sa.UniqueConstraint(
            "chat_id", "message_id", name=op.f("uq_unplaced_messages_chat_id_message_id")
        ),
    )
    with op.batch_alter_table("unplaced_messages", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_unplaced_messages_assignment_id"), ["assignment_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_unplaced_messages_first_id"), ["first_id"], unique=False
        )
        batch_op.create_index(
            "ix_unplaced_messages_waiting",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    with op.batch_alter_table("acknowledgements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=True))

    with op.batch_alter_table("addressees", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("acknowledge_due_at", sa.DateTime(timezone=True), nullable=True)
        )

    with op.batch_alter_table("directives", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("acknowledge_by", sa.String(length=32), nullable=False, server_default="any")
        )

    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("acknowledge_by", sa.String(length=32), nullable=False, server_default="any")
        )

    _keep_as_what_people_confirmed()


def _keep_as_what_people_confirmed() -> None:
    """Their role for the unit as it is known now; who has none there any more was a contact."""
    op.execute(
        sa.text(
            "UPDATE acknowledgements SET role = COALESCE(("
            " SELECT contacts.role FROM contacts JOIN addressees"
            " ON addressees.unit_id = contacts.unit_id"
            " WHERE addressees.id = acknowledgements.addressee_id"
            " AND contacts.person_id = acknowledgements.person_id"
            "), 'contact')"
        )
    )


def downgrade() -> None:

    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_column("acknowledge_by")

    with op.batch_alter_table("directives", schema=None) as batch_op:
        batch_op.drop_column("acknowledge_by")

    with op.batch_alter_table("addressees", schema=None) as batch_op:
        batch_op.drop_column("acknowledge_due_at")

    with op.batch_alter_table("acknowledgements", schema=None) as batch_op:
        batch_op.drop_column("note")
        batch_op.drop_column("role")

    with op.batch_alter_table("unplaced_messages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_unplaced_messages_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_unplaced_messages_first_id"))
        batch_op.drop_index(batch_op.f("ix_unplaced_messages_assignment_id"))

    op.drop_table("unplaced_messages")
    with op.batch_alter_table("question_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_messages_question_id"))
        batch_op.drop_index("ix_question_messages_chat_id_message_id")

    op.drop_table("question_messages")
    with op.batch_alter_table("additions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_additions_directive_id"))

    op.drop_table("additions")
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_questions_unit_id"))
        batch_op.drop_index(
            "ix_questions_remind_at",
            sqlite_where=sa.text("remind_at IS NOT NULL"),
            postgresql_where=sa.text("remind_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_questions_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index(batch_op.f("ix_questions_addressee_id"))

    op.drop_table("questions")
    with op.batch_alter_table("extensions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_extensions_assignment_id"))
        batch_op.drop_index(
            "ix_extensions_asked",
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )

    op.drop_table("extensions")
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_answers_undecided",
            sqlite_where=sa.text(
                "kind = 'cannot' AND decided_at IS NULL AND taken_back_at IS NULL"
            ),
            postgresql_where=sa.text(
                "kind = 'cannot' AND decided_at IS NULL AND taken_back_at IS NULL"
            ),
        )
        batch_op.drop_index(batch_op.f("ix_answers_addressee_id"))

    op.drop_table("answers")
    with op.batch_alter_table("receipt_slips", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_receipt_slips_addressee_id"))

    op.drop_table("receipt_slips")
    with op.batch_alter_table("chases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chases_addressee_id"))

    op.drop_table("chases")
    op.drop_table("canned_answers")
