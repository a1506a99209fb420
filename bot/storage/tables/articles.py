"""What units submit for their work: links and other evidence, pages that links lead to, and what
the office said of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.articles import EvidenceKind, PageKind, PageState, ReviewKind
from bot.domain.states import ArticleState
from bot.storage.tables.base import Base, reference, row_id

LONGEST_NOTE = 1000
LONGEST_MEASURE = 60
LONGEST_TITLE = 300


class Submission(Base):
    """A message with evidence whose task, or of the office's people whose unit, must still be
    chosen: links, or one file, or a quantity."""

    __tablename__ = "submissions"
    id: Mapped[int] = row_id()
    person_id: Mapped[int] = reference("persons.id", index=False)
    chat_id: Mapped[int] = reference("chats.id", index=False)
    message_id: Mapped[int] = mapped_column(BigInteger)
    unit_id: Mapped[int | None] = reference("units.id", index=False)  # for whom staff enter it
    by_office: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[EvidenceKind] = mapped_column(default=EvidenceKind.LINK)
    links: Mapped[list[str]]
    key: Mapped[str] = mapped_column(String(2100), default="")  # of what is no link
    file_id: Mapped[str | None] = mapped_column(String(300))
    file_name: Mapped[str] = mapped_column(String(300), default="")
    album: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    amount: Mapped[int | None]
    measure: Mapped[str] = mapped_column(String(LONGEST_MEASURE), default="")
    received_at: Mapped[datetime]
    placed_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_submissions_chat_id_message_id", "chat_id", "message_id"),)


class Article(Base):
    """A published link or other evidence submitted for an assignment. `url_key` is for comparing,
    `url` as sent; of a file `url_key` names Telegram's file, of a quantity its message."""

    __tablename__ = "articles"
    id: Mapped[int] = row_id()
    assignment_id: Mapped[int] = reference("assignments.id", index=False)
    person_id: Mapped[int] = reference("persons.id", index=False)
    kind: Mapped[EvidenceKind] = mapped_column(default=EvidenceKind.LINK)
    url: Mapped[str] = mapped_column(Text, default="")
    url_key: Mapped[str] = mapped_column(String(2100))
    page_id: Mapped[int | None] = reference("pages.id")
    file_id: Mapped[str | None] = mapped_column(String(300))
    file_name: Mapped[str] = mapped_column(String(300), default="")
    album: Mapped[str | None] = mapped_column(String(64))  # Telegram's mark of several files
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")  # what was said with it
    amount: Mapped[int | None]  # of a quantity: how many
    measure: Mapped[str] = mapped_column(String(LONGEST_MEASURE), default="")  # of what
    given_title: Mapped[str | None] = mapped_column(String(LONGEST_TITLE))  # by a person
    chat_id: Mapped[int | None] = reference("chats.id", index=False)  # where it was sent
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    by_office: Mapped[bool] = mapped_column(default=False)  # staff entered it for the unit
    replaces_id: Mapped[int | None] = reference("articles.id", index=False)
    state: Mapped[ArticleState]
    submitted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]  # the office's last word on it
    decided_by: Mapped[int | None] = reference("persons.id", index=False)
    tell_due_at: Mapped[datetime | None]  # when who sent it is told of that word
    __table_args__ = (
        UniqueConstraint("assignment_id", "url_key"),
        Index("ix_articles_url_key", "url_key"),
        Index("ix_articles_chat_id_message_id", "chat_id", "message_id"),
        Index(
            "ix_articles_undecided",
            "assignment_id",
            sqlite_where=sql("state = 'recorded'"),
            postgresql_where=sql("state = 'recorded'"),
        ),
        Index(
            "ix_articles_tell_due_at",
            "tell_due_at",
            sqlite_where=sql("tell_due_at IS NOT NULL"),
            postgresql_where=sql("tell_due_at IS NOT NULL"),
        ),
    )


class ReviewDecision(Base):
    """One word of the office, or of who sent it, on an article; or on work as a whole that was
    reported done, with `article_id` None. Append-only: the history."""

    __tablename__ = "review_decisions"
    id: Mapped[int] = row_id()
    assignment_id: Mapped[int] = reference("assignments.id")
    article_id: Mapped[int | None] = reference("articles.id")
    person_id: Mapped[int] = reference("persons.id", index=False)
    kind: Mapped[ReviewKind]
    reason_key: Mapped[str | None] = mapped_column(String(40))  # of a reason from the list
    reason: Mapped[str | None] = mapped_column(Text)  # or one in words
    moved_from_id: Mapped[int | None] = reference("assignments.id", index=False)
    at: Mapped[datetime]


class Page(Base):
    """The web page that a link leads to, as it was found when it was last looked at: once for all
    who sent it. Nobody's verdict."""

    __tablename__ = "pages"
    id: Mapped[int] = row_id()
    url_key: Mapped[str] = mapped_column(String(2100), unique=True)
    url: Mapped[str] = mapped_column(Text)  # as it was first sent: this is opened
    state: Mapped[PageState | None]  # None: not looked at yet
    status: Mapped[int | None]  # of the answer, as HTTP has it
    kind: Mapped[PageKind | None]
    final_url: Mapped[str | None] = mapped_column(Text)
    final_key: Mapped[str | None] = mapped_column(String(2100), index=True)
    canonical_key: Mapped[str | None] = mapped_column(String(2100), index=True)
    title: Mapped[str | None] = mapped_column(String(LONGEST_TITLE))
    title_key: Mapped[str | None] = mapped_column(String(64), index=True)  # of the folded title
    site: Mapped[str | None] = mapped_column(String(LONGEST_TITLE))
    author: Mapped[str | None] = mapped_column(String(LONGEST_TITLE))
    published_on: Mapped[date | None]
    published_at: Mapped[datetime | None]  # where the page says the time of day too
    published_is_sure: Mapped[bool] = mapped_column(default=False)
    text_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    fingerprint: Mapped[int | None] = mapped_column(BigInteger)  # of its words, for comparing
    text: Mapped[str | None] = mapped_column(Text)  # only where the office keeps texts
    first_seen_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    check_due_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(default=0)  # looks of the plan that are done
    failures: Mapped[int] = mapped_column(default=0)  # in a row, of those that count
    failed_since: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_pages_check_due_at",
            "check_due_at",
            sqlite_where=sql("check_due_at IS NOT NULL"),
            postgresql_where=sql("check_due_at IS NOT NULL"),
        ),
    )


class PageCheck(Base):
    """One look at a page: the evidence of what it was then."""

    __tablename__ = "page_checks"
    id: Mapped[int] = row_id()
    page_id: Mapped[int] = reference("pages.id")
    at: Mapped[datetime]
    state: Mapped[PageState]
    status: Mapped[int | None]
    title: Mapped[str | None] = mapped_column(String(LONGEST_TITLE))
    text_hash: Mapped[str | None] = mapped_column(String(64))


class LinkFile(Base):
    """A table of links that somebody sent, until it is downloaded and read."""

    __tablename__ = "link_files"
    id: Mapped[int] = row_id()
    person_id: Mapped[int] = reference("persons.id", index=False)
    chat_id: Mapped[int] = reference("chats.id", index=False)
    message_id: Mapped[int] = mapped_column(BigInteger)
    addressee_id: Mapped[int | None] = reference("addressees.id", index=False)
    by_office: Mapped[bool] = mapped_column(default=False)
    file_id: Mapped[str] = mapped_column(String(300))
    file_name: Mapped[str] = mapped_column(String(300), default="")
    received_at: Mapped[datetime]
    read_due_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        Index(
            "ix_link_files_read_due_at",
            "read_due_at",
            sqlite_where=sql("read_due_at IS NOT NULL"),
            postgresql_where=sql("read_due_at IS NOT NULL"),
        ),
    )
