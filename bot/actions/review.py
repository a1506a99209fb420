"""Four eyes: a draft is submitted, and somebody else approves it or gives it back.

Who decides locks the draft first, so that of two at once the second meets what the first has made
of it. That a change undoes an approval stands in `drafts.changed`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import audience, corrections, directives, drafts, previews
from bot.actions.reasons import reason_of
from bot.actions.replies import Button, Values, notice
from bot.callbacks import Callback, Press
from bot.domain.rights import Actor
from bot.domain.states import DraftState, StaffRole
from bot.errors import Conflict, NotAllowed, NotFound
from bot.storage import directives as directive_rows
from bot.storage import drafts as draft_rows
from bot.storage import events, people, staff
from bot.storage.tables import Draft

_MAY_ISSUE = (StaffRole.SENDER, StaffRole.ADMIN)


async def unit_ids(session: AsyncSession, draft: Draft) -> frozenset[int]:
    """The units that the draft would go to, or those of the directive that it corrects."""
    if draft.corrects_id is not None:
        return await directive_rows.unit_ids(session, draft.corrects_id)
    recipients = await audience.audience(session, draft.id)
    return frozenset(unit.id for unit in recipients.units)


async def submit(
    session: AsyncSession, draft_id: int, *, actor_id: int, now: datetime
) -> list[Actor]:
    """Let somebody else look at the draft before it is sent; who may, and was shown it. It waits in
    /cho also while there is nobody."""
    draft = await drafts.open_draft(session, draft_id)
    if draft.state is not DraftState.OPEN:
        raise Conflict("review.submitted_before")
    if draft.corrects_id is not None:
        await corrections.check(session, draft, now=now)
    else:
        await directives.check(session, draft, unnumbered="allowed", now=now)
    draft.state = DraftState.SUBMITTED
    draft.submitted_at = now
    draft.review_note = draft.reviewed_by = draft.reviewed_at = None
    events.add(
        session, "draft_submitted", at=now, person_id=actor_id, object_kind="draft",
        object_id=draft_id,
    )  # fmt: skip
    await session.flush()
    found = await reviewers(session, draft)
    await _ask_reviewers(session, draft, found, now=now)
    return found


async def reviewers(session: AsyncSession, draft: Draft) -> list[Actor]:
    """Everybody who may approve the draft."""
    units = await unit_ids(session, draft)
    found = []
    for member in await staff.members(session):
        if member.role not in _MAY_ISSUE:
            continue
        actor = await people.actor_by_id(session, member.person_id)
        if actor is not None and await _refusal(session, draft, actor, units=units) is None:
            found.append(actor)
    return found


async def _refusal(
    session: AsyncSession, draft: Draft, actor: Actor, *, units: Collection[int]
) -> str | None:
    """The key of why the person may not approve the draft; None if they may."""
    if actor.person_id == draft.author_id:
        return "review.own"
    if await draft_rows.edited_by(session, actor.person_id, [draft.id]):
        return "review.own_changes"
    return None if actor.may_approve(draft.author_id, units) else "refused.not_all_in_scope"


async def _ask_reviewers(
    session: AsyncSession, draft: Draft, found: Collection[Actor], *, now: datetime
) -> None:
    """In the office's own group, if there is one; else each in private."""
    chats: list[tuple[int, int | None]] = [
        (chat_id, None) for chat_id in await staff.group_chats(session)
    ]
    if not chats:
        for actor in found:
            chat = await staff.private_chat(session, actor.person_id)
            if chat is not None:
                chats.append((chat.id, actor.person_id))
    for chat_id, person_id in chats:
        await show(session, draft, person_id=person_id, chat_id=chat_id, now=now)


async def show(
    session: AsyncSession, draft: Draft, *, person_id: int | None, chat_id: int, now: datetime
) -> None:
    """The exact preview, then what can be decided."""
    await previews.send(session, draft, chat_id=chat_id, now=now)
    await previews.ask_decision(
        session,
        draft,
        state_id=drafts.state_id(draft),
        person_id=person_id,
        chat_id=chat_id,
        now=now,
    )


async def to_decide(
    session: AsyncSession, draft_id: int, state_id: int | None, *, actor: Actor
) -> Draft:
    """The draft, locked, while it waits for the decision of this person, as they saw it. Raises
    Conflict for one that was decided or changed, NotAllowed for who may not."""
    draft = await draft_rows.lock(session, draft_id)
    if draft is None:
        raise NotFound("draft.unknown")
    refusal = await _refusal(session, draft, actor, units=await unit_ids(session, draft))
    if refusal is not None:
        raise NotAllowed(refusal)
    match draft.state:
        case DraftState.ISSUED:
            raise Conflict("draft.already_issued")
        case DraftState.APPROVED:
            raise Conflict("review.approved_before")
        case DraftState.SUBMITTED if state_id in (None, drafts.state_id(draft)):
            return draft
        case DraftState.SUBMITTED | DraftState.OPEN:
            raise Conflict("review.not_as_shown")
    raise Conflict("draft.dropped")


async def approve(
    session: AsyncSession, draft_id: int, state_id: int, *, actor: Actor, now: datetime
) -> Draft:
    """The draft may be sent as it stands; its author is shown the button for that."""
    draft = await to_decide(session, draft_id, state_id, actor=actor)
    draft.state = DraftState.APPROVED
    draft.reviewed_by, draft.reviewed_at = actor.person_id, now
    events.add(
        session, "draft_approved", at=now, person_id=actor.person_id, object_kind="draft",
        object_id=draft_id,
    )  # fmt: skip
    await _tell_author(session, draft, "review.approved_by", {"name": actor.name}, now=now)
    await previews.show_part(session, draft_id, "check", chat_id=draft.chat_id, now=now)
    return draft


async def give_back(
    session: AsyncSession,
    draft_id: int,
    state_id: int,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> Draft:
    """The draft is not to be sent so; why stands on its card until it is changed."""
    draft = await to_decide(session, draft_id, state_id, actor=actor)
    reason = reason_of(reason)
    draft.state, draft.submitted_at = DraftState.OPEN, None
    draft.reviewed_by, draft.reviewed_at = actor.person_id, now
    draft.review_note = reason
    events.add(
        session, "draft_returned", at=now, person_id=actor.person_id, object_kind="draft",
        object_id=draft_id,
    )  # fmt: skip
    values = {"name": actor.name, "reason": reason}
    await _tell_author(session, draft, "review.returned_by", values, now=now)
    return draft


async def _tell_author(
    session: AsyncSession, draft: Draft, key: str, values: dict[str, str], *, now: datetime
) -> None:
    """Where the draft lies, with its card as it is now."""
    await session.flush()
    title = draft.number or (draft.subject or "–")[:80]
    opens = Button("button.draft_open", Callback(Press.DRAFT_OPEN, (draft.id,)))
    told: Values = {**values, "draft": title}
    await notice(session, draft.chat_id, key, now=now, values=told, buttons=[[opens]])
    await drafts.show(session, draft, now=now)


async def waiting(session: AsyncSession, *, actor: Actor) -> list[Draft]:
    """The drafts that wait for the decision of this person, who was submitted first comes first."""
    found = []
    for draft in await draft_rows.submitted(session):
        units = await unit_ids(session, draft)
        if await _refusal(session, draft, actor, units=units) is None:
            found.append(draft)
    return found
