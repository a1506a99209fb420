"""Invites as staff keep them: told with a picture, printed for whole groups, revoked again; and
codes that somebody guesses.

A single code is made in `people.create_invite`; what it makes of its user stands there too.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access, replies
from bot.actions.people import CODE_BYTES, hash_of_code
from bot.actions.unit_table import code_key
from bot.domain.folding import fold
from bot.domain.rights import Actor
from bot.domain.searching import search
from bot.domain.states import InviteKind, Lane, MessageKind
from bot.errors import Conflict, NotAllowed, NotFound
from bot.storage import events, invites, people, units
from bot.storage.outbox import NewMessage
from bot.storage.tables import Invite, Unit

# So many wrong codes an hour are heard of one account, and of all accounts together.
TRIES_OF_ONE, TRIES_OF_ALL = 5, 300
TRIES_COUNT_FOR = timedelta(hours=1)


# --- who is to be invited ------------------------------------------------------------------------


async def find_units(session: AsyncSession, words: str, *, actor: Actor) -> list[Unit]:
    """Active units that the actor may invite people of, by code or parts of the name. NotAllowed
    for the code of one that is not theirs."""
    if words and not fold(words):
        return []  # no letter and no number: it names nobody
    active = [unit for unit in await units.all_units(session) if unit.retired_at is None]
    for unit in active:
        if code_key(unit.code) == code_key(words):
            access.check_unit(actor, unit.id)
    return search(words, [unit for unit in active if actor.oversees(unit.id)])


# --- codes for many ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MadeCode:
    """A unit and its new code, which is kept nowhere: only its hash is."""

    unit: Unit
    code: str


async def create_for_group(
    session: AsyncSession, group_id: int, *, life: timedelta, actor: Actor | None, now: datetime
) -> list[MadeCode]:
    """A new one-time code for a contact of every unit of the group, in its order; without an actor
    for the operator."""
    if actor is not None:
        await access.visible_group(session, group_id, actor=actor)
    made = [
        MadeCode(unit, secrets.token_urlsafe(CODE_BYTES))
        for unit in await units.units_of_groups(session, [group_id])
    ]
    await invites.add_for_units(
        session,
        {each.unit.id: hash_of_code(each.code) for each in made},
        kind=InviteKind.CONTACT,
        created_by=actor.person_id if actor else None,
        now=now,
        expires_at=now + life,
    )
    events.add(
        session, "invites_printed", at=now, object_kind="group", object_id=group_id,
        count=len(made),
    )  # fmt: skip
    return made


# --- taking back ---------------------------------------------------------------------------------


async def revoke(
    session: AsyncSession, invite_id: int, *, actor: Actor | None, now: datetime
) -> Invite:
    """Let nobody use the invite any more; without an actor it is the operator who says so."""
    invite = await units.invite_by_id(session, invite_id)
    if invite is None:
        raise NotFound("refused.gone")
    if actor is not None and invite.unit_id is None:
        access.check_whole_office(actor)
    elif actor is not None and invite.unit_id is not None:
        access.check_unit(actor, invite.unit_id)
    if not await invites.revoke(session, invite_id, now=now):
        raise Conflict("invite.not_open")
    events.add(
        session, "invite_revoked", at=now, object_kind="invite", object_id=invite_id,
        unit_id=invite.unit_id,
    )  # fmt: skip
    return invite


# --- telling -------------------------------------------------------------------------------------


async def tell(
    session: AsyncSession,
    kind: InviteKind,
    code: str,
    *,
    unit_id: int | None,
    uses: int,
    username: str,
    until: datetime,
    chat_id: int,
    now: datetime,
) -> None:
    """Queue the link with its QR code. The code leaves the outbox once it is sent."""
    parameters = {
        "kind": kind.value,
        "unit_id": unit_id,
        "uses": uses,
        "link": link_of(kind, code, username=username),
        "until": until.isoformat(),
    }
    await _queue(session, MessageKind.INVITE, parameters, chat_id=chat_id, now=now)


async def tell_sheet(
    session: AsyncSession,
    made: list[MadeCode],
    *,
    group_id: int,
    username: str,
    until: datetime,
    chat_id: int,
    now: datetime,
) -> None:
    """Queue the sheet of codes; it is drawn when it is sent, and they leave the outbox then."""
    codes = [
        [each.unit.id, link_of(InviteKind.CONTACT, each.code, username=username)] for each in made
    ]
    parameters = {"group_id": group_id, "codes": codes, "until": until.isoformat()}
    await _queue(session, MessageKind.INVITE_SHEET, parameters, chat_id=chat_id, now=now)


async def _queue(
    session: AsyncSession,
    kind: MessageKind,
    parameters: Mapping[str, object],
    *,
    chat_id: int,
    now: datetime,
) -> None:
    await replies.queue(
        session,
        NewMessage(
            kind=kind, lane=Lane.ANSWER, chat_id=chat_id, send_at=now, parameters=parameters
        ),
    )


def link_of(kind: InviteKind, code: str, *, username: str) -> str:
    """What opens the bot with the code, or lets a group be chosen for it."""
    in_group = kind in (InviteKind.UNIT_GROUP, InviteKind.STAFF_GROUP)
    return f"https://t.me/{username}?{'startgroup' if in_group else 'start'}={code}"


async def take_back_untold(
    session: AsyncSession, parameters: Mapping[str, Any], *, now: datetime
) -> None:
    """The message with these parameters surely reached nobody: nobody holds its codes, and nobody
    ever will."""
    links = [parameters.get("link"), *(link for _, link in parameters.get("codes", ()))]
    hashes = [hash_of_code(str(link).rpartition("=")[2]) for link in links if link]
    for invite_id, unit_id in await invites.revoke_by_hashes(session, hashes, now=now):
        events.add(
            session, "invite_revoked", at=now, object_kind="invite", object_id=invite_id,
            unit_id=unit_id,
        )  # fmt: skip


# --- guessing ------------------------------------------------------------------------------------


async def check_tries(session: AsyncSession, account: int, *, now: datetime) -> None:
    """Raise NotAllowed if the account has tried too many wrong codes, right as this one may be; or
    if all accounts together have, which no crowd of honest people does."""
    since = now - TRIES_COUNT_FOR
    if await invites.count_tries(session, since=since, telegram_id=account) >= TRIES_OF_ONE:
        raise NotAllowed("invite.too_many_tries")
    if await invites.count_tries(session, since=since) >= TRIES_OF_ALL:
        raise NotAllowed("invite.too_many_tries")


async def note_wrong_try(session: AsyncSession, account: int, *, now: datetime) -> None:
    """Count a code that was none. When all that are heard in an hour are used up, staff are told
    so, once."""
    since = now - TRIES_COUNT_FOR
    await invites.add_try(session, telegram_id=account, now=now, forget_before=since)
    await session.flush()
    if await invites.count_tries(session, since=since) < TRIES_OF_ALL:
        return
    for chat_id in await people.admin_chats(session):
        await replies.notice(
            session,
            chat_id,
            "invite.guessing",
            now=now,
            once=f"guessing:{chat_id}:{now:%Y%m%d%H}",
            values={"count": TRIES_OF_ALL},
        )
