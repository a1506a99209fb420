"""From the lines of an official letter to a `Letter`: where each part begins, and who reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from bot.domain.folding import fold, normalise
from bot.errors import InvalidInput
from bot.letters.body import Body, read_body
from bot.letters.columns import set_apart
from bot.letters.document import Document, Line, Origin, document_of, single_spaced
from bot.letters.groups import find_assignments
from bot.letters.header import (
    ABOUT,
    DATE_LINE,
    NUMBER_LINE,
    STARTS_BODY,
    UPWARD,
    Header,
    dated,
    heading_kind,
    read_header,
    without_offices,
)
from bot.letters.letter import Letter, Place, Sureness
from bot.letters.markers import BULLETS, starts_item
from bot.letters.marks import find_urgency, refuse_secret
from bot.letters.references import locate_references
from bot.letters.signature import RECIPIENTS, Foot, foot_start, read_foot
from bot.letters.spans import Piece, Span, pieces
from bot.letters.text import accept, refuse_old_font

# Kính gửi: · KÍNH GỬI: · Kính mời: · ỦY BAN NHÂN DÂN TỈNH ĐIỆN: · Sở … trân trọng kính mời:
_ADDRESSED = re.compile(
    r"^(?:Kính ?g[ửở]i ?:? ?|(?:Trân trọng )?kính mời ?: ?"
    r"|[^\n]{3,80}? (?:điện|kính mời) ?:(?: |$))",
    re.IGNORECASE,
)
_BULLET = re.compile(rf"^[{BULLETS}] ?")
_COUNT = re.compile(r"^\(?\d{1,2}[.)/] ?(?=\D)")
# Kính gửi: Như nơi nhận
_ELSEWHERE = re.compile(r"Như (?:nơi nhận|trên|danh sách)", re.IGNORECASE)
# Below those who are invited
_OF_INVITATION = re.compile(r"(?:Tham dự|Đến dự|Tới dự|Về dự|Dự|Thời gian|Địa điểm)(?!\w)")
_MARKUP = re.compile(r"^(?:[_#>]+|\*\*+|\*(?! )) ?|[*_]+$")
_RULE = re.compile(r"[\W_]+")
_UPWARD_CODES: Final = ("TTr", "BC")
_SENTENCE = re.compile(r"[a-zà-ỹđ)]\s?[.:]$")
_INVITATIONS: Final = ("Giấy mời", "Thư mời")
_ANSWERS = re.compile(r"(?:(?:V/v|Về việc) )?(?:trả lời|phúc đáp|giải đáp|hồi đáp)", re.IGNORECASE)
PARAGRAPH: Final = 100  # characters: a line this long is no addressee's second line, no head


@dataclass(frozen=True, slots=True)
class _Parts:
    """The lines of a letter, taken apart; each part begins at an index of its own."""

    header: list[str]
    addressees: list[Piece]
    body: list[str]
    body_at: int
    foot: list[str]
    foot_at: int


def parse_letter(text: str) -> Letter:
    """Read the text of a letter, as `parse_document` does."""
    return parse_document(document_of(accept(text)))


def parse_document(document: Document) -> Letter:
    """Read a letter; what it does not say stays None or empty.

    Raises InvalidInput for a letter with a secrecy mark, before anything of it is read, for text in
    an old font and for what is no letter.
    """
    refuse_secret(document)
    refuse_old_font(document.text)
    apart = Document(tuple(set_apart(document.lines)))
    refuse_secret(apart)
    shown = single_spaced([line for line in apart.lines if line.origin is Origin.TEXT])
    parts = _take_apart([_clean(line.text) for line in shown])
    header = read_header(parts.header)
    body = read_body(parts.body, lists_ask=_lists_ask(header))
    if _goes_upward(header):
        body = replace(body, tasks=(), spans=())
    foot = read_foot(parts.foot)
    if foot.joint:
        header = without_offices(header)
    if header.issued_on is None and header.issued_month is None:
        header = _dated_below(header, parts)
    named = locate_references("\n".join([header.subject or "", *parts.body]))
    own = _folded_code(header)
    references = [each for each in named if fold(each[0].code) != own]
    places = _Places(shown)
    letter = Letter(
        body=document.text,
        superior=header.superior,
        issuer=header.issuer,
        kind=header.kind,
        number=header.number,
        symbol=header.symbol,
        place=header.place,
        issued_on=header.issued_on,
        issued_month=header.issued_month,
        subject=header.subject,
        addressees=tuple(piece.text for piece in parts.addressees),
        bases=tuple(piece.text for piece in body.bases),
        references=tuple(reference for reference, _ in references),
        tasks=body.tasks,
        closing=body.closing.text if body.closing else None,
        assignments=find_assignments(body.closing.text if body.closing else None),
        recipients=tuple(piece.text for piece in foot.recipients),
        signatory=foot.signatory,
        urgency=find_urgency(apart),
        places=(
            *places.all(header, parts, body, foot),
            *places.of_references([span for _, span in references], header, parts.body_at),
        ),
    )
    if not _is_letter(letter):
        raise InvalidInput("letter.not_a_letter")
    return letter


def _folded_code(header: Header) -> str | None:
    """The letter's own number and symbol, as annexes repeat them."""
    code = Letter("", number=header.number, symbol=header.symbol).code
    return fold(code) if code else None


def _goes_upward(header: Header) -> bool:
    """Whether it is a report or the like; the symbol tells where the name of the kind is lost."""
    code = re.split(r"[-/]", header.symbol or "")[0]
    return header.kind in UPWARD or (header.kind is None and code in _UPWARD_CODES)


def _lists_ask(header: Header) -> bool:
    """Whether a list may be there for work: not in an invitation, nor in an answer."""
    answers = header.subject is not None and _ANSWERS.match(header.subject)
    return header.kind not in _INVITATIONS and not answers


def _clean(line: str) -> str:
    """Normalised, without marks of a chat's formatting; a line of dashes is an empty one."""
    text = _MARKUP.sub("", normalise(line).replace("\n", " "))
    return "" if _RULE.fullmatch(text) and "/" not in text else text


def _is_letter(letter: Letter) -> bool:
    """One list of things to do is not enough of a letter unless it has several."""
    named = letter.number or letter.symbol or letter.subject or letter.addressees
    first = letter.where("tasks", 1)
    listed = first is not None and first.sureness is not Sureness.GUESSED
    return bool(named) or (listed and len(letter.tasks) > 1)


def _dated_below(header: Header, parts: _Parts) -> Header:
    """Party papers may tell place and day above the signature."""
    below = dated(Header(), parts.foot)
    if below.place is None:
        return header
    shift = parts.foot_at
    return replace(
        header,
        place=header.place or below.place,
        issued_on=below.issued_on,
        issued_month=below.issued_month,
        spans={
            **{
                part: (Span(span.first + shift, span.last + shift), sureness)
                for part, (span, sureness) in below.spans.items()
            },
            **header.spans,
        },
    )


class _Places:
    """Where on its pages each part of the letter stands."""

    def __init__(self, lines: list[Line]) -> None:
        self._lines = lines

    def all(self, header: Header, parts: _Parts, body: Body, foot: Foot) -> Iterator[Place]:
        """The places of everything that was found."""
        for part, (span, sureness) in header.spans.items():
            yield self._place(part, span, sureness)
        yield from self._listed("addressees", (piece.span for piece in parts.addressees))
        at = parts.body_at
        yield from self._listed("bases", (piece.span for piece in body.bases), at, Sureness.LIKELY)
        yield from self._listed("tasks", body.spans, at, body.sureness)
        if body.closing:
            yield self._place("closing", _moved(body.closing.span, at), Sureness.LIKELY)
        yield from self._listed(
            "recipients", (piece.span for piece in foot.recipients), parts.foot_at
        )
        if foot.signed:
            whole = foot.signatory and foot.signatory.name and foot.signatory.title
            sureness = Sureness.SURE if whole else Sureness.LIKELY
            yield self._place("signatory", _moved(foot.signed, parts.foot_at), sureness)

    def of_references(self, spans: list[Span], header: Header, at: int) -> Iterator[Place]:
        """Where documents are named first: in the subject, which is their line 0, or below."""
        subject, _ = header.spans.get("subject", (Span(0, 0), Sureness.SURE))
        for number, span in enumerate(spans, start=1):
            lines = _moved(span, at - 1) if span.first else subject
            yield self._place(f"references.{number}", lines, Sureness.SURE)

    def _listed(
        self,
        part: str,
        spans: Iterable[Span],
        at: int = 0,
        sureness: Sureness = Sureness.SURE,
    ) -> Iterator[Place]:
        for number, span in enumerate(spans, start=1):
            yield self._place(f"{part}.{number}", _moved(span, at), sureness)

    def _place(self, part: str, span: Span, sureness: Sureness) -> Place:
        first, last = self._lines[span.first], self._lines[span.last]
        return Place(part, first.number, last.number, first.page, last.page, sureness)


def _moved(span: Span, by: int) -> Span:
    return Span(span.first + by, span.last + by)


def _take_apart(lines: list[str]) -> _Parts:
    """Head, addressees, body, foot: each begins where its first line is recognised."""
    addressed = next((at for at, line in enumerate(lines) if _ADDRESSED.match(line)), None)
    if addressed is None:
        head = start = _body_start(lines)
        addressees: list[Piece] = []
    else:
        head = addressed
        addressees, start = _read_addressees(lines, addressed)
    end = foot_start(lines, start)
    return _Parts(lines[:head], addressees, lines[start:end], start, lines[end:], end)


def _body_start(lines: list[str]) -> int:
    """The first line that is no part of a head, for letters that address nobody."""
    headed = below_heading = False
    for index, line in enumerate(lines):
        if not line:
            continue
        if RECIPIENTS.match(line):
            return index
        if not (ABOUT.match(line) or DATE_LINE.match(line) or NUMBER_LINE.search(line)):
            long = len(line) > PARAGRAPH and not below_heading
            if long or starts_item(line) or (not below_heading and STARTS_BODY.match(line)):
                return index
            # A whole sentence behind an empty line is no part of a subject.
            begins = headed and not below_heading and not lines[index - 1]
            if begins and _SENTENCE.search(" ".join(takewhile(bool, lines[index:]))):
                return index
        below_heading = heading_kind(line) is not None
        headed = headed or below_heading
    return len(lines)


def _read_addressees(lines: list[str], index: int) -> tuple[list[Piece], int]:
    """The addressees from the line `Kính gửi` on, and the index of the first line behind them."""
    entries: list[Piece] = []
    gap = False
    rows = pieces(lines)
    rest = rows[index].with_text(_ADDRESSED.sub("", lines[index]))
    mark = _mark_of_addressees(lines[index + 1 :] if not rest.text else [])
    for row in [rest, *rows[index + 1 :]]:
        if not row.text:
            gap = True
            continue
        marked = mark.match(row.text)
        ends = not marked and entries and _ends_addressees(entries[-1].text, row.text, gap=gap)
        if ends or (entries and STARTS_BODY.match(row.text)):
            return _cleaned(entries), row.span.first
        if not entries or marked or entries[-1].text.endswith(";"):
            entries.append(row.with_text(mark.sub("", row.text)))
        else:
            entries[-1] = entries[-1].joined(row)
        gap = False
    return _cleaned(entries), len(lines)


def _mark_of_addressees(below: list[str]) -> re.Pattern[str]:
    """How the addressees are marked: with bullets, or with the number that the first one has."""
    first = next((line for line in below if line), "")
    return _COUNT if _COUNT.match(first) else _BULLET


def _ends_addressees(last: str, line: str, *, gap: bool) -> bool:
    """Whether `line`, which has no mark, is the body's already. One below `…;` goes on."""
    if last.endswith(";"):
        return False
    if _OF_INVITATION.match(line):
        return True
    return gap or last.endswith(".") or len(line) > PARAGRAPH


def _cleaned(entries: list[Piece]) -> list[Piece]:
    """What stands on one line is one entry, as the letter has it."""
    cleaned = (entry.with_text(entry.text.strip(" .;,")) for entry in entries)
    return [entry for entry in cleaned if entry.text and not _ELSEWHERE.match(entry.text)]
