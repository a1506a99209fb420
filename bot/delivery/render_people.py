"""What changes over the years, as staff and people read it: planned changes of units, and what is
kept about a person; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    Writer,
    fit,
    page_buttons,
)
from bot.domain.splitting import shortened
from bot.domain.states import ContactRole, StaffRole, UnitChangeKind

CHANGES_A_PAGE = 5

_CHANGE_LINES = {
    UnitChangeKind.RENAME: "change.line_rename",
    UnitChangeKind.RETIRE: "change.line_retire",
    UnitChangeKind.MERGE: "change.line_merge",
    UnitChangeKind.SPLIT: "change.line_split",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """One change of a unit that is ahead."""

    change_id: int
    kind: UnitChangeKind
    day: date
    unit: str
    name: str
    into: str
    may_drop: bool


def unit_changes(
    views: Sequence[ChangeView], write: Writer, *, page: int, pages: int, count: int
) -> Content:
    """What is planned, one page, each with the button that drops it."""
    if not views:
        return Content(write.say("change.none_planned"))
    first = (page - 1) * CHANGES_A_PAGE + 1
    numbered = list(enumerate(views, start=first))
    lines = [f"{place}. {_change_line(view, write)}" for place, view in numbered]
    text = fit(
        [write.bold("change.planned_title", count=count), ""],
        lines,
        ["", write.say("change.usage")],
        more=lambda left: write.texts("list.and_more", count=left),
    )
    drop = tuple(
        (
            Button(
                f"{place}. {write.texts('button.change_drop')}",
                Callback(Press.CHANGE_DROP, (view.change_id,)),
            ),
        )
        for place, view in numbered
        if view.may_drop
    )
    turn = page_buttons(Press.CHANGES_PAGE, (), page=page, pages=pages)
    return Content(text, (*drop, turn))


def _change_line(view: ChangeView, write: Writer) -> str:
    return write.say(
        _CHANGE_LINES[view.kind],
        day=write.moments.day(view.day),
        unit=shortened(view.unit),
        name=shortened(view.name),
        into=shortened(view.into, most=300),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """A unit that the person speaks for, or spoke for."""

    unit: str
    role: ContactRole
    title: str
    joined_at: datetime
    ended_at: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """All that is kept about a person, as it is told to them."""

    name: str
    telegram_id: int
    language: str
    created_at: datetime
    consented_at: datetime | None
    staff_role: StaffRole | None
    contacts: tuple[ContactView, ...]
    acknowledgements: int
    articles: int
    events: int
    messages: int
    questions: int


def personal_data(view: PersonView, write: Writer, *, retention_days: int) -> Content:
    """What is kept, in plain words, with the button that asks for its erasure."""
    text = _all_kept(
        write.bold("data.title"), view, write, retention_days, [write.say("data.rights")]
    )
    ask = Button(write.texts("button.ask_erasure"), Callback(Press.ASK_ERASURE))
    return Content(text, ((ask,),))


def erasure(
    person_id: int,
    view: PersonView,
    objections: Sequence[tuple[str, str]],
    write: Writer,
    *,
    retention_days: int,
) -> Content:
    """What is kept of somebody who would have it erased, what speaks against that, and how it is
    done."""
    force = " --force" if objections else ""
    foot = [write.say(f"data.objection_{reason}", unit=unit) for reason, unit in objections]
    foot.append(write.say("data.how_to_erase", id=view.telegram_id, force=force))
    text = _all_kept(write.bold("data.title_of", name=view.name), view, write, retention_days, foot)
    decline = Button(
        write.texts("button.erasure_decline"), Callback(Press.ERASURE_DECLINE, (person_id,))
    )
    return Content(text, ((decline,),))


def _all_kept(
    title: str, view: PersonView, write: Writer, retention_days: int, last: Sequence[str]
) -> str:
    moment = write.moments.short
    head = [
        title,
        write.say("data.name", name=view.name),
        write.say(
            "data.account", id=view.telegram_id, language=write.texts(f"language.{view.language}")
        ),
        write.say("data.since", at=moment(view.created_at)),
    ]
    if view.consented_at is not None:
        head.append(write.say("data.consent", at=moment(view.consented_at)))
    if view.staff_role is not None:
        head.append(write.say("data.staff", role=write.texts(f"role.{view.staff_role}")))
    foot = [
        write.say(
            "data.counts",
            acknowledgements=view.acknowledgements,
            articles=view.articles,
            events=view.events,
        ),
        write.say("data.messages", number=view.messages, days=retention_days),
        write.say("data.questions", number=view.questions),
        *last,
        write.zone_line(write.now),
    ]
    return fit(
        head,
        [_contact_line(contact, write) for contact in view.contacts],
        foot,
        more=lambda left: write.texts("list.and_more", count=left),
    )


def _contact_line(view: ContactView, write: Writer) -> str:
    role = write.texts(f"unit.role_{view.role}")
    title = f" ({view.title})" if view.title else ""
    line = write.say(
        "data.contact",
        unit=shortened(view.unit),
        role=f"{role}{title}",
        at=write.moments.short(view.joined_at),
    )
    if view.ended_at is not None:
        return line + write.say("data.contact_ended", at=write.moments.short(view.ended_at))
    if view.until is not None:
        return line + write.say("data.contact_until", at=write.moments.short(view.until))
    return line
