"""What every kind of message is written from, and what asking again can answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.policy import Policy
from bot.delivery.render import Content, DirectiveView, TaskView, Writer
from bot.domain.states import OutboxState
from bot.storage.directives import TaskState
from bot.storage.tables import Chat, Directive, OutboxMessage
from bot.texts import texts
from bot.texts.moments import Moments


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The message is no longer wanted, or has failed before it left; `reason` is a code."""

    reason: str
    state: OutboxState = OutboxState.WITHDRAWN


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: what it edits is still on its way."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Ready:
    """What to send. `edits` is the message to edit, if it is an edit."""

    content: Content
    edits: int | None = None


Gathered = Ready | Withdraw | Later


@dataclass(frozen=True, slots=True)
class Context:
    """What every kind needs to be written for one chat."""

    session: AsyncSession
    message: OutboxMessage
    chat: Chat
    policy: Policy
    office: str
    zone: ZoneInfo
    now: datetime

    @property
    def write(self) -> Writer:
        """Sentences in the chat's language."""
        language = texts(self.chat.language)
        return Writer(language, Moments(language, self.zone), self.now)

    def number(self, name: str) -> int:
        """A whole number among the message's parameters."""
        return int(self.message.parameters[name])


def directive_view(directive: Directive) -> DirectiveView:
    """A directive's identity from its row."""
    return DirectiveView(
        issuer=directive.issuer,
        number=directive.number,
        symbol=directive.symbol,
        issued_on=directive.issued_on,
        urgency=directive.urgency,
        subject=directive.subject,
    )


def task_view(task: TaskState) -> TaskView:
    """A task as a unit sees it, from its rows."""
    return TaskView(
        position=task.position,
        short_title=task.short_title,
        deadline_at=task.deadline_at,
        state=task.state,
        articles=task.articles,
    )
