"""Having a receipt slip made: a paper that says who of a unit has confirmed which version and when,
with a code by which it can be told from a forged one. It is drawn while it is sent."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access, acknowledgements, closing
from bot.domain import slips as words
from bot.domain.rights import Actor, Right
from bot.domain.slips import Slip
from bot.domain.states import Ending, Sending
from bot.errors import Conflict, NotFound
from bot.storage import directives, events, slips, standings
from bot.storage.tables import Addressee, Directive, ReceiptSlip


async def visible_addressee(
    session: AsyncSession, addressee_id: int, *, actor: Actor | None, in_office: bool
) -> tuple[Addressee, Directive]:
    """An addressee of which the person may have a slip: of their own unit, or, where the office is
    among itself, of one that they may look at. NotAllowed, NotFound or Conflict otherwise."""
    found = await directives.addressee_with_directive(session, addressee_id)
    if found is None:
        raise NotFound("refused.gone")
    addressee, directive = found
    is_own = actor is not None and addressee.unit_id in actor.unit_ids
    if actor is None or is_own or not (in_office and actor.may(Right.VIEW)):
        return await acknowledgements.own_addressee(
            session, addressee_id, actor=actor, may_have_ended=True
        )
    access.check_unit(actor, addressee.unit_id)
    if directive.ending is Ending.RECALLED:
        raise await closing.refusal(session, directive.id, directive.ending)
    given_up = directive.sending is Sending.CANCELLED
    if given_up and not await directives.has_work(session, addressee.id):
        raise Conflict("refused.closed")
    return found


async def make(
    session: AsyncSession,
    addressee: Addressee,
    directive: Directive,
    *,
    office: str,
    zone: str,
    person_id: int | None,
    now: datetime,
) -> ReceiptSlip:
    """The slip of what the unit has confirmed: the one that says so already, or a new one. Conflict
    while nobody has confirmed anything."""
    await directives.lock_addressee(session, addressee.id)
    says = await _says(session, addressee, directive, office=office, zone=zone, now=now)
    before = await slips.newest(session, addressee.id, version=directive.version)
    if before is not None and Slip.of_json(before.content).says_the_same(says):
        return before
    slip = await slips.add(
        session,
        addressee.id,
        code=words.code_of(secrets.token_bytes(words.RANDOM_BYTES)),
        version=directive.version,
        content=says.as_json(),
        person_id=person_id,
        now=now,
    )
    events.add(
        session, "slip_made", at=now, person_id=person_id, object_kind="addressee",
        object_id=addressee.id, directive_id=directive.id, unit_id=addressee.unit_id,
        version=directive.version,
    )  # fmt: skip
    return slip


async def _says(
    session: AsyncSession,
    addressee: Addressee,
    directive: Directive,
    *,
    office: str,
    zone: str,
    now: datetime,
) -> Slip:
    confirmed = await slips.confirmed(session, addressee.id, counting_only=True)
    if not confirmed:
        raise Conflict("slip.nothing_confirmed")
    rules = {directive.id: directive.acknowledge_by}
    standing = (await standings.of(session, [addressee], rules))[addressee.id]
    if not standing.is_complete:
        raise Conflict("slip.not_complete")
    return Slip(
        office=office,
        zone=zone,
        issuer=directive.issuer,
        number=directive.number,
        symbol=directive.symbol,
        issued_on=directive.issued_on,
        subject=directive.subject,
        version=directive.version,
        unit=addressee.unit_name,
        confirmed=tuple(confirmed),
        due_at=standing.due_at,
        is_late=standing.is_late,
        made_at=now,
    )


async def genuine(session: AsyncSession, typed: str, *, actor: Actor | None) -> ReceiptSlip:
    """The slip with the code that was typed, if whoever asks may see it: staff (`actor` None: the
    operator) within their limits. NotFound says the same of what there is not and of what is not
    theirs."""
    slip = await _with_code(session, typed)
    unit_id = await _unit_of(session, slip)
    if slip is None or unit_id is None or (actor is not None and not actor.oversees(unit_id)):
        raise NotFound("slip.not_genuine")
    return slip


async def genuine_of_units(
    session: AsyncSession, typed: str, *, unit_ids: frozenset[int]
) -> ReceiptSlip:
    """The same for contacts: among the slips of these units."""
    slip = await _with_code(session, typed)
    if slip is None or await _unit_of(session, slip) not in unit_ids:
        raise NotFound("slip.not_yours")
    return slip


async def _with_code(session: AsyncSession, typed: str) -> ReceiptSlip | None:
    code = words.read(typed)
    return await slips.by_code(session, code) if code is not None else None


async def _unit_of(session: AsyncSession, slip: ReceiptSlip | None) -> int | None:
    addressee = await directives.addressee(session, slip.addressee_id) if slip else None
    return addressee.unit_id if addressee else None
