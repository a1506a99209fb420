"""What staff follow: the state of a directive, its report."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions import access
from bot.actions.replies import MOST_BUTTONS, Button
from bot.callbacks import Callback, Press
from bot.domain.directives import number_and_symbol
from bot.domain.paging import page_within
from bot.domain.reports import ReportForm
from bot.domain.splitting import shortened
from bot.domain.states import MessageKind
from bot.errors import NotFound
from bot.storage import directives
from bot.storage.tables import Directive
from handlers.choosing import turning
from handlers.context import Incoming, first_id, ids, page_turned

_A_PAGE = 8
# What comes of choosing a directive, by the number that a button carries.
_CHOSEN_FOR = (Press.STATE_PAGE, Press.REPORT, Press.REPORT_CSV, Press.AGENDA_OF)


async def state(incoming: Incoming) -> None:
    """/tiendo [số]: who has confirmed, who has submitted what, who is missing."""
    directive = await meant(incoming, Press.STATE_PAGE)
    if directive is not None:
        await _queue_state(incoming, directive.id, page=1, edits=None)


async def state_page(incoming: Incoming) -> None:
    """Another page, in the same message where it is one already."""
    chosen_from_list = incoming.callback is not None and len(incoming.callback.ids) == 1
    directive_id, page = (first_id(incoming), 1) if chosen_from_list else ids(incoming, 2)
    edits = None if chosen_from_list else await page_turned(incoming)
    await _queue_state(incoming, directive_id, page=page, edits=edits)


async def _queue_state(
    incoming: Incoming, directive_id: int, *, page: int, edits: int | None
) -> None:
    actor = incoming.known_actor
    await access.visible_directive(incoming.session, directive_id, actor=actor)
    await incoming.show(
        MessageKind.STATE,
        {
            "directive_id": directive_id,
            "page": page,
            "person_id": actor.person_id,
        },
        edits=edits,
    )


async def versions_page(incoming: Incoming) -> None:
    """The directive's versions, one page."""
    directive_id, page = ids(incoming, 2)
    actor = incoming.known_actor
    await access.visible_directive(incoming.session, directive_id, actor=actor)
    await incoming.show(
        MessageKind.VERSIONS,
        {
            "directive_id": directive_id,
            "page": page,
            "person_id": actor.person_id,
        },
        edits=await page_turned(incoming),
    )


async def ended_page(incoming: Incoming) -> None:
    """What has ended, one page, each as a button to its state."""
    scope = incoming.known_actor.scope
    count = await directives.count_ended(incoming.session, scope=scope)
    page, pages = page_within(first_id(incoming), count=count, size=_A_PAGE)
    found = await directives.ended_directives(
        incoming.session, scope=scope, offset=(page - 1) * _A_PAGE, limit=_A_PAGE
    )
    buttons = _chosen_from(found, Press.STATE_PAGE)
    buttons += turning(Press.ENDED_PAGE, page=page, pages=pages)
    await incoming.answer(
        "directive.choose_ended" if found else "directive.none_ended",
        {"count": count},
        buttons=buttons,
        edits=await page_turned(incoming),
    )


async def report(incoming: Incoming) -> None:
    """/baocao [số] [csv]: the XLSX with everything, or the articles alone as CSV."""
    form = ReportForm.CSV if _asks_for_csv(incoming.arguments) else ReportForm.XLSX
    press = Press.REPORT_CSV if form is ReportForm.CSV else Press.REPORT
    directive = await meant(incoming, press)
    if directive is not None:
        await _queue_report(incoming, directive.id, form)


def _asks_for_csv(arguments: Sequence[str]) -> bool:
    return any(each.lower() == ReportForm.CSV for each in arguments)


async def report_pressed(incoming: Incoming) -> None:
    """The report's button, or that of its other form."""
    is_csv = incoming.callback is not None and incoming.callback.press is Press.REPORT_CSV
    form = ReportForm.CSV if is_csv else ReportForm.XLSX
    await _queue_report(incoming, first_id(incoming), form)
    incoming.popup("report.on_its_way")


async def _queue_report(incoming: Incoming, directive_id: int, form: ReportForm) -> None:
    actor = incoming.known_actor
    await access.visible_directive(incoming.session, directive_id, actor=actor)
    await incoming.show(
        MessageKind.REPORT,
        {"directive_id": directive_id, "form": form, "person_id": actor.person_id},
    )


async def meant(incoming: Incoming, press: Press) -> Directive | None:
    """The directive a command names, or the only open one; asks with buttons if there are more."""
    scope = incoming.known_actor.scope
    named = [each for each in incoming.arguments if each.lower() != ReportForm.CSV]
    if not named:
        found = await directives.open_directives(incoming.session, scope=scope, limit=2)
        if len(found) == 1:
            return found[0]
        await _choose_open(incoming, press, page=1, edits=None)
        return None
    number = named[0].partition("/")[0].strip()
    found = await directives.by_number(incoming.session, number, scope=scope)
    if not found:
        raise NotFound("directive.unknown")
    if len(found) == 1:
        return found[0]
    await incoming.reply("directive.choose", buttons=_chosen_from(found, press))
    return None


async def open_page(incoming: Incoming) -> None:
    """Another page of open directives to choose from."""
    number, page = ids(incoming, 2)
    press = _CHOSEN_FOR[min(number, len(_CHOSEN_FOR) - 1)]
    await _choose_open(incoming, press, page=page, edits=await page_turned(incoming))


async def _choose_open(incoming: Incoming, press: Press, *, page: int, edits: int | None) -> None:
    """All that go on, one page; what has ended is behind a button."""
    scope = incoming.known_actor.scope
    count = await directives.count_open(incoming.session, scope=scope)
    page, pages = page_within(page, count=count, size=_A_PAGE)
    found = await directives.open_directives(
        incoming.session, scope=scope, offset=(page - 1) * _A_PAGE, limit=_A_PAGE
    )
    buttons = [
        *_chosen_from(found, press),
        *turning(Press.OPEN_PAGE, _CHOSEN_FOR.index(press), page=page, pages=pages),
        [Button("button.ended", Callback(Press.ENDED_PAGE, (1,)))],
    ]
    await incoming.answer(
        "directive.choose_open" if found else "directive.none_open",
        {"count": count},
        buttons=buttons,
        edits=edits,
    )


def _chosen_from(found: Sequence[Directive], press: Press) -> list[list[Button]]:
    return [
        [
            Button(
                "button.directive",
                Callback(press, (directive.id,)),
                {
                    "code": number_and_symbol(directive.number, directive.symbol)
                    or f"#{directive.id}",
                    "subject": shortened(directive.subject, most=40),
                },
            )
        ]
        for directive in found[:MOST_BUTTONS]  # the newest
    ]
