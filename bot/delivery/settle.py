"""What one call's outcome means for its message, its card and its chat; pure.

Here stands the rule for unclear sends: edits are repeated, messages go out once more, reminders are
held for staff, and so are directives that were issued with that wish. `rounds` writes down what is
decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery.retry import (
    Accepted,
    Done,
    Failed,
    Gone,
    MessageReason,
    Migrated,
    NotSentRetry,
    Outcome,
    RetryLater,
    Unauthorized,
    Uncertain,
    Unreachable,
    backoff,
)
from bot.domain.states import MessageKind, OutboxState, WhenUnclear

# Of these one too many is worse than one too few; they are asked again when they leave.
HELD_WHEN_UNCERTAIN = frozenset(
    {
        MessageKind.REMINDER,
        MessageKind.ESCALATION,
        MessageKind.CHASE,
        MessageKind.NUDGE,
        MessageKind.DIGEST,
        MessageKind.DEAD_LINKS,
    }
)
# Files that are sent on: what becomes of one that Telegram no longer knows is `otherwise`'s.
SENT_ON = frozenset({MessageKind.FULL_TEXT, MessageKind.ATTACHMENT})
# Their parameters hold codes, which are kept nowhere else: once told, they are forgotten here too.
TELLS_A_SECRET = frozenset({MessageKind.INVITE, MessageKind.INVITE_SHEET})

_BASE = timedelta(seconds=1)
_CAP = timedelta(minutes=1)


@dataclass(slots=True, kw_only=True)
class Sent:
    """The message that was tried, as far as its fate depends on it."""

    kind: MessageKind
    is_edit: bool
    in_topic: bool = False
    is_plain_text: bool = False
    overwrites: bool = False  # what could not be deleted
    uncertain_attempts: int = 0
    when_unclear: WhenUnclear | None = None


@dataclass(slots=True, kw_only=True)
class Fate:
    """What is to be written down. `costs_attempt`: the try may have reached somebody."""

    state: OutboxState
    reason: str | None = None
    message_id: int | None = None
    send_at: datetime | None = None
    costs_attempt: bool = True
    uncertain: bool = False
    drawn: bool = False
    card_lost: bool = False
    chat_unreachable: bool = False
    new_telegram_id: int | None = None
    topic_gone: bool = False
    formatting_refused: bool = False
    file_refused: bool = False
    not_deletable: bool = False
    stop_sending: bool = False

    @property
    def is_plain(self) -> bool:
        """Nothing follows for the chat, or for what stands behind the message."""
        return self.send_at is None and not (
            self.uncertain
            or self.card_lost
            or self.chat_unreachable
            or self.new_telegram_id
            or self.file_refused
            or self.stop_sending
        )


def settle(sent: Sent, outcome: Outcome, *, now: datetime, failures: int, jitter: float) -> Fate:
    """The fate of a message after `outcome`; `failures` counts calls in a row that never left."""
    match outcome:
        case Accepted(message_id=message_id):
            # 0 means "scheduled": there is no message yet that could be edited.
            return Fate(state=OutboxState.ACCEPTED, message_id=message_id or None, drawn=True)
        case Done():
            return Fate(state=OutboxState.ACCEPTED, drawn=True)
        case Gone(stays=True) | Failed() if sent.kind is MessageKind.ERASE:
            return _not_erased(sent, now=now)
        case Gone():
            return Fate(state=OutboxState.WITHDRAWN, reason="message_gone", card_lost=True)
        case NotSentRetry(reason=reason):
            wait = backoff(max(1, failures), base=_BASE, cap=_CAP, jitter=jitter)
            return _again(reason.value, now + wait)
        case RetryLater(retry_after=seconds):
            return _again("too_many_requests", now + timedelta(seconds=seconds))
        case Migrated(new_chat_id=new_id):
            return Fate(
                state=OutboxState.WAITING,
                reason="migrated",
                send_at=now,
                costs_attempt=False,
                new_telegram_id=new_id,
            )
        case Unreachable(reason=chat_reason):
            return Fate(state=OutboxState.FAILED, reason=chat_reason.value, chat_unreachable=True)
        case Failed(reason=MessageReason.TOPIC_CLOSED) if sent.in_topic and not sent.is_edit:
            return Fate(
                state=OutboxState.WAITING,
                reason=MessageReason.TOPIC_CLOSED.value,
                send_at=now,
                costs_attempt=False,
                topic_gone=True,
            )
        case Failed(reason=MessageReason.BAD_ENTITIES) if not sent.is_plain_text:
            return Fate(
                state=OutboxState.WAITING,
                reason=MessageReason.BAD_ENTITIES.value,
                send_at=now,
                costs_attempt=False,
                formatting_refused=True,
            )
        case Failed(reason=MessageReason.BAD_FILE as reason) if sent.kind in SENT_ON:
            return Fate(state=OutboxState.WITHDRAWN, reason=reason.value, file_refused=True)
        case Failed(reason=message_reason):
            return Fate(state=OutboxState.FAILED, reason=message_reason.value)
        case Unauthorized():
            return Fate(
                state=OutboxState.WAITING,
                reason="unauthorized",
                send_at=now + _CAP,
                costs_attempt=False,
                stop_sending=True,
            )
        case Uncertain(reason=trouble):
            return uncertain(sent, trouble.value, now=now)


def uncertain(sent: Sent, reason: str, *, now: datetime) -> Fate:
    """The rule for a send whose end was not seen, also after a crash."""
    if sent.is_edit:  # the same edit twice shows the same
        wait = min(_CAP, _BASE * 2 ** min(sent.uncertain_attempts, 6))
        return Fate(state=OutboxState.WAITING, reason=reason, send_at=now + wait, uncertain=True)
    is_held = sent.kind in HELD_WHEN_UNCERTAIN or sent.when_unclear is WhenUnclear.HOLD
    if is_held or sent.uncertain_attempts > 0:
        return Fate(state=OutboxState.UNCERTAIN, reason=reason, uncertain=True)
    return Fate(state=OutboxState.WAITING, reason=reason, send_at=now + _BASE, uncertain=True)


def _not_erased(sent: Sent, *, now: datetime) -> Fate:
    """Older than Telegram lets a bot delete: it is overwritten, if that is still possible."""
    if sent.overwrites:
        return Fate(state=OutboxState.FAILED, reason="not_erasable")
    return Fate(
        state=OutboxState.WAITING,
        reason="not_deletable",
        send_at=now,
        costs_attempt=False,
        not_deletable=True,
    )


def _again(reason: str, send_at: datetime) -> Fate:
    return Fate(state=OutboxState.WAITING, reason=reason, send_at=send_at, costs_attempt=False)
