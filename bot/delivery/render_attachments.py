"""The menu of a draft's card with the files that go with the letter; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import Button, Content, Writer
from bot.domain.splitting import shortened


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A file that goes with the letter."""

    id: int
    name: str
    is_picture: bool


def menu(
    draft_id: int, title: str, files: Sequence[AttachmentView], write: Writer, *, most: int
) -> Content:
    """The files in their order, each to be moved up or taken away, and how to add one."""
    lines = [
        f"<b>{escape(title, quote=False)}</b>",
        "",
        write.bold("attachments.title", count=len(files)),
    ]
    lines += [f"{number}. {_name(file, write)}" for number, file in enumerate(files, start=1)] or [
        write.say("draft.none")
    ]
    lines += ["", write.say("attachments.not_read"), write.zone_line(write.now)]
    rows = [_row(draft_id, number, file, write) for number, file in enumerate(files, start=1)]
    if len(files) < most:
        add = Callback(Press.DRAFT_FILE_ADD, (draft_id,))
        rows.append((Button(write.texts("button.file_add"), add),))
    back = Button(write.texts("button.back"), Callback(Press.DRAFT_CARD, (draft_id,)))
    return Content("\n".join(lines), (*rows, (back,)))


def _name(file: AttachmentView, write: Writer) -> str:
    if file.name:
        return escape(shortened(file.name), quote=False)
    return write.say("attachments.picture" if file.is_picture else "attachments.unnamed")


def _row(draft_id: int, number: int, file: AttachmentView, write: Writer) -> tuple[Button, ...]:
    """A button says what is to be, so that it may come twice."""
    drop = Button(
        write.texts("button.file_drop", number=number),
        Callback(Press.DRAFT_FILE_DROP, (draft_id, file.id)),
    )
    if number == 1:
        return (drop,)
    up = Callback(Press.DRAFT_FILE_AT, (draft_id, file.id, number - 1))
    return (Button(write.texts("button.file_up", number=number), up), drop)
