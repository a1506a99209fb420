"""Answers that were published to all of a directive's units: on its card, and as messages; pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery.render import (
    AdditionsView,
    AdditionView,
    Content,
    DirectiveView,
    Writer,
    directive_title,
)
from bot.domain.splitting import shortened

_ASKED_ON_CARD, _ANSWER_ON_CARD = 80, 160


def on_card(view: AdditionsView, write: Writer, *, most: int) -> list[str]:
    """So many of the newest in a line each, and how many more there are."""
    shown = view.newest[:most]
    lines = [write.bold("card.additions", count=view.count)]
    lines += [write.once(_line, each) for each in shown]
    if view.count > len(shown):
        lines.append(write.say("card.more_additions", count=view.count - len(shown)))
    return lines


def _line(view: AdditionView, write: Writer) -> str:
    answer = shortened(" ".join(view.answer.split()), most=_ANSWER_ON_CARD)
    if not view.asked:
        return f"• {write.say('card.addition_alone', answer=answer)}"
    asked = shortened(view.asked, most=_ASKED_ON_CARD)
    return f"• {write.say('card.addition', asked=asked, answer=answer)}"


def message(
    directive: DirectiveView, views: Sequence[AdditionView], write: Writer, *, asked_for: bool
) -> Content:
    """Whole answers: one that is new, without a sound, or all for who asked for them."""
    key = "addition.all" if asked_for else "addition.new"
    lines = [write.bold(key, title=directive_title(directive, write))]
    for view in views:
        lines.append("")
        if view.asked:
            lines.append(write.say("addition.asked", asked=view.asked))
        lines.append(write.say("addition.answer", answer=view.answer))
        if asked_for:
            lines.append(write.say("addition.at", at=write.moments.short(view.at)))
    lines += ["", write.zone_line(write.now)]
    return Content("\n".join(lines), is_silent=not asked_for)
