"""All tables, in the words of the vocabulary. No behaviour here: decisions are in `bot.domain`."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.domain.states import (
    ArticleState,
    AssignmentState,
    CardKind,
    ChatKind,
    ContactRole,
    DialogueKind,
    Door,
    DraftState,
    EventDoor,
    ImportState,
    InviteKind,
    JoinState,
    Lane,
    MessageKind,
    OutboxState,
    Sending,
    StaffRole,
    UnitChangeKind,
    UpdateState,
    WhenUnclear,
)
from bot.storage.types import RowId, UtcDateTime


class Base(DeclarativeBase):
    # Named constraints: SQLite's batch migrations can only drop what has a name.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        # States are short words in plain text columns: a new word needs no migration.
        StrEnum: Enum(StrEnum, native_enum=False, length=32, values_callable=list),
    }


def _id() -> Mapped[int]:
    return mapped_column(RowId, primary_key=True, autoincrement=True)


def _ref(target: str, *, index: bool = True) -> Mapped[Any]:
    return mapped_column(RowId, ForeignKey(target), index=index)


# --- the machine ---------------------------------------------------------------------------------


class KeptValue(Base):
    """Small facts that must survive a restart, such as Telegram's last getMe answer."""

    __tablename__ = "kept_values"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[dict[str, Any]]
    kept_at: Mapped[datetime]


class Lease(Base):
    """Which instance holds the worker role; `epoch` grows with every change of holder."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    epoch: Mapped[int]
    expires_at: Mapped[datetime]


class Update(Base):
    """The inbox: what Telegram told us, as it told it."""

    __tablename__ = "updates"
    id: Mapped[int] = _id()
    bot_id: Mapped[int] = mapped_column(BigInteger)
    update_id: Mapped[int] = mapped_column(BigInteger)
    chat_key: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[UpdateState]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(200))
    received_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("bot_id", "update_id"),
        Index(
            "ix_updates_waiting",
            "next_try_at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )


class OutboxMessage(Base):
    """One thing to send or edit. It holds kind, ids and parameters; the text is made when sent."""

    __tablename__ = "outbox_messages"
    id: Mapped[int] = _id()
    kind: Mapped[MessageKind]
    lane: Mapped[Lane]
    chat_id: Mapped[int] = _ref("chats.id")
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    parameters: Mapped[dict[str, Any]]
    card_id: Mapped[int | None] = _ref("cards.id")
    directive_id: Mapped[int | None] = _ref("directives.id")
    reply_to: Mapped[int | None] = mapped_column(BigInteger)
    edits: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[OutboxState]
    send_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    uncertain_attempts: Mapped[int] = mapped_column(default=0)
    epoch: Mapped[int | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    # A copy whose button was pressed before Telegram's answer was known: the proof that it arrived.
    seen_message_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_outbox_messages_waiting",
            "lane",
            "id",
            "send_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_outbox_messages_unfinished",
            "state",
            sqlite_where=text("state IN ('claimed', 'in_flight')"),
            postgresql_where=text("state IN ('claimed', 'in_flight')"),
        ),
    )


class Event(Base):
    """Append-only audit row: ids and codes, never names or texts. Sealed in the order of `number`:
    each `seal` covers the row and the seal before it."""

    __tablename__ = "events"
    id: Mapped[int] = _id()
    at: Mapped[datetime]
    person_id: Mapped[int | None] = _ref("persons.id")
    role: Mapped[str | None] = mapped_column(String(16))  # as what they acted
    door: Mapped[EventDoor | None]
    chat_id: Mapped[int | None] = _ref("chats.id", index=False)  # where they acted
    action: Mapped[str] = mapped_column(String(64))
    object_kind: Mapped[str | None] = mapped_column(String(32))
    object_id: Mapped[int | None] = mapped_column(BigInteger)
    directive_id: Mapped[int | None] = _ref("directives.id")
    unit_id: Mapped[int | None] = _ref("units.id")
    details: Mapped[dict[str, Any]]
    number: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    seal: Mapped[str | None] = mapped_column(String(64))
    __table_args__ = (
        Index(
            "ix_events_unsealed",
            "id",
            sqlite_where=text("number IS NULL"),
            postgresql_where=text("number IS NULL"),
        ),
    )


class EventValues(Base):
    """What an event changed, where it is personal: erased without breaking the chain of seals."""

    __tablename__ = "event_values"
    event_id: Mapped[int] = mapped_column(RowId, ForeignKey("events.id"), primary_key=True)
    person_id: Mapped[int | None] = _ref("persons.id")  # whose values they are
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]


class DayOverride(Base):
    """A day that staff declared working or off, against weekend and public holidays."""

    __tablename__ = "day_overrides"
    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    note: Mapped[str] = mapped_column(String(200), default="")


# --- people and units ----------------------------------------------------------------------------


class Person(Base):
    """One Telegram account known to the office."""

    __tablename__ = "persons"
    id: Mapped[int] = _id()
    telegram_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    consent_version: Mapped[int | None]
    consented_at: Mapped[datetime | None]
    speaks_for_id: Mapped[int | None] = _ref("units.id", index=False)  # of several units, chosen
    erased_at: Mapped[datetime | None]


class Staff(Base):
    """A person of the issuing office and what they may do."""

    __tablename__ = "staff"
    id: Mapped[int] = _id()
    person_id: Mapped[int] = mapped_column(RowId, ForeignKey("persons.id"), unique=True)
    role: Mapped[StaffRole]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class StaffScope(Base):
    """A group of units that the staff member is limited to; without any they may act for all."""

    __tablename__ = "staff_scopes"
    staff_id: Mapped[int] = mapped_column(RowId, ForeignKey("staff.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("groups.id"), primary_key=True, index=True
    )


class Unit(Base):
    """An organisation that receives directives."""

    __tablename__ = "units"
    id: Mapped[int] = _id()
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    phone: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the office's own columns
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class UnitSite(Base):
    """A web site of a unit, or a part of one, for as long as it is the unit's."""

    __tablename__ = "unit_sites"
    id: Mapped[int] = _id()
    unit_id: Mapped[int] = _ref("units.id", index=False)
    host: Mapped[str] = mapped_column(String(253), index=True)
    path_prefix: Mapped[str] = mapped_column(String(300), default="")
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]  # the last day
    __table_args__ = (UniqueConstraint("unit_id", "host", "path_prefix"),)


class UnitName(Base):
    """A name that the unit bore until it was renamed."""

    __tablename__ = "unit_names"
    id: Mapped[int] = _id()
    unit_id: Mapped[int] = _ref("units.id")
    name: Mapped[str] = mapped_column(String(300))
    until: Mapped[datetime]


class UnitChange(Base):
    """A renaming, retirement, merger or division on a date; `due_at` is None once it is done or
    dropped."""

    __tablename__ = "unit_changes"
    id: Mapped[int] = _id()
    kind: Mapped[UnitChangeKind]
    unit_id: Mapped[int] = _ref("units.id")
    into_id: Mapped[int | None] = _ref("units.id", index=False)  # who goes on with its work
    parameters: Mapped[dict[str, Any]]
    effective_on: Mapped[date]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    decided_by: Mapped[int | None] = _ref("persons.id", index=False)
    decided_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Group(Base):
    """A named set of units. `aliases` are other ways in which letters name it."""

    __tablename__ = "groups"
    id: Mapped[int] = _id()
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    aliases: Mapped[list[str]]
    position: Mapped[int] = mapped_column(default=0)
    # Units with these attributes stand in the group by themselves; None: only those listed.
    condition: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class UnitGroup(Base):
    """A unit stands in a group; it may stand in many. Whoever stands there by the group's condition
    is written down too, so that nobody who asks for units need know of conditions."""

    __tablename__ = "unit_groups"
    unit_id: Mapped[int] = mapped_column(RowId, ForeignKey("units.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("groups.id"), primary_key=True, index=True
    )
    by_condition: Mapped[bool] = mapped_column(default=False)


class Contact(Base):
    """A person for a unit."""

    __tablename__ = "contacts"
    id: Mapped[int] = _id()
    unit_id: Mapped[int] = _ref("units.id", index=False)
    person_id: Mapped[int] = _ref("persons.id")
    role: Mapped[ContactRole]
    title: Mapped[str] = mapped_column(String(200), default="")
    joined_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    until: Mapped[datetime | None] = mapped_column(index=True)  # a deputy's time; ends by itself
    deputy_for_id: Mapped[int | None] = _ref("persons.id", index=False)
    __table_args__ = (UniqueConstraint("unit_id", "person_id"),)


class ExpectedContact(Base):
    """Somebody the office's list names for a unit, who has not joined yet. The phone is kept only
    as a keyed hash, for comparing."""

    __tablename__ = "expected_contacts"
    id: Mapped[int] = _id()
    unit_id: Mapped[int] = _ref("units.id", index=False)
    phone_hash: Mapped[str] = mapped_column(String(64), index=True)
    role: Mapped[ContactRole]
    name: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    __table_args__ = (UniqueConstraint("unit_id", "phone_hash"),)


class JoinRequest(Base):
    """Somebody who would join a unit and waits for the office's word."""

    __tablename__ = "join_requests"
    id: Mapped[int] = _id()
    person_id: Mapped[int] = _ref("persons.id")
    chat_id: Mapped[int] = _ref("chats.id", index=False)
    unit_id: Mapped[int] = _ref("units.id", index=False)
    invite_id: Mapped[int | None] = _ref("invites.id", index=False)
    role: Mapped[ContactRole]
    title: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[JoinState]
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = _ref("persons.id", index=False)
    __table_args__ = (
        Index(
            "ix_join_requests_waiting",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )


class Chat(Base):
    """A Telegram chat the bot may write to: a person's private one, or a group linked by a code."""

    __tablename__ = "chats"
    id: Mapped[int] = _id()
    telegram_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    kind: Mapped[ChatKind]
    title: Mapped[str] = mapped_column(String(300), default="")
    language: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int | None] = _ref("persons.id")
    unit_id: Mapped[int | None] = _ref("units.id")
    staff_group: Mapped[bool] = mapped_column(default=False)
    topic_id: Mapped[int | None] = mapped_column(BigInteger)  # where in a forum the bot writes
    unreachable_reason: Mapped[str | None] = mapped_column(String(64))
    unreachable_at: Mapped[datetime | None]


class Invite(Base):
    """A code, stored hashed, that makes its user a contact or staff, or links a group."""

    __tablename__ = "invites"
    id: Mapped[int] = _id()
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[InviteKind]
    unit_id: Mapped[int | None] = _ref("units.id")
    staff_role: Mapped[StaffRole | None]
    group_ids: Mapped[list[int]] = mapped_column(JSON(), default=list)  # a staff member's limits
    uses_left: Mapped[int]
    created_by: Mapped[int | None] = _ref("persons.id", index=False)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class InviteTry(Base):
    """A code that was none: so many an hour are heard of one account, and of all together."""

    __tablename__ = "invite_tries"
    id: Mapped[int] = _id()
    telegram_id: Mapped[int] = mapped_column(BigInteger, index=True)
    at: Mapped[datetime] = mapped_column(index=True)


class TableImport(Base):
    """A table of units that staff sent: read beside, shown as what it would change, then taken."""

    __tablename__ = "table_imports"
    id: Mapped[int] = _id()
    author_id: Mapped[int] = _ref("persons.id", index=False)
    chat_id: Mapped[int] = _ref("chats.id", index=False)
    state: Mapped[ImportState]
    import_due_at: Mapped[datetime | None] = mapped_column(index=True)
    import_tries: Mapped[int] = mapped_column(default=0)
    source_message_id: Mapped[int | None] = mapped_column(BigInteger)
    file_id: Mapped[str] = mapped_column(String(300))
    file_name: Mapped[str | None] = mapped_column(String(300))
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)  # which heading means what
    rows: Mapped[list[Any]] = mapped_column(JSON(), default=list)  # as read; emptied when taken
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Dialogue(Base):
    """What the bot asked a person in a chat and waits for."""

    __tablename__ = "dialogues"
    id: Mapped[int] = _id()
    person_id: Mapped[int] = _ref("persons.id", index=False)
    chat_id: Mapped[int] = _ref("chats.id", index=False)
    kind: Mapped[DialogueKind]
    data: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("person_id", "chat_id"),)


# --- drafts --------------------------------------------------------------------------------------


class Draft(Base):
    """A directive being composed from a letter."""

    __tablename__ = "drafts"
    id: Mapped[int] = _id()
    author_id: Mapped[int] = _ref("persons.id")
    chat_id: Mapped[int] = _ref("chats.id", index=False)
    state: Mapped[DraftState]
    import_due_at: Mapped[datetime | None] = mapped_column(index=True)
    import_tries: Mapped[int] = mapped_column(default=0)
    source_message_id: Mapped[int | None] = mapped_column(BigInteger)
    file_id: Mapped[str | None] = mapped_column(String(300))
    file_name: Mapped[str | None] = mapped_column(String(300))
    issuer: Mapped[str | None] = mapped_column(String(300))
    number: Mapped[str | None] = mapped_column(String(64))
    symbol: Mapped[str | None] = mapped_column(String(120))
    issued_on: Mapped[date | None]
    issued_month: Mapped[str | None] = mapped_column(String(7))  # "2023-01" when the day is blank
    urgency: Mapped[str | None] = mapped_column(String(16))
    subject: Mapped[str | None] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text, default="")
    when_unclear: Mapped[WhenUnclear] = mapped_column(default=WhenUnclear.RESEND)
    send_at: Mapped[datetime | None]  # None: as soon as it is issued
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class DraftTask(Base):
    """One numbered item of a draft; without deadline and not `continuous`: still to decide."""

    __tablename__ = "draft_tasks"
    id: Mapped[int] = _id()
    draft_id: Mapped[int] = _ref("drafts.id", index=False)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    short_title: Mapped[str] = mapped_column(String(300))
    deadline_at: Mapped[datetime | None]
    continuous: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (UniqueConstraint("draft_id", "position"),)


class DraftGroup(Base):
    """An addressee line of the letter and the group staff chose, or may choose, for it."""

    __tablename__ = "draft_groups"
    id: Mapped[int] = _id()
    draft_id: Mapped[int] = _ref("drafts.id")
    position: Mapped[int]
    line: Mapped[str | None] = mapped_column(Text)
    group_id: Mapped[int | None] = _ref("groups.id", index=False)
    chosen: Mapped[bool]


# --- directives ----------------------------------------------------------------------------------


class Directive(Base):
    """What is issued: identity, tasks, frozen audience."""

    __tablename__ = "directives"
    id: Mapped[int] = _id()
    draft_id: Mapped[int] = mapped_column(RowId, ForeignKey("drafts.id"), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    issuer: Mapped[str | None] = mapped_column(String(300))
    number: Mapped[str | None] = mapped_column(String(64))
    symbol: Mapped[str | None] = mapped_column(String(120))
    issued_on: Mapped[date | None]
    urgency: Mapped[str | None] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    file_id: Mapped[str | None] = mapped_column(String(300))
    identity_key: Mapped[str] = mapped_column(String(300), unique=True)
    issued_by: Mapped[int] = _ref("persons.id", index=False)
    issued_at: Mapped[datetime]
    send_at: Mapped[datetime | None]  # when its sending was to begin, if not at once
    when_unclear: Mapped[WhenUnclear] = mapped_column(default=WhenUnclear.RESEND)
    sending: Mapped[Sending] = mapped_column(default=Sending.RUNNING)
    pause_reason: Mapped[str | None] = mapped_column(String(64))  # None: a person paused it
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_directives_paused",
            "id",
            sqlite_where=text("sending = 'paused'"),
            postgresql_where=text("sending = 'paused'"),
        ),
    )


class Task(Base):
    """One numbered item of a directive. `deadline_at` is None for a "thường xuyên" task."""

    __tablename__ = "tasks"
    id: Mapped[int] = _id()
    directive_id: Mapped[int] = _ref("directives.id", index=False)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    short_title: Mapped[str] = mapped_column(String(300))
    deadline_at: Mapped[datetime | None]
    expected_articles: Mapped[int] = mapped_column(default=1)
    __table_args__ = (UniqueConstraint("directive_id", "position"),)


class Addressee(Base):
    """One unit in a directive's frozen list."""

    __tablename__ = "addressees"
    id: Mapped[int] = _id()
    directive_id: Mapped[int] = _ref("directives.id", index=False)
    unit_id: Mapped[int] = _ref("units.id")
    unit_name: Mapped[str] = mapped_column(String(300))  # as it was called when issued
    added_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("directive_id", "unit_id"),)


class Assignment(Base):
    """One task for one addressee."""

    __tablename__ = "assignments"
    id: Mapped[int] = _id()
    task_id: Mapped[int] = _ref("tasks.id", index=False)
    addressee_id: Mapped[int] = _ref("addressees.id")
    state: Mapped[AssignmentState]
    deadline_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    next_reminder_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("task_id", "addressee_id"),
        Index(
            "ix_assignments_next_reminder_at",
            "next_reminder_at",
            sqlite_where=text("next_reminder_at IS NOT NULL"),
            postgresql_where=text("next_reminder_at IS NOT NULL"),
        ),
    )


class Acknowledgement(Base):
    """A person confirmed a version for an addressee."""

    __tablename__ = "acknowledgements"
    id: Mapped[int] = _id()
    addressee_id: Mapped[int] = _ref("addressees.id", index=False)
    version: Mapped[int]
    person_id: Mapped[int] = _ref("persons.id", index=False)
    chat_id: Mapped[int] = _ref("chats.id", index=False)
    door: Mapped[Door]
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("addressee_id", "version", "person_id"),)


class Submission(Base):
    """A message with links whose task must still be chosen."""

    __tablename__ = "submissions"
    id: Mapped[int] = _id()
    person_id: Mapped[int] = _ref("persons.id", index=False)
    chat_id: Mapped[int] = _ref("chats.id", index=False)
    message_id: Mapped[int] = mapped_column(BigInteger)
    links: Mapped[list[str]]
    received_at: Mapped[datetime]
    placed_at: Mapped[datetime | None]


class Article(Base):
    """A published link submitted for an assignment. `url_key` is for comparing, `url` as sent."""

    __tablename__ = "articles"
    id: Mapped[int] = _id()
    assignment_id: Mapped[int] = _ref("assignments.id", index=False)
    person_id: Mapped[int] = _ref("persons.id", index=False)
    url: Mapped[str] = mapped_column(Text)
    url_key: Mapped[str] = mapped_column(String(2100))
    state: Mapped[ArticleState]
    submitted_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("assignment_id", "url_key"),)


class Card(Base):
    """A message redrawn in place as state changes: a directive's in one chat, a draft's, a
    broadcast's progress. `subject_id` names the addressee, the draft or the directive."""

    __tablename__ = "cards"
    id: Mapped[int] = _id()
    kind: Mapped[CardKind]
    subject_id: Mapped[int] = mapped_column(BigInteger)
    chat_id: Mapped[int] = _ref("chats.id", index=False)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    drawn_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "chat_id"),
        Index("ix_cards_chat_id_message_id", "chat_id", "message_id"),
    )


class Reminder(Base):
    """One step for one assignment and one chat. Unique by deadline value and step: never twice."""

    __tablename__ = "reminders"
    id: Mapped[int] = _id()
    assignment_id: Mapped[int] = _ref("assignments.id", index=False)
    chat_id: Mapped[int] = _ref("chats.id", index=False)
    step: Mapped[str] = mapped_column(String(32))
    deadline_at: Mapped[datetime]
    outbox_message_id: Mapped[int | None] = _ref("outbox_messages.id")
    queued_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("assignment_id", "chat_id", "step", "deadline_at"),)
