"""What of the office's work is a staff member's: looked up, and refused if it is not.

The rule itself stands in `bot.domain.rights`.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import groups, units
from bot.domain.rights import Actor, Right
from bot.errors import NotAllowed, NotFound
from bot.storage import audience, directives, drafts
from bot.storage.tables import Contact, Directive, Draft, Group, Unit

_NOT_THEIRS = "refused.out_of_scope"


def check_whole_office(actor: Actor) -> None:
    """NotAllowed to staff with limits, and to who is no administrator."""
    if not actor.may(Right.GOVERN):
        raise NotAllowed("refused.not_yours")


def check_unit(actor: Actor, unit_id: int) -> None:
    """NotAllowed if the unit is not theirs."""
    if not actor.oversees(unit_id):
        raise NotAllowed(_NOT_THEIRS)


async def visible_unit(session: AsyncSession, unit_id: int, *, actor: Actor) -> Unit:
    """A unit of theirs that is not retired; NotFound if there is none."""
    unit = await units.active(session, unit_id)
    check_unit(actor, unit.id)
    return unit


async def visible_contact(session: AsyncSession, contact_id: int, *, actor: Actor) -> Contact:
    """Somebody of a unit of theirs that is not retired; NotFound if there is none such."""
    contact = await audience.contact(session, contact_id)
    if contact is None:
        raise NotFound("refused.gone")
    await visible_unit(session, contact.unit_id, actor=actor)
    return contact


async def visible_group(session: AsyncSession, group_id: int, *, actor: Actor) -> Group:
    """A group of theirs; NotFound if there is none."""
    group = await groups.known(session, group_id)
    if not actor.may_address({group.id}):
        raise NotAllowed(_NOT_THEIRS)
    return group


async def visible_directive(session: AsyncSession, directive_id: int, *, actor: Actor) -> Directive:
    """A directive that the person may see something of; NotFound if there is none."""
    directive = await directives.get(session, directive_id)
    if directive is None:
        raise NotFound("directive.unknown")
    if not actor.may_see(await directives.unit_ids(session, directive_id)):
        raise NotAllowed(_NOT_THEIRS)
    return directive


async def check_control(session: AsyncSession, directive_id: int, *, actor: Actor) -> None:
    """NotAllowed unless the sending is in the person's hands."""
    await visible_directive(session, directive_id, actor=actor)
    if not actor.may_control(await directives.unit_ids(session, directive_id)):
        raise NotAllowed("refused.not_all_in_scope")


async def own_draft(session: AsyncSession, draft_id: int, *, actor: Actor) -> Draft:
    """A draft that the person may work on, in whatever state it is; NotFound if there is none."""
    draft = await drafts.get(session, draft_id)
    if draft is None:
        raise NotFound("draft.unknown")
    if not actor.may_compose(draft.author_id):
        raise NotAllowed(_NOT_THEIRS)
    return draft


async def own_draft_of_task(session: AsyncSession, task_id: int, *, actor: Actor) -> Draft:
    """The draft that a task is of, if the person may work on it; NotFound if there is none."""
    task = await drafts.task(session, task_id)
    if task is None:
        raise NotFound("draft.unknown")
    return await own_draft(session, task.draft_id, actor=actor)


async def check_line(session: AsyncSession, draft_group_id: int, *, actor: Actor) -> None:
    """NotAllowed unless a line of a draft's audience is the person's to tick, or to untick."""
    line = await drafts.draft_group(session, draft_group_id)
    if line is None:
        raise NotFound("draft.unknown")
    await own_draft(session, line.draft_id, actor=actor)
    if line.group_id is None or line.chosen:
        return
    if not actor.may_address({line.group_id}):
        raise NotAllowed("refused.group_out_of_scope")


async def check_audience(session: AsyncSession, draft_id: int, *, actor: Actor) -> None:
    """NotAllowed if a group or unit was chosen that is not theirs, by whomever."""
    choices = await audience.choices(session, draft_id)
    if not actor.may_address(choices.groups):
        raise NotAllowed("refused.group_out_of_scope")
    for unit_id in choices.own_units:
        check_unit(actor, unit_id)
