"""What a contact gets besides the card: a letter's text; pure."""

from __future__ import annotations

from bot.delivery.render import DirectiveView, Writer, directive_title


def letter_part(html: str, directive: DirectiveView, write: Writer, *, number: int, of: int) -> str:
    """One part of a letter's text; where there are several, it says of which and how many."""
    if of == 1:
        return html
    title = directive_title(directive, write)
    foot = write.say("letter.part", title=title, number=number, of=of)
    return f"{html}\n\n<i>{foot}</i>"
