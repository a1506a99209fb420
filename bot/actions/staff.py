"""The office's own people: taken in, given another role, limited to groups of units, removed.

What is changed holds from the next press on. The last administrator without limits stays one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import menus, replies
from bot.domain.folding import fold
from bot.domain.states import StaffRole
from bot.errors import Conflict, NotFound
from bot.storage import events, people, staff, units
from bot.storage.staff import Member


async def take_in(
    session: AsyncSession,
    *,
    person_id: int,
    role: StaffRole,
    group_ids: Collection[int] = (),
    now: datetime,
) -> None:
    """Make the person one of the office in this role, limited to these groups if there are any."""
    group_ids = await _known(session, group_ids)
    governors = await staff.lock_governors(session)
    before = await staff.member_of_person(session, person_id)
    goes_on_governing = role is StaffRole.ADMIN and not group_ids
    if before is not None and governors == {before.id} and not goes_on_governing:
        raise Conflict("staff.last_admin")
    staff_id = await people.ensure_staff(session, person_id=person_id, role=role, now=now)
    await staff.set_limits(session, staff_id, group_ids)
    events.add(
        session, "staff_joined", at=now, person_id=person_id, object_kind="staff",
        object_id=staff_id, role=role.value, groups=_codes(group_ids),
    )  # fmt: skip


async def change_role(
    session: AsyncSession, staff_id: int, role: StaffRole, *, now: datetime
) -> bool:
    """What they may do from now on; False if it is so already. Conflict for the last who governs
    the office."""
    member, is_last = await _locked(session, staff_id)
    if member.role is role:
        return False
    if is_last:
        raise Conflict("staff.last_admin")
    await staff.set_role(session, staff_id, role)
    events.add(
        session, "staff_role_changed", at=now, object_kind="staff", object_id=staff_id,
        before=member.role.value, after=role.value,
    )  # fmt: skip
    await _follow_up(session, member, f"staff.told_{role}", now=now)
    return True


async def limit(
    session: AsyncSession, staff_id: int, group_ids: Collection[int], *, now: datetime
) -> None:
    """Limit them to these groups; none lifts the limits. Conflict for the last who governs."""
    member, is_last = await _locked(session, staff_id)
    wanted = await _known(session, group_ids)
    if is_last and wanted:
        raise Conflict("staff.last_admin")
    await staff.set_limits(session, staff_id, wanted)
    events.add(
        session, "staff_limited", at=now, object_kind="staff", object_id=staff_id,
        before=_codes({group_id for group_id, _ in member.groups}), after=_codes(wanted),
    )  # fmt: skip
    await _follow_up(session, member, "staff.told_limits", now=now)


async def toggle_limit(
    session: AsyncSession, staff_id: int, group_id: int, *, now: datetime
) -> None:
    """Add a group to their limits or take it out. Conflict for the last one: without it they would
    be limited to nothing, or not at all."""
    member, _ = await _locked(session, staff_id)
    present = {each for each, _ in member.groups}
    if present == {group_id}:
        raise Conflict("staff.last_limit")
    await limit(session, staff_id, present ^ {group_id}, now=now)


async def remove(session: AsyncSession, staff_id: int, *, now: datetime) -> Member:
    """They are of the office no more. Conflict for the last who governs it."""
    member, is_last = await _locked(session, staff_id)
    if is_last:
        raise Conflict("staff.last_admin")
    await staff.remove(session, staff_id, now=now)
    events.add(
        session, "staff_removed", at=now, object_kind="staff", object_id=staff_id,
        before=member.role.value,
    )  # fmt: skip
    await _follow_up(session, member, "staff.told_removed", now=now)
    return member


async def check(session: AsyncSession, staff_id: int) -> None:
    """NotFound for who is not among them, or not any more."""
    if await staff.member(session, staff_id) is None:
        raise NotFound("staff.gone")


async def _locked(session: AsyncSession, staff_id: int) -> tuple[Member, bool]:
    """A member, and whether they are the last who governs the office. All who change something wait
    for each other here: of two at once the second meets what the first has made of it."""
    governors = await staff.lock_governors(session)
    member = await staff.member(session, staff_id)
    if member is None:
        raise NotFound("staff.gone")
    return member, governors == {staff_id}


async def _known(session: AsyncSession, group_ids: Collection[int]) -> set[int]:
    """These groups; NotFound if one of them is gone, for limits must not become wider unseen."""
    wanted = set(group_ids)
    if not wanted <= {group.id for group in await units.groups(session)}:
        raise NotFound("staff.group_gone")
    return wanted


async def called(session: AsyncSession, words: str) -> list[Member]:
    """The members whose name holds these words, with or without accents."""
    wanted = fold(words)
    found = await staff.members(session)
    return [each for each in found if f" {wanted} " in f" {fold(each.name)} "]


async def groups_called(session: AsyncSession, words: Sequence[str]) -> dict[str, int]:
    """The group of this name, in as many words as it has; else the groups with these codes."""
    name = fold(" ".join(words))
    for group in await units.groups(session) if name else ():
        if fold(group.name) == name:
            return {group.name: group.id}
    return await groups_by_code(session, words)


async def groups_by_code(session: AsyncSession, codes: Collection[str]) -> dict[str, int]:
    """The groups with these codes, as they are written; NotFound names the first that is none."""
    known = {group.code.casefold(): group.id for group in await units.groups(session)}
    for code in codes:
        if code.casefold() not in known:
            raise NotFound("staff.group_unknown", code=code[:40])
    return {code: known[code.casefold()] for code in codes}


def _codes(group_ids: Collection[int]) -> str:
    return ",".join(map(str, sorted(group_ids)))


async def _follow_up(session: AsyncSession, member: Member, key: str, *, now: datetime) -> None:
    """The person learns of it, and their menu fits what they may do now. Links that they made for
    themselves or others before would undo it."""
    await staff.revoke_invites(session, member.person_id, now=now)
    chat = await staff.private_chat(session, member.person_id)
    actor = await people.actor_by_id(session, member.person_id)
    if chat is None or actor is None:
        return
    await replies.notice(session, chat.id, key, now=now)
    await menus.give(session, chat, actor, now=now)
