"""A table of units that administrators send: its card's buttons."""

from __future__ import annotations

from bot.actions import table_imports as actions
from bot.actions.table_imports import Sent
from bot.domain.rights import Right
from bot.domain.states import MessageKind
from bot.errors import InvalidInput, NotAllowed
from bot.tables.reading import FORMS, MAX_BYTES, OTHER_FORMS
from handlers.context import Incoming, first_id, ids


def is_table(incoming: Incoming) -> bool:
    """Whether what was sent is a file with a table."""
    return _form(incoming) in (*FORMS, *OTHER_FORMS)


def _form(incoming: Incoming) -> str:
    document = incoming.message.document if incoming.message else None
    name = (document.file_name or "") if document else ""
    return name.lower().rpartition(".")[2]


async def begin(incoming: Incoming) -> None:
    """Keep the file; it is downloaded and read beside."""
    actor = incoming.known_actor
    if not actor.may(Right.GOVERN):
        is_limited = actor.may(Right.REGISTER)
        raise NotAllowed("refused.out_of_scope" if is_limited else "table.admins_only")
    if _form(incoming) not in FORMS:
        raise InvalidInput("table.form")
    message = incoming.message
    document = message.document if message else None
    if message is None or document is None:
        raise InvalidInput("refused.gone")
    if document.file_size and document.file_size > MAX_BYTES:
        raise InvalidInput("table.too_large", most=MAX_BYTES // 1024 // 1024)
    await incoming.end_dialogue()
    await actions.begin(
        incoming.session,
        Sent(message.message_id, document.file_id, document.file_name or ""),
        author_id=actor.person_id,
        chat_id=incoming.chat.id,
        now=incoming.now,
    )


async def show(incoming: Incoming) -> None:
    """Back to the card's first menu."""
    await actions.show_summary(incoming.session, first_id(incoming), now=incoming.now)


async def show_columns(incoming: Incoming) -> None:
    """Which column was misunderstood?"""
    await actions.show_menu(incoming.session, first_id(incoming), place=None, now=incoming.now)


async def show_column(incoming: Incoming) -> None:
    """What does the column mean?"""
    import_id, place = ids(incoming, 2)
    await actions.show_menu(incoming.session, import_id, place=place, now=incoming.now)


async def set_meaning(incoming: Incoming) -> None:
    """It means that."""
    import_id, place, number = ids(incoming, 3)
    await actions.set_column(
        incoming.session, import_id, place=place, column_number=number, now=incoming.now
    )


async def take(incoming: Incoming) -> None:
    """Take all its units into the registry."""
    await actions.take(incoming.session, first_id(incoming), now=incoming.now)
    incoming.popup("table.is_taken")


async def report(incoming: Incoming) -> None:
    """Its faults and what becomes of every row, as a workbook."""
    row = await actions.open_import(incoming.session, first_id(incoming))
    await incoming.show(MessageKind.IMPORT_REPORT, {"import_id": row.id})
    incoming.popup("report.on_its_way")


async def drop(incoming: Incoming) -> None:
    """Staff do not want it."""
    await actions.drop(incoming.session, first_id(incoming), now=incoming.now)
