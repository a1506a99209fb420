"""What somebody sends to show that work is done, each in one form: a link, a file, a quantity. How
it is recorded, and for what, is not said here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.articles.urls import canonical_key, check_link
from bot.domain.articles import EvidenceKind
from bot.domain.folding import one_line
from bot.domain.quantities import Quantity
from bot.domain.splitting import shortened
from bot.errors import InvalidInput
from bot.storage.submissions import NewSubmission
from bot.storage.tables import Submission
from bot.storage.tables.articles import LONGEST_MEASURE, LONGEST_NOTE

_LONGEST_NAME = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One of what counts; two with the same `key` are the same."""

    kind: EvidenceKind
    key: str
    url: str = ""
    file_id: str | None = None
    file_name: str = ""
    album: str | None = None
    note: str = ""
    amount: int | None = None
    measure: str = ""


def sort_out(links: Sequence[str]) -> tuple[list[str], list[InvalidInput]]:
    """The links that can be taken, and each reason why others cannot: one bad one spoils none."""
    good: list[str] = []
    refused: dict[str, InvalidInput] = {}
    for link in links:
        try:
            good.append(check_link(link))
        except InvalidInput as error:
            refused.setdefault(error.key, error)
    return good, list(refused.values())


def of_links(links: Iterable[str], *, album: str | None = None) -> tuple[Evidence, ...]:
    """Links that `sort_out` let pass, each page once; `album` if they are the caption of one."""
    by_key = {canonical_key(link): link for link in links}
    return tuple(
        Evidence(kind=EvidenceKind.LINK, key=key, url=link, album=album)
        for key, link in by_key.items()
    )


def of_file(
    kind: EvidenceKind,
    *,
    unique_id: str,
    file_id: str,
    file_name: str = "",
    album: str | None = None,
    note: str = "",
) -> Evidence:
    """A file by Telegram's ids: `unique_id` is the same whoever passes it on."""
    return Evidence(
        kind=kind,
        key=f"telegram-file:{unique_id}",
        file_id=file_id,
        file_name=one_line(file_name)[-_LONGEST_NAME:],
        album=album,
        note=shortened(note, most=LONGEST_NOTE),
    )


def of_quantity(quantity: Quantity, note: str, *, chat_id: int, message_id: int) -> Evidence:
    """So many of something, as the message says."""
    return Evidence(
        kind=EvidenceKind.QUANTITY,
        key=f"quantity:{chat_id}:{message_id}",
        note=shortened(note, most=LONGEST_NOTE),
        amount=quantity.amount,
        measure=quantity.measure[:LONGEST_MEASURE],
    )


def as_submission(
    evidence: Sequence[Evidence],
    *,
    words: str,
    person_id: int,
    chat_id: int,
    message_id: int,
    unit_id: int | None,
    by_office: bool,
) -> NewSubmission:
    """How it waits for its task: links together, or a single other thing; `words` are what was
    said with links."""
    first = evidence[0]
    is_links = first.kind is EvidenceKind.LINK
    return NewSubmission(
        person_id=person_id,
        chat_id=chat_id,
        message_id=message_id,
        unit_id=unit_id,
        by_office=by_office,
        kind=first.kind,
        links=tuple(each.url for each in evidence) if is_links else (),
        key="" if is_links else first.key,
        file_id=first.file_id,
        file_name=first.file_name,
        album=first.album,
        note=shortened(words, most=LONGEST_NOTE) if is_links else first.note,
        amount=first.amount,
        measure=first.measure,
    )


def of_submission(row: Submission) -> tuple[Evidence, ...]:
    """What waited."""
    if row.kind is EvidenceKind.LINK:
        return of_links(row.links)
    return (
        Evidence(
            kind=row.kind,
            key=row.key,
            file_id=row.file_id,
            file_name=row.file_name,
            album=row.album,
            note=row.note,
            amount=row.amount,
            measure=row.measure,
        ),
    )
