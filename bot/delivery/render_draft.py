"""A draft's card with its menus; pure. Those of its audience are in `render_audience`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery import render_attachments, render_plans, render_relations, render_review
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    RelationView,
    Writer,
    fit,
    relation_line,
)
from bot.delivery.render import button as _button
from bot.delivery.render_attachments import AttachmentView
from bot.delivery.render_audience import AudienceView, besides, group_line
from bot.delivery.render_draft_tasks import (
    DraftTaskView,
    FoundView,
    Rows,
    deadline_buttons,
    deadline_question,
    deadlines_buttons,
    found_lines,
    list_buttons,
    task_line,
    task_page,
)
from bot.delivery.render_plans import PlansView
from bot.delivery.render_review import ReviewView
from bot.domain.splitting import shortened
from bot.domain.states import AcknowledgeBy, Relation

TEMPLATES_TAB = 1  # of /duthao
# By the number a button carries.
URGENCIES = (None, "urgent", "very_urgent", "express")
GROUPS_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A draft as staff see it."""

    id: int
    issuer: str | None
    number: str | None
    symbol: str | None
    issued_on: date | None
    issued_month: str | None
    subject: str | None
    urgency: str | None
    tasks: tuple[DraftTaskView, ...]
    audience: AudienceView
    found: tuple[FoundView, ...] = ()  # deadlines in the letter, outside of its tasks
    quick_deadlines: tuple[tuple[int, datetime], ...]  # working days (or END_OF_MONTH), moment
    same_issued_at: datetime | None = None  # the same letter was issued then
    same_drafted_by: str | None = None  # or is being composed by somebody
    # A correction's: its audience is that of what it corrects, and it has a menu of its own.
    title: str | None = None
    notes: tuple[str, ...] = ()
    main_buttons: tuple[tuple[Button, ...], ...] | None = None

    acknowledge_by: AcknowledgeBy = AcknowledgeBy.ANY
    files: tuple[AttachmentView, ...] = ()
    most_files: int = 0
    relation: RelationView | None = None
    relations: tuple[Relation, ...] = ()  # that there may be, by the number a button carries
    suggested: tuple[tuple[int, DirectiveView], ...] = ()
    review: ReviewView | None = None
    reminders: PlansView

    @property
    def has_audience(self) -> bool:
        """Whom it goes to is still to be chosen."""
        return self.main_buttons is None


def draft_card(
    view: DraftView, write: Writer, *, menu: str, task_id: int | None, page: int = 1
) -> Content:
    """What was understood, what is missing, and the buttons of one menu; or one task's page."""
    task = next((each for each in view.tasks if each.id == task_id), None)
    own_page = _own_page(view, write, menu=menu, task=task, page=page)
    if own_page is not None:
        return own_page
    if task_id and task is None and menu == "deadline":
        menu = "deadlines"  # it was removed meanwhile; what is chosen now must not be for all
    head = [view.title or write.bold("draft.title"), *_identity(view, write), *view.notes]
    head += _beside(view, write)
    if view.has_audience:
        head += ["", write.bold("draft.groups"), *_audience(view.audience, write)]
    if menu == "drop":
        head.insert(0, write.bold("draft.ask_drop"))
    if menu == "deadline":
        head.insert(0, deadline_question(task, write))
    head += ["", write.bold("draft.tasks", count=len(view.tasks))]
    with_found = menu in ("deadlines", "deadline")
    tasks = [task_line(each, write, with_found=with_found) for each in view.tasks]
    foot = [*found_lines(view.found, write), "", *_same(view, write), _missing(view, write)]
    foot.append(write.zone_line(write.now))
    text = fit(
        head,
        tasks or [write.say("draft.none")],
        foot,
        more=lambda left: write.say("tasks.more", count=left),
    )
    return Content(text, _buttons(view, write, menu=menu, task=task, page=page))


def _own_page(
    view: DraftView, write: Writer, *, menu: str, task: DraftTaskView | None, page: int
) -> Content | None:
    """A menu that says something else than the card."""
    match menu:
        case "files":
            name = _name(view, write)
            return render_attachments.menu(view.id, name, view.files, write, most=view.most_files)
        case "relations":
            return render_relations.menu(_relations(view, write), write)
        case "reminders":
            return render_plans.menu(view.id, _name(view, write), view.reminders, write)
        case "task_reminders" if task is not None:
            return render_plans.task_menu(
                view.id, task.id, task.called, view.reminders, task.reminder_plan, write
            )
        case "task" | "remove_task" | "every" if task is not None:
            return task_page(
                view.id,
                task,
                write,
                of=len(view.tasks),
                page=page,
                removing=menu == "remove_task",
                recurring=menu == "every",
                has_audience=view.has_audience,
                has_plans=bool(view.reminders.plans),
            )
    return None


def _buttons(
    view: DraftView, write: Writer, *, menu: str, task: DraftTaskView | None, page: int
) -> Rows:
    match menu:
        case "deadlines":
            return deadlines_buttons(view.id, view.tasks, write)
        case "deadline":
            return deadline_buttons(
                view.id, task, task.found if task else view.found, view.quick_deadlines, write
            )
        case "tasks" | "task" | "remove_task" | "task_reminders" | "every":
            return list_buttons(view.id, view.tasks, write, page=page)
        case "urgency":
            return _urgency_buttons(view, write)
        case "more":
            return _more_buttons(view, write)
        case "drop":
            return _drop_buttons(view, write)
        case _:
            return view.main_buttons or _main_buttons(view, write)


def _name(view: DraftView, write: Writer) -> str:
    """By what the draft is known on its other menus."""
    known = [f"{view.number}/{view.symbol or ''}".rstrip("/")] if view.number else []
    known += [shortened(view.subject)] if view.subject else []
    return f"{write.texts('draft.title')}: {' · '.join(known) or write.texts('draft.not_given')}"


def _relations(view: DraftView, write: Writer) -> render_relations.MenuView:
    return render_relations.MenuView(
        draft_id=view.id,
        title=_name(view, write),
        relation=view.relation,
        suggestions=view.suggested,
        kinds=view.relations,
    )


def _beside(view: DraftView, write: Writer) -> list[str]:
    """What it is to an earlier directive, who is to confirm, and how far its approval is."""
    lines = [relation_line(view.relation, write)] if view.relation else []
    if view.acknowledge_by is not AcknowledgeBy.ANY:
        lines.append(write.say(f"draft.acknowledge_by_{view.acknowledge_by}"))
    lines += render_plans.plan_line(view.reminders, write)
    if view.suggested and not view.relation:
        lines.append(write.say("relation.may_be"))
    return lines + (render_review.lines(view.review, write) if view.review else [])


def _identity(view: DraftView, write: Writer) -> list[str]:
    number = escape(view.number) if view.number else write.bold("draft.not_given")
    symbol = f"/{escape(view.symbol)}" if view.symbol else ""
    if view.issued_on:
        day = escape(write.moments.day(view.issued_on))
    else:
        day = write.bold("draft.not_given")
        if view.issued_month:
            year, _, month = view.issued_month.partition("-")
            day += " " + write.say("draft.month", month=month, year=year)
    subject = write.bold("draft.not_given")
    if view.subject:
        subject = escape(shortened(view.subject, most=500), quote=False)
    lines = [
        f"{write.say('draft.number')} {number}{symbol}",
        f"{write.say('draft.date')} {day}",
        f"{write.say('draft.issuer')} {escape(view.issuer or '', quote=False)}",
        f"{write.say('draft.subject')} {subject}",
    ]
    if view.urgency:
        lines.insert(0, write.bold(f"urgency.{view.urgency}"))
    return lines


def _audience(view: AudienceView, write: Writer) -> list[str]:
    groups = [group_line(group, write, most=60) for group in view.groups[:GROUPS_SHOWN]]
    if len(view.groups) > GROUPS_SHOWN:
        groups.append("…" + write.say("list.and_more", count=len(view.groups) - GROUPS_SHOWN))
    return [*groups, *besides(view, write)] or [write.say("draft.none")]


def _same(view: DraftView, write: Writer) -> list[str]:
    """That the letter is there already, told before anybody goes on with it."""
    if view.same_issued_at is not None:
        at = write.moments.short(view.same_issued_at)
        return [write.bold("draft.same_issued", at=at)]
    if view.same_drafted_by is not None:
        return [write.bold("draft.same_drafted", by=shortened(view.same_drafted_by))]
    return []


def _missing(view: DraftView, write: Writer) -> str:
    missing = []
    if not view.number:
        missing.append("draft.lacks_number")
    if not view.issued_on:
        missing.append("draft.lacks_date")
    if not view.subject:
        missing.append("draft.lacks_subject")
    if view.has_audience and view.audience.is_empty:
        missing.append("draft.lacks_groups")
    if not all(task.decided for task in view.tasks):
        missing.append("draft.lacks_deadlines")
    if not missing:
        return write.bold("draft.complete")
    return write.say("draft.missing", list=", ".join(write.texts(key) for key in missing))


def _main_buttons(view: DraftView, write: Writer) -> Rows:
    return (
        (
            _button(write, "button.number", Press.DRAFT_NUMBER, view.id),
            _button(write, "button.date", Press.DRAFT_DATE, view.id),
        ),
        (
            _button(write, "button.edit_subject", Press.DRAFT_SUBJECT, view.id),
            _button(write, "button.urgency", Press.DRAFT_URGENCIES, view.id),
        ),
        (
            _button(write, "button.groups", Press.DRAFT_GROUPS, view.id),
            _button(write, "button.tasks", Press.DRAFT_TASKS, view.id, 1),
        ),
        (
            _button(write, "button.deadlines", Press.DRAFT_DEADLINES, view.id),
            Button(
                write.texts("button.files", count=len(view.files)),
                Callback(Press.DRAFT_FILES, (view.id,)),
            ),
        ),
        (
            _button(write, "button.relations", Press.DRAFT_RELATIONS, view.id),
            _button(write, "button.more", Press.DRAFT_MORE, view.id),
        ),
        (_button(write, "button.preview", Press.DRAFT_PREVIEW, view.id, style="primary"),),
    )


def _back(view: DraftView, write: Writer) -> tuple[Button, ...]:
    return (_button(write, "button.back", Press.DRAFT_CARD, view.id),)


def _urgency_buttons(view: DraftView, write: Writer) -> Rows:
    rows = [
        (
            Button(
                ("● " if urgency == view.urgency else "")
                + write.texts(f"urgency.{urgency}" if urgency else "urgency.none"),
                Callback(Press.DRAFT_URGENCY, (view.id, number)),
            ),
        )
        for number, urgency in enumerate(URGENCIES)
    ]
    return (*rows, _back(view, write))


def _more_buttons(view: DraftView, write: Writer) -> Rows:
    return (
        (
            _button(write, "button.issuer", Press.DRAFT_ISSUER, view.id),
            _button(write, "button.full_text", Press.DRAFT_TEXT, view.id),
        ),
        (
            _button(write, "button.template_save", Press.TEMPLATE_SAVE, view.id),
            _button(write, "button.templates", Press.DRAFTS_PAGE, TEMPLATES_TAB, 1),
        ),
        *_acknowledge_buttons(view, write),
        (_button(write, "button.reminders", Press.DRAFT_REMINDERS, view.id),),
        (_button(write, "button.drop", Press.DRAFT_DROP_ASK, view.id),),
        _back(view, write),
    )


def _acknowledge_buttons(view: DraftView, write: Writer) -> Rows:
    """Whose confirmation is a unit's; a correction does not change it."""
    if not view.has_audience:
        return ()
    return tuple(
        (
            Button(
                ("● " if rule is view.acknowledge_by else "")
                + write.texts(f"button.acknowledge_by_{rule}"),
                Callback(Press.DRAFT_ACKNOWLEDGE_BY, (view.id, number)),
            ),
        )
        for number, rule in enumerate(AcknowledgeBy)
    )


def _drop_buttons(view: DraftView, write: Writer) -> Rows:
    sure = _button(write, "button.drop_surely", Press.DRAFT_DROP, view.id, style="danger")
    return ((sure,), _back(view, write))
