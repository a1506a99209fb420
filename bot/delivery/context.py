"""What every kind of message is written from, and what asking again can answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.policy import Policy
from bot.delivery.render import (
    AdditionsView,
    Content,
    DirectiveView,
    RelationView,
    TaskView,
    Writer,
)
from bot.delivery.render_answers import AnswerView
from bot.delivery.render_card import ReceiptView
from bot.domain.rights import Actor, Right
from bot.domain.splitting import shortened
from bot.domain.states import Door, Ending, OutboxState, Sending
from bot.domain.versions import Change
from bot.storage import directives, people, staff
from bot.storage.assignments import TaskState
from bot.storage.claims import Claimed, ClaimedChat
from bot.storage.directives import Recipient
from bot.storage.receipts import Receipt
from bot.storage.reminder_lines import Lines
from bot.storage.standings import OfUnit
from bot.storage.tables import Directive
from bot.storage.versions import Correction
from bot.texts import texts
from bot.texts.moments import Moments

# As long as a typed one may be; a message must have room for the rest.
LONGEST_SUBJECT = 1000


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The message is no longer wanted, or has failed before it left; `reason` is a code."""

    reason: str
    state: OutboxState = OutboxState.WITHDRAWN


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: what it edits is still on its way, or what it speaks of is being changed."""

    seconds: float


@dataclass(slots=True)
class Ready:
    """What to send. `edits` is the message to edit, if it is an edit; `fills` says what is put into
    the holes of a stencil. `version` is what a directive's card shows of it."""

    content: Content
    edits: int | None = None
    fills: Mapping[str, str] = field(default_factory=dict)
    version: int = 1
    reply_to: int | None = None  # known only now; else the message says it


Gathered = Ready | Withdraw | Later

NOT_STAFF = Withdraw("not_staff")


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of directives after they were issued, as their cards show it."""

    corrections: Mapping[int, tuple[Correction, tuple[Change, ...]]] = field(default_factory=dict)
    replacements: Mapping[int, Directive] = field(default_factory=dict)
    past_receipts: Mapping[int, Receipt] = field(default_factory=dict)  # by addressee
    removed: Mapping[int, Sequence[int]] = field(default_factory=dict)  # tasks, by addressee


@dataclass(frozen=True, slots=True)
class OfDirective:
    """What all cards of one directive share."""

    row: Directive
    view: DirectiveView
    sending: Sending
    ending: Ending | None
    closed: bool
    changed: bool  # its cards show something of what became of it: see `gather_versions`
    files: int  # that go with it
    relation: RelationView | None  # what it is to an earlier one
    additions: AdditionsView | None  # what was published to all


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the cards among the claimed messages show, loaded for all of them at once."""

    recipients: Mapping[int, Recipient]
    directives: Mapping[int, OfDirective]
    standings: Mapping[int, OfUnit]  # how far each addressee is with confirming
    tasks: Mapping[int, tuple[TaskView, ...]]
    answers: Mapping[int, tuple[AnswerView, ...]]
    served: Collection[tuple[int, int]]  # our chat's id, unit's id
    changed: Changed
    # A card is made once for all chats that see the same of it, a stencil once for all units that
    # have the same work (None: it may be none).
    contents: dict[tuple[object, ...], Content] = field(default_factory=dict)
    stencils: dict[tuple[object, ...], Content | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """What all messages that are written at one moment share."""

    session: AsyncSession
    policy: Policy
    office: str
    superior: str  # whose office it is, above its name on papers
    zone: ZoneInfo
    now: datetime
    paid: bool
    loaded: Loaded
    messages: Sequence[Claimed] = ()
    reminders: dict[int, Lines | None] = field(default_factory=dict)  # see `gather_reminders`
    writers: dict[str, Writer] = field(default_factory=dict)

    def write(self, language: str) -> Writer:
        """Sentences in a language."""
        if language not in self.writers:
            found = texts(language)
            self.writers[language] = Writer(found, Moments(found, self.zone), self.now)
        return self.writers[language]


@dataclass(slots=True)
class Context:
    """What every kind needs to be written for one chat."""

    scene: Scene
    message: Claimed

    @property
    def session(self) -> AsyncSession:
        """For looking."""
        return self.scene.session

    @property
    def chat(self) -> ClaimedChat:
        """The chat it goes to."""
        return self.message.chat

    @property
    def policy(self) -> Policy:
        """Calendar and reminder policy in force."""
        return self.scene.policy

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self.scene.now

    @property
    def write(self) -> Writer:
        """Sentences in the chat's language."""
        return self.scene.write(self.chat.language)

    def number(self, name: str) -> int:
        """A whole number among the message's parameters."""
        return int(self.message.parameters[name])

    def serves(self, unit_id: int) -> bool:
        """Whether what is the unit's may be shown in this chat now."""
        return (self.chat.id, unit_id) in self.scene.loaded.served


async def reader(context: Context, right: Right = Right.VIEW) -> Actor | None:
    """Who of the office asked for the message, as they are now; None if it is not theirs any more
    to see."""
    person_id = context.message.parameters.get("person_id")
    actor = await people.actor_by_id(context.session, person_id) if person_id else None
    return actor if actor is not None and actor.may(right) else None


async def follower(context: Context) -> Actor | None:
    """Who asked about a directive, if something of it is still theirs to see."""
    actor = await reader(context)
    if actor is None or actor.scope is None:
        return actor
    unit_ids = await directives.unit_ids(context.session, context.number("directive_id"))
    return actor if actor.may_see(unit_ids) else None


async def is_for_office(context: Context, right: Right, *, unit_id: int) -> bool:
    """Whether what concerns the unit may be shown in this chat of the office now: its own group, or
    the private chat of somebody who may act on it."""
    if context.chat.person_id is None:
        return await staff.is_group(context.session, context.chat.id)
    actor = await people.actor_by_id(context.session, context.chat.person_id)
    return actor is not None and actor.may(right) and actor.oversees(unit_id)


def directive_view(directive: Directive) -> DirectiveView:
    """A directive's identity from its row."""
    return DirectiveView(
        issuer=directive.issuer,
        number=directive.number,
        symbol=directive.symbol,
        issued_on=directive.issued_on,
        urgency=directive.urgency,
        version=directive.version,
        subject=shortened(directive.subject, most=LONGEST_SUBJECT),
    )


def files_of(file_id: str | None, attachments: int) -> int:
    """How many files the full text is given with: none but the letter's own, if it came as one, and
    what goes with it."""
    return attachments + (file_id is not None)


def task_view(task: TaskState) -> TaskView:
    """A task as a unit sees it, from its rows."""
    return TaskView(
        position=task.position,
        short_title=task.short_title,
        deadline_at=task.deadline_at,
        state=task.state,
        part=task.part,
        articles=task.articles,
        expected=task.expected,
        extended_from=task.extended_from,
        wished_at=task.wished_at,
        period=task.period,
    )


def receipt_view(standing: OfUnit) -> ReceiptView:
    """How far a unit is with confirming, as cards and lists show it."""
    completed = standing.completed
    shown = completed or next(iter(standing.given), None)
    if shown is None:
        return ReceiptView(standing.asks, due_at=standing.due_at)
    return ReceiptView(
        standing.asks,
        is_complete=completed is not None,
        by=shown.person_name,
        at=shown.at,
        version=shown.version,
        is_late=standing.is_late,
        by_phone=shown.door is Door.STAFF,
        confirmed=len(standing.confirmed),
        people=len(standing.people),
        due_at=standing.due_at,
    )
