"""Evidence beyond links, pages that links lead to, what was said of work, tables of links."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_UNDECIDED = "kind IN (%s) AND decided_at IS NULL AND taken_back_at IS NULL"


def upgrade() -> None:
    _make_tables()
    _widen_articles()
    _widen_submissions()
    _index_undecided_answers("'cannot', 'nothing'")
    _look_at_the_pages_of_open_directives()


def _make_tables() -> None:
    op.create_table(
        "pages",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("url_key", sa.String(length=2100), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("final_url", sa.Text(), nullable=True),
        sa.Column("final_key", sa.String(length=2100), nullable=True),
        sa.Column("canonical_key", sa.String(length=2100), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("title_key", sa.String(length=64), nullable=True),
        sa.Column("site", sa.String(length=300), nullable=True),
        sa.Column("author", sa.String(length=300), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("published_at", _MOMENT, nullable=True),
        sa.Column("published_is_sure", sa.Boolean(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=True),
        sa.Column("fingerprint", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("first_seen_at", _MOMENT, nullable=True),
        sa.Column("checked_at", _MOMENT, nullable=True),
        sa.Column("check_due_at", _MOMENT, nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_since", _MOMENT, nullable=True),
        sa.Column("dead_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint("url_key", name=op.f("uq_pages_url_key")),
    )
    op.create_index("ix_pages_canonical_key", "pages", ["canonical_key"])
    op.create_index(
        "ix_pages_check_due_at",
        "pages",
        ["check_due_at"],
        sqlite_where=sa.text("check_due_at IS NOT NULL"),
        postgresql_where=sa.text("check_due_at IS NOT NULL"),
    )
    op.create_index("ix_pages_final_key", "pages", ["final_key"])
    op.create_index("ix_pages_text_hash", "pages", ["text_hash"])
    op.create_index("ix_pages_title_key", "pages", ["title_key"])

    op.create_table(
        "page_checks",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("page_id", _ROW_ID, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("text_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages.id"], name=op.f("fk_page_checks_page_id_pages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_checks")),
    )
    op.create_index("ix_page_checks_page_id", "page_checks", ["page_id"])

    op.create_table(
        "link_files",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("person_id", _ROW_ID, nullable=False),
        sa.Column("chat_id", _ROW_ID, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("addressee_id", _ROW_ID, nullable=True),
        sa.Column("by_office", sa.Boolean(), nullable=False),
        sa.Column("file_id", sa.String(length=300), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("read_due_at", _MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["addressee_id"], ["addressees.id"], name=op.f("fk_link_files_addressee_id_addressees")
        ),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_link_files_chat_id_chats")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_link_files_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_files")),
    )
    op.create_index(
        "ix_link_files_read_due_at",
        "link_files",
        ["read_due_at"],
        sqlite_where=sa.text("read_due_at IS NOT NULL"),
        postgresql_where=sa.text("read_due_at IS NOT NULL"),
    )

    op.create_table(
        "review_decisions",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("assignment_id", _ROW_ID, nullable=False),
        sa.Column("article_id", _ROW_ID, nullable=True),
        sa.Column("person_id", _ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("reason_key", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("moved_from_id", _ROW_ID, nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_review_decisions_article_id_articles")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_review_decisions_assignment_id_assignments"),
        ),
        sa.ForeignKeyConstraint(
            ["moved_from_id"],
            ["assignments.id"],
            name=op.f("fk_review_decisions_moved_from_id_assignments"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_review_decisions_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_decisions")),
    )
    op.create_index("ix_review_decisions_article_id", "review_decisions", ["article_id"])
    op.create_index("ix_review_decisions_assignment_id", "review_decisions", ["assignment_id"])


def _widen_articles() -> None:
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kind", sa.String(length=32), nullable=False, server_default="link")
        )
        batch_op.add_column(sa.Column("page_id", _ROW_ID, nullable=True))
        batch_op.add_column(sa.Column("file_id", sa.String(length=300), nullable=True))
        batch_op.add_column(
            sa.Column("file_name", sa.String(length=300), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("album", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("note", sa.String(length=1000), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("amount", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("measure", sa.String(length=60), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("given_title", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("chat_id", _ROW_ID, nullable=True))
        batch_op.add_column(sa.Column("message_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("by_office", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("replaces_id", _ROW_ID, nullable=True))
        batch_op.add_column(sa.Column("decided_at", _MOMENT, nullable=True))
        batch_op.add_column(sa.Column("decided_by", _ROW_ID, nullable=True))
        batch_op.add_column(sa.Column("tell_due_at", _MOMENT, nullable=True))
        batch_op.create_index("ix_articles_chat_id_message_id", ["chat_id", "message_id"])
        batch_op.create_index(batch_op.f("ix_articles_page_id"), ["page_id"])
        batch_op.create_index(
            "ix_articles_tell_due_at",
            ["tell_due_at"],
            sqlite_where=sa.text("tell_due_at IS NOT NULL"),
            postgresql_where=sa.text("tell_due_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_articles_undecided",
            ["assignment_id"],
            sqlite_where=sa.text("state = 'recorded'"),
            postgresql_where=sa.text("state = 'recorded'"),
        )
        batch_op.create_index("ix_articles_url_key", ["url_key"])
        batch_op.create_foreign_key(
            batch_op.f("fk_articles_page_id_pages"), "pages", ["page_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_articles_chat_id_chats"), "chats", ["chat_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_articles_decided_by_persons"), "persons", ["decided_by"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_articles_replaces_id_articles"), "articles", ["replaces_id"], ["id"]
        )


def _widen_submissions() -> None:
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unit_id", _ROW_ID, nullable=True))
        batch_op.add_column(
            sa.Column("by_office", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("kind", sa.String(length=32), nullable=False, server_default="link")
        )
        batch_op.add_column(
            sa.Column("key", sa.String(length=2100), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("file_id", sa.String(length=300), nullable=True))
        batch_op.add_column(
            sa.Column("file_name", sa.String(length=300), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("album", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("note", sa.String(length=1000), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("amount", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("measure", sa.String(length=60), nullable=False, server_default="")
        )
        batch_op.create_index("ix_submissions_chat_id_message_id", ["chat_id", "message_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_submissions_unit_id_units"), "units", ["unit_id"], ["id"]
        )


def _index_undecided_answers(kinds: str) -> None:
    condition = sa.text(_UNDECIDED % kinds)
    op.drop_index("ix_answers_undecided", "answers")
    op.create_index(
        "ix_answers_undecided",
        "answers",
        ["id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )


def _look_at_the_pages_of_open_directives() -> None:
    """Every link that was sent leads to a page; what was closed long ago is not opened any more."""
    articles = sa.table(
        "articles",
        sa.column("id"),
        sa.column("assignment_id"),
        sa.column("url"),
        sa.column("url_key"),
        sa.column("page_id"),
    )
    pages = sa.table(
        "pages",
        sa.column("id"),
        sa.column("url_key"),
        sa.column("url"),
        sa.column("published_is_sure"),
        sa.column("checks"),
        sa.column("failures"),
        sa.column("check_due_at", _MOMENT),
    )
    assignments = sa.table("assignments", sa.column("id"), sa.column("addressee_id"))
    addressees = sa.table("addressees", sa.column("id"), sa.column("directive_id"))
    directives = sa.table("directives", sa.column("id"), sa.column("closed_at"))
    first = sa.select(sa.func.min(articles.c.id)).group_by(articles.c.url_key)
    op.execute(
        sa.insert(pages).from_select(
            ["url_key", "url", "published_is_sure", "checks", "failures"],
            sa.select(
                articles.c.url_key, articles.c.url, sa.false(), sa.literal(0), sa.literal(0)
            ).where(articles.c.id.in_(first)),
        )
    )
    op.execute(
        sa.update(articles).values(
            page_id=sa.select(pages.c.id)
            .where(pages.c.url_key == articles.c.url_key)
            .scalar_subquery()
        )
    )
    still_open = (
        sa.select(articles.c.page_id)
        .join_from(articles, assignments, assignments.c.id == articles.c.assignment_id)
        .join(addressees, addressees.c.id == assignments.c.addressee_id)
        .join(directives, directives.c.id == addressees.c.directive_id)
        .where(directives.c.closed_at.is_(None))
    )
    op.execute(
        sa.update(pages)
        .where(pages.c.id.in_(still_open))
        .values(check_due_at=sa.func.current_timestamp())
    )


def downgrade() -> None:
    _index_undecided_answers("'cannot'")
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_submissions_unit_id_units"), type_="foreignkey")
        batch_op.drop_index("ix_submissions_chat_id_message_id")
        batch_op.drop_column("measure")
        batch_op.drop_column("amount")
        batch_op.drop_column("note")
        batch_op.drop_column("album")
        batch_op.drop_column("file_name")
        batch_op.drop_column("file_id")
        batch_op.drop_column("key")
        batch_op.drop_column("kind")
        batch_op.drop_column("by_office")
        batch_op.drop_column("unit_id")

    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_articles_replaces_id_articles"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_articles_decided_by_persons"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_articles_chat_id_chats"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_articles_page_id_pages"), type_="foreignkey")
        batch_op.drop_index("ix_articles_url_key")
        batch_op.drop_index(
            "ix_articles_undecided",
            sqlite_where=sa.text("state = 'recorded'"),
            postgresql_where=sa.text("state = 'recorded'"),
        )
        batch_op.drop_index(
            "ix_articles_tell_due_at",
            sqlite_where=sa.text("tell_due_at IS NOT NULL"),
            postgresql_where=sa.text("tell_due_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_articles_page_id"))
        batch_op.drop_index("ix_articles_chat_id_message_id")
        batch_op.drop_column("tell_due_at")
        batch_op.drop_column("decided_by")
        batch_op.drop_column("decided_at")
        batch_op.drop_column("replaces_id")
        batch_op.drop_column("by_office")
        batch_op.drop_column("message_id")
        batch_op.drop_column("chat_id")
        batch_op.drop_column("given_title")
        batch_op.drop_column("measure")
        batch_op.drop_column("amount")
        batch_op.drop_column("note")
        batch_op.drop_column("album")
        batch_op.drop_column("file_name")
        batch_op.drop_column("file_id")
        batch_op.drop_column("page_id")
        batch_op.drop_column("kind")

    op.drop_table("review_decisions")

    op.drop_table("link_files")

    op.drop_table("page_checks")

    op.drop_table("pages")
