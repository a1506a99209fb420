"""A table's file for a command: read like one that comes by chat, its faults as English lines."""

from __future__ import annotations

from pathlib import Path

from bot.actions.unit_headings import Row
from bot.commands.console import Fault
from bot.errors import BotError
from bot.tables import child
from bot.tables.reading import MAX_BYTES
from bot.texts import texts


async def read_table(file: Path) -> list[Row]:
    """All rows of the file; Fault in a sentence if it holds no table."""
    try:
        return await child.read_rows(_content(file), name=file.name)
    except BotError as error:
        raise Fault(f"{file}: {texts('en')(error.key, **error.parameters)}") from None


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise Fault(f"{file}: there is no such file") from None
    except IsADirectoryError:
        raise Fault(f"{file}: this is a directory; name the table's file") from None
    except OSError as error:
        raise Fault(f"{file}: cannot be read ({error.strerror})") from None


def refuse_present(file: Path) -> None:
    """Fault if there is such a file already."""
    if file.exists():
        raise Fault(f"{file} is there already; name a file that is not")


def write_file(file: Path, content: bytes) -> None:
    """The content as that file, which one user can read: it names people. Fault in a sentence if
    it is there already or cannot be written."""
    refuse_present(file)
    try:
        file.touch(mode=0o600, exist_ok=False)
        file.write_bytes(content)
    except OSError as error:
        raise Fault(f"{file}: cannot be written ({error.strerror})") from None
