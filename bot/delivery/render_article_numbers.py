"""How many articles there are, in a directive's state for staff; pure.

The same numbers stand in the report's files; they are counted in `bot.domain.article_numbers`.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery.render import Writer
from bot.domain.article_numbers import ArticleClass, ArticleNumbers, TaskProgress, Timing
from bot.texts.periods import numbered

TASKS_SHOWN = 15


def lines(numbers: ArticleNumbers, progress: Sequence[TaskProgress], write: Writer) -> list[str]:
    """A line of the articles, and one of how many units have sent as many as are expected, and of
    how many the office has accepted the task."""
    found = [
        write.say(
            "state.articles",
            total=numbers.total,
            originals=numbers.originals,
            reposts=numbers.reposts,
            accepted=numbers.classes[ArticleClass.ACCEPTED],
            undecided=numbers.classes[ArticleClass.UNDECIDED],
            returned=numbers.classes[ArticleClass.RETURNED],
            late=numbers.submitted[Timing.LATE],
            doubtful=numbers.doubtful,
        )
    ]
    if progress:
        found.append(write.say("state.enough", tasks=_tasks(progress, write)))
    return found


def _tasks(progress: Sequence[TaskProgress], write: Writer) -> str:
    shown = " · ".join(_task(each, write) for each in progress[:TASKS_SHOWN])
    return f"{shown} …" if len(progress) > TASKS_SHOWN else shown


def _task(each: TaskProgress, write: Writer) -> str:
    """`NV1 (tháng 11/2026) gửi đủ 1/11, chấp nhận 0 (vướng 3 tin, bài)`; of what no articles are
    asked for, how many units are done."""
    number = numbered(each.position, each.period, write.texts)
    counts = {"units": each.units, "accepted": each.accepted}
    task = write.texts("button.task", position=number)
    if each.asks_articles:
        shown = write.texts("state.enough_of_task", task=task, enough=each.enough, **counts)
    else:
        shown = write.texts("state.done_of_task", task=task, done=each.finished, **counts)
    if each.doubtful:
        shown += f" ({write.texts('state.doubtful', count=each.doubtful)})"
    return shown
