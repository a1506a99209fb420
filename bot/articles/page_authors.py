"""Who wrote an article, as its page says; pure. An office is no author."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.articles.page import LONGEST_NAME
from bot.articles.page_blocks import SHOWN_BORDER, Block, Markup
from bot.articles.page_linked_data import LinkedArticle
from bot.articles.page_neighbours import is_of_another
from bot.articles.page_text import Place
from bot.articles.page_titles import Known, clean
from bot.articles.page_words import NOBODY, OFFICE, SURNAME
from bot.domain.folding import fold

_LONGEST_LINE: Final = 150
_LONGEST: Final = 60
_METAS: Final = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author")
_HINT: Final = re.compile(
    r"\b(?:author|tac-?gia|but-?danh|nguoi-?(?:viet|dang)|byline|tg|fn|vcard|created-?by)\b"
)
_LABEL: Final = re.compile(
    r"(?:tác giả|người (?:viết|đăng|thực hiện)|bài và ảnh|bài, ảnh|bài và clip|tin, ảnh|tin và ảnh"
    r"|tin, bài|(?:posted |written )?by|(?:đăng |viết )?bởi|bài viết|thực hiện|biên soạn|nội dung"
    r"|truyện ngắn của|ghi chép của|phóng sự của)(?=[\s:])\s?:?\s*",
    re.IGNORECASE,
)
_PIECES: Final = re.compile(r"[¦|•·();]|\s[–—-]\s|\s{2,}|(?<=\w),\s|\s\d")
_TITLE: Final = re.compile(r"(?:BS|ThS|TS|KTS|PGS|GS|CN|Ths|NSƯT|NSND|DS|KS)\.?,?")
_NOT_NAME: Final = re.compile(
    r"(?:Ông|Bà|Anh|Chị|Em|Bài|Tin|Ảnh|Ngày|Tháng|Quý|Năm|Lưu|Thứ|Chủ|Lượt|Nguồn|Tiếng|Đăng|Viết|Gửi|Bởi|\w+day|\w+ber"
    r"|January|February|March|April|June|July|August)\b.*"
)
_LAST_LINES: Final = 2
_LONGEST_BYLINE: Final = 90
_NEAR: Final = 6  # lines


def find_author(
    markup: Markup, article: LinkedArticle | None, place: Place, text: str, known: Known
) -> str | None:
    """The person who is named as the author; an office, an account, an address is none."""
    for name in _told(markup, article):
        cleaned = clean(name).strip(" -–|:,.")
        labelled = _LABEL.match(cleaned)
        cleaned = cleaned[labelled.end() :] if labelled else cleaned
        if cleaned and not _is_nobody(cleaned, known):
            return cleaned[:LONGEST_NAME]
    for name in _seen(markup, place, text):
        if not _is_nobody(name, known):
            return name
    return None


def _told(markup: Markup, article: LinkedArticle | None) -> Iterator[str]:
    if article is not None:
        yield article.author
    yield from markup.meta(*_METAS)
    yield from (stamp.value for stamp in markup.stamps if stamp.name == "author")


def _seen(markup: Markup, place: Place, text: str) -> Iterator[str]:
    """The names of by-lines: with a label, in a place of their own, or under the text."""
    first = place.headline or 0
    for at, block in enumerate(markup.blocks[: place.end]):
        if at < first - 2 or at == first or len(block.text) > _LONGEST_LINE:
            continue
        if place.headline is not None and at < first and is_of_another(markup, at, first):
            continue
        if not place.outside(block.regions):
            # Beside the headline a name may stand with the day and nothing else.
            is_near = at - first <= _NEAR and any(letter.isdigit() for letter in block.text)
            yield from _of_line(block, is_near=is_near)
    for line in reversed(text.split("\n")[1:][-_LAST_LINES:]):
        pieces = _PIECES.split(line)
        if len(line) <= _LONGEST_BYLINE and (name := _person(pieces[0], fewest=2)):
            yield name


def _of_line(block: Block, *, is_near: bool) -> Iterator[str]:
    is_hinted = _HINT.search(block.hint) is not None or block.tag == "address"
    is_labelled = False
    for piece in block.shown.split(SHOWN_BORDER.strip()):
        found = _LABEL.search(f"{piece} ")
        is_labelled = is_labelled or found is not None
        words = f"{piece} "[found.end() :] if found else piece
        for name in _PIECES.split(words)[: 1 if found else 6]:
            person = _person(name, fewest=1 if is_labelled or is_hinted else 2)
            if person and (is_labelled or is_hinted or is_near):
                yield person


def _person(words: str, *, fewest: int) -> str | None:
    """The name, if these words are one: each with a capital, none with a digit."""
    words = words.strip(" -–—|:,.*")
    kept = [word for word in words.split() if not _TITLE.fullmatch(word)]
    if _NOT_NAME.fullmatch(words):
        return None
    if not fewest <= len(kept) <= 6 or len(words) > _LONGEST:
        return None
    return words if all(word[0].isupper() and word.isalpha() for word in kept) else None


def _is_nobody(name: str, known: Known) -> bool:
    """Whether this is an account, an address or an office rather than a person."""
    folded = fold(name)
    if SURNAME.match(name) and _person(name, fewest=2) and folded not in known.sites:
        return False
    return (
        NOBODY.fullmatch(folded) is not None
        or folded in known.sites
        or folded in known.menu
        or any(mark in name for mark in ("://", "@", "/"))
        or len(name) > _LONGEST
        or any(letter.isdigit() for letter in name)
        or OFFICE.match(folded) is not None
    )
