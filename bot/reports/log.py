"""The record of events as people read it: a sentence for each, and the whole as a table.

Every sentence comes from the catalogues: `event.<action>`, or a general one for what has none.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator

from bot.domain.states import EventDoor
from bot.reports.sheet import safe_text
from bot.storage import record
from bot.storage.record import Entry
from bot.texts import Texts, UnknownKey
from bot.texts.moments import Moments

COLUMNS = (
    "log.column_number",
    "log.column_at",
    "log.column_who",
    "log.column_role",
    "log.column_door",
    "log.column_what",
    "log.column_directive",
    "log.column_unit",
    "log.column_code",
    "log.column_details",
    "log.column_seal",
)
_NOTHING = "–"
_BEGINS_A_FORMULA = tuple("=+-@\t\r")
# What sentences may speak of; what an event does not say is a dash.
PLACEHOLDERS = ("unit", "directive", "object", "before", "after", "reason", "role", "groups")


def sentence(entry: Entry, texts: Texts) -> str:
    """What happened, in words."""
    details = {name: value for name, value in entry.details.items() if value is not None}
    values = dict.fromkeys(PLACEHOLDERS, _NOTHING)
    values |= {name: _word(value, texts) for name, value in details.items() if name in values}
    values |= {
        name: _limits(str(details[name]), entry, texts)
        for name in record.LIMITS.get(entry.action, ())
        if name in details
    }
    values |= {
        "unit": entry.unit or _NOTHING,
        "directive": entry.directive or _NOTHING,
        "object": _object(entry, texts),
    }
    if entry.before or entry.after:
        values |= {"before": _listed(entry.before), "after": _listed(entry.after)}
    try:
        return texts(f"event.{entry.action}", **values)
    except UnknownKey:
        return texts("event.other", action=entry.action)


def _object(entry: Entry, texts: Texts) -> str:
    """What it is about, by its name if it has one, never by a code."""
    if entry.object_name or not entry.object_kind:
        return entry.object_name or _NOTHING
    return texts(f"object.{entry.object_kind}", number=entry.object_id)


def _limits(codes: str, entry: Entry, texts: Texts) -> str:
    """The groups that somebody is limited to, by their names."""
    named = [entry.groups.get(int(code), code) for code in codes.split(",") if code]
    return ", ".join(named) or texts("staff.everywhere")


def line(entry: Entry, moments: Moments) -> str:
    """When, who, as what, and what."""
    texts = moments.texts
    who = _who(entry, texts)
    if entry.person and entry.role:
        who = f"{who} ({_word(entry.role, texts)})"
    return f"{moments.short(entry.at)} · {who}: {sentence(entry, texts)}"


def _who(entry: Entry, texts: Texts) -> str:
    if entry.person:
        return entry.person
    door = entry.door or EventDoor.SCHEDULE
    return texts("log.somebody") if door is EventDoor.CHAT else texts(f"door.{door}")


def _word(value: object, texts: Texts) -> str:
    """A code as a word, if the catalogue has one."""
    for key in (f"role.{value}", f"{value}"):
        try:
            word = texts(key)
        except UnknownKey:
            continue
        if "{" not in word:
            return word
    return str(value)


def _listed(values: object) -> str:
    if not isinstance(values, dict) or not values:
        return _NOTHING
    return ", ".join(str(value) for value in values.values() if value is not None) or _NOTHING


# --- tables --------------------------------------------------------------------------------------


def rows(entries: Iterable[Entry], moments: Moments) -> Iterator[tuple[str, ...]]:
    """A table's rows below its heads."""
    texts = moments.texts
    for entry in entries:
        yield (
            str(entry.number or ""),
            entry.at.astimezone(moments.zone).strftime("%d/%m/%Y %H:%M:%S"),
            entry.person or "",
            _word(entry.role, texts) if entry.role else "",
            texts(f"door.{entry.door or EventDoor.SCHEDULE}"),
            sentence(entry, texts),
            entry.directive or "",
            entry.unit or "",
            entry.action,
            json.dumps(dict(entry.details), ensure_ascii=False, sort_keys=True),
            entry.seal or "",
        )


def heads(moments: Moments, *, zone: str) -> tuple[str, ...]:
    """A table's heads; the one of the times names their zone."""
    return tuple(moments.texts(key, zone=zone) for key in COLUMNS)


def workbook(head: tuple[str, ...], body: Iterable[tuple[str, ...]]) -> bytes:
    """The table as XLSX; every cell is text."""
    from openpyxl import Workbook  # heavy: only when one is asked for
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for place, width in enumerate((9, 20, 28, 16, 14, 70, 20, 32, 24, 40, 20)):
        sheet.column_dimensions[chr(ord("A") + place)].width = width
    for number, cells in enumerate((head, *body)):
        written = []
        for text in cells:
            cell = WriteOnlyCell(sheet, value=safe_text(text))
            cell.data_type = "s"  # or "=…" would become a formula
            cell.quotePrefix = text.startswith(_BEGINS_A_FORMULA)
            if number == 0:
                cell.font = Font(bold=True)
            written.append(cell)
        sheet.append(written)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
