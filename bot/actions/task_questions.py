"""The question for which task evidence is, in its words and with its buttons: why the task that was
named cannot be it, what is new, what was there before. Who is asked, and where, is not said here.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.actions.candidate_tasks import Choice
from bot.actions.recording import Duplicate
from bot.actions.replies import Button
from bot.actions.submitting import ChooseTask
from bot.callbacks import Callback, Press
from bot.domain.articles import EvidenceKind
from bot.domain.directives import number_and_symbol
from bot.domain.splitting import shortened
from bot.texts.moments import Moments
from bot.texts.periods import numbered, with_period

TASKS_OFFERED = 20
MOST_SHOWN = 40  # characters of a title or a name on a button


def words(choose: ChooseTask, moments: Moments) -> str:
    """The whole question, as one message says it."""
    say = moments.texts
    sentences = []
    if choose.not_open is not None:
        sentences.append(say("links.no_such_task", position=choose.not_open))
    is_link = choose.kind is EvidenceKind.LINK
    sentences += _of_links(choose, moments) if is_link else _of_another(choose, moments)
    if len(choose.tasks) > TASKS_OFFERED:
        sentences.append(say("link.not_listed" if is_link else "evidence.not_listed"))
    return " ".join(sentences)


def _of_links(choose: ChooseTask, moments: Moments) -> Iterator[str]:
    """What is new comes first: the known ones alone are no reason to stop reading."""
    say, known = moments.texts, choose.known
    if not choose.new:
        key = "link.known_elsewhere" if len(known) == 1 else "link.all_known_elsewhere"
        yield say(key, count=len(known), **_first(known[0], moments))
        return
    if not known:
        key = "link.choose_task" if choose.new == 1 else "link.choose_task_of_several"
        yield say(key, count=choose.new)
        return
    yield say("link.choose_task_of_new", count=choose.new)
    key = "link.known_too" if len(known) == 1 else "link.several_known_too"
    yield say(key, count=len(known), **_first(known[0], moments))


def _of_another(choose: ChooseTask, moments: Moments) -> Iterator[str]:
    if choose.known:
        yield moments.texts("evidence.known_elsewhere", **_first(choose.known[0], moments))
    else:
        yield moments.texts("evidence.choose_task")


def _first(sent: Duplicate, moments: Moments) -> dict[str, str]:
    return {
        "at": moments.short(sent.submitted_at),
        "zone": moments.zone_name(sent.submitted_at),
        "position": numbered(sent.task_position, sent.period, moments.texts),
    }


def buttons(choose: ChooseTask, moments: Moments) -> list[list[Button]]:
    """A button for each of the likeliest tasks."""
    several = len({choice.directive.id for choice in choose.tasks}) > 1
    of_units = len({choice.unit_name for choice in choose.tasks}) > 1
    press = Press.PLACE_ENTERED if choose.by_office else Press.PLACE_LINKS
    rows = []
    for choice in choose.tasks[:TASKS_OFFERED]:
        title = _title(choice, moments, several=several, of_units=of_units)
        button = Button(
            "button.task_title",
            Callback(press, (choose.submission_id, choice.task.assignment_id)),
            {"position": choice.task.position, "title": shortened(title, most=MOST_SHOWN)},
        )
        rows.append([button])
    return rows


def _title(choice: Choice, moments: Moments, *, several: bool, of_units: bool) -> str:
    directive, task = choice.directive, choice.task
    title = with_period(task.short_title, task.period, moments.texts)
    if several:
        code = number_and_symbol(directive.number, directive.symbol) or f"#{directive.id}"
        title = f"{code} · {title}"
    return f"{choice.unit_name} · {title}" if of_units else title
