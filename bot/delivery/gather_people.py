"""What the lists of planned changes of units and of a person's data show, loaded when sent."""

from __future__ import annotations

from bot.actions.personal import objections
from bot.actions.unit_changes import OF_ONE_UNIT, wish_of
from bot.delivery import render_people
from bot.delivery.context import NOT_STAFF, Context, Gathered, Ready, Withdraw, reader
from bot.domain.paging import page_within
from bot.domain.rights import Right
from bot.storage import people, personal, unit_changes, units
from bot.storage.tables import Person


async def changes(context: Context) -> Gathered:
    """/sapxep: changes of units that are ahead, one page."""
    actor = await reader(context, Right.REGISTER)
    if actor is None:
        return NOT_STAFF
    scope = actor.scope.unit_ids if actor.scope else None
    size = render_people.CHANGES_A_PAGE
    count = await unit_changes.count_planned(context.session, scope=scope)
    page, pages = page_within(context.number("page"), count=count, size=size)
    found = await unit_changes.planned(
        context.session, scope=scope, offset=(page - 1) * size, limit=size
    )
    wishes = [(change, wish_of(change)) for change in found]
    ids = {unit_id for _, wish in wishes for unit_id in (wish.unit_id, *wish.into)}
    names = {
        unit.id: unit.name
        for unit in await units.units_by_ids(context.session, ids)
        if actor.oversees(unit.id)
    }
    views = [
        render_people.ChangeView(
            change_id=change.id,
            kind=change.kind,
            day=change.effective_on,
            unit=names.get(change.unit_id, ""),
            name=wish.name,
            into=", ".join(names[unit_id] for unit_id in wish.into if unit_id in names) or "…",
            may_drop=change.kind in OF_ONE_UNIT or actor.may(Right.GOVERN),
        )
        for change, wish in wishes
    ]
    content = render_people.unit_changes(views, context.write, page=page, pages=pages, count=count)
    return Ready(content, context.message.edits)


async def personal_data(context: Context) -> Gathered:
    """/dulieu: all that is kept about the person, to themselves only."""
    person = await people.person(context.session, context.number("person_id"))
    if person is None or person.erased_at is not None:
        return Withdraw("person_gone")
    view = await _person_view(context, person)
    content = render_people.personal_data(
        view, context.write, retention_days=context.number("days")
    )
    return Ready(content)


async def erasure(context: Context) -> Gathered:
    """The same of somebody who would have it erased, for administrators of the whole office."""
    if await reader(context, Right.GOVERN) is None:
        return NOT_STAFF
    person = await people.person(context.session, context.number("whose"))
    if person is None or person.erasure_asked_at is None:
        return Withdraw("person_gone")
    content = render_people.erasure(
        person.id,
        await _person_view(context, person),
        [(each.reason, each.unit_name) for each in await objections(context.session, person)],
        context.write,
        retention_days=context.number("days"),
    )
    return Ready(content)


async def _person_view(context: Context, person: Person) -> render_people.PersonView:
    traces = await personal.traces(context.session, person)
    staff = await personal.staff_role(context.session, person.id)
    return render_people.PersonView(
        name=person.name,
        telegram_id=person.telegram_id,
        language=person.language,
        created_at=person.created_at,
        consented_at=person.consented_at,
        staff_role=staff.role if staff else None,
        contacts=tuple(
            render_people.ContactView(
                unit=unit.name,
                role=contact.role,
                title=contact.title,
                joined_at=contact.joined_at,
                ended_at=contact.ended_at,
                until=contact.until,
            )
            for contact, unit in await personal.all_contacts(context.session, person.id)
        ),
        acknowledgements=traces.acknowledgements,
        articles=traces.articles,
        events=traces.events,
        messages=traces.messages,
        questions=traces.questions,
    )
