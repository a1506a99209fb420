"""The corpus of web pages itself: every page is marked, whole, and readable in the encoding it is
said to have. What an extractor makes of the pages is tested elsewhere."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

PAGES = Path(__file__).parents[1] / "fixtures" / "pages"
HELD_OUT = PAGES / "held_out"
SECOND_HELD_OUT = PAGES / "held_out_2"
KINDS = {"article", "not_found", "list", "home", "shell", "login"}
KEYS = {
    "page", "url", "content_type", "kind", "title", "site", "author", "published", "canonical",
    "encoding", "note",
}  # fmt: skip
LENIENT_KEYS = {"may_be_null", "kind_or"}

# TCVN 5712 as the .VnTime fonts have it: runs of letters from a first byte.
TCVN3_RUNS = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ", 0xB5: "àảãáạ", 0xBB: "ằẳẵắ", 0xC6: "ặầẩẫấậè", 0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò", 0xE1: "ỏõóọồổỗốộờởỡớợù", 0xF1: "ủũúụừửữứựỳỷỹýỵ",
}  # fmt: skip
TCVN3 = {
    chr(first + offset): letter
    for first, letters in TCVN3_RUNS.items()
    for offset, letter in enumerate(letters)
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page as bytes, and the line of truth about it."""

    truth: dict[str, Any]
    content: bytes

    @property
    def text(self) -> str:
        """The page decoded, its references resolved and its tags taken out, in NFC."""
        source = DECODERS[self.truth["encoding"]](self.content)
        escaped = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), source)
        words = html.unescape(html.unescape(f"{re.sub('<[^>]*>', ' ', escaped)} {escaped}"))
        return collapsed(words.replace('\\"', '"'))


def _tcvn3(content: bytes) -> str:
    return "".join(TCVN3.get(letter, letter) for letter in content.decode("latin-1"))


def _after_mark(mark: bytes, encoding: str) -> Callable[[bytes], str]:
    """Decode with the byte order mark where there is one; it is no part of the text."""
    return lambda content: content.removeprefix(mark).decode(encoding)


DECODERS: dict[str, Callable[[bytes], str]] = {
    "ascii": lambda content: content.decode("ascii"),
    "utf-8": lambda content: content.decode("utf-8"),
    "utf-8-sig": _after_mark(b"\xef\xbb\xbf", "utf-8"),
    "utf-16-le": _after_mark(b"\xff\xfe", "utf-16-le"),
    "utf-16-be": _after_mark(b"\xfe\xff", "utf-16-be"),
    "windows-1258": lambda content: content.decode("windows-1258"),
    "tcvn3": _tcvn3,
    "tcvn3-in-utf-8": lambda content: _tcvn3(content.decode("utf-8").encode("windows-1252")),
}
MARKS = {"utf-8-sig": b"\xef\xbb\xbf", "utf-16-be": b"\xfe\xff"}


def collapsed(words: str) -> str:
    """NFC, white space made one blank: the form in which truth is marked."""
    return " ".join(unicodedata.normalize("NFC", words).split())


def lines(folder: Path) -> list[dict[str, Any]]:
    """The truth of one folder, in the order of its file."""
    marked = (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in marked]


def pages(folder: Path) -> list[Page]:
    """The marked pages of one folder."""
    return [Page(truth, (folder / f"{truth['page']}.html").read_bytes()) for truth in lines(folder)]


FIRST = [*pages(PAGES), *pages(HELD_OUT)]
ALL = [*FIRST, *pages(SECOND_HELD_OUT)]
every_page = pytest.mark.parametrize("page", ALL, ids=[page.truth["page"] for page in ALL])


@pytest.mark.parametrize(
    "folder", [PAGES, HELD_OUT, SECOND_HELD_OUT], ids=["open", "held out", "second held out"]
)
def test_each_page_has_one_line_of_truth(folder: Path):
    named = [truth["page"] for truth in lines(folder)]
    assert sorted(named) == sorted(path.stem for path in folder.glob("*.html"))
    assert len(set(named)) == len(named)


def test_no_page_is_in_two_parts():
    names = [page.truth["page"] for page in ALL]
    assert len(set(names)) == len(names)
    assert len({page.content for page in ALL}) == len(ALL)


def test_a_third_is_held_out_over_all_kinds():
    held_out = lines(HELD_OUT)
    assert len(FIRST) >= 63
    assert len(FIRST) / 3 <= len(held_out) <= len(FIRST) / 2
    for kind in KINDS:
        share = [truth for truth in held_out if truth["kind"] == kind]
        whole = [page for page in FIRST if page.truth["kind"] == kind]
        assert len(whole) / 5 <= len(share) <= len(whole) / 2, kind


def test_the_second_held_out_set_has_every_kind():
    kinds = [truth["kind"] for truth in lines(SECOND_HELD_OUT)]
    assert len(kinds) >= 30
    assert set(kinds) == KINDS
    assert kinds.count("article") >= 25


@every_page
def test_truth_has_the_keys_of_the_readme(page: Page):
    truth = page.truth
    assert KEYS <= set(truth) <= KEYS | LENIENT_KEYS
    assert truth["kind"] in KINDS
    assert truth.get("kind_or", "article") in KINDS
    assert set(truth.get("may_be_null", [])) <= KEYS
    assert truth["url"].startswith(("http://", "https://"))
    assert truth["note"]
    assert truth["content_type"] is None or truth["content_type"].startswith("text/html")


@every_page
def test_an_article_has_a_title_and_its_time_parses(page: Page):
    truth = page.truth
    if truth["kind"] != "article":
        assert truth["title"] is truth["published"] is None
        return
    assert truth["title"] == collapsed(truth["title"]) != ""
    published = truth["published"]
    if published is None:
        return
    if len(published) == len("2023-01-06"):
        assert date.fromisoformat(published).isoformat() == published
    else:
        moment = datetime.fromisoformat(published)
        assert moment.utcoffset() is not None
        assert moment.isoformat() == published


@every_page
def test_what_is_marked_stands_in_the_page(page: Page):
    truth, text = page.truth, page.text
    for key in ("title", "site", "author"):
        assert truth[key] is None or truth[key].casefold() in text.casefold(), key
    assert truth["published"] is None or truth["published"][:4] in text
    assert truth["canonical"] is None or f'"{truth["canonical"]}"' in text.replace("'", '"')


@every_page
def test_bytes_are_in_the_encoding_claimed(page: Page):
    encoding = page.truth["encoding"]
    source = DECODERS[encoding](page.content)
    assert "\ufffd" not in source
    assert page.content.startswith(MARKS.get(encoding, b""))
    if encoding in ("windows-1258", "tcvn3"):
        with pytest.raises(UnicodeDecodeError):
            page.content.decode("utf-8")


def test_every_way_of_writing_bytes_is_there():
    assert {page.truth["encoding"] for page in ALL} == set(DECODERS)
    utf16 = [page.content[:2] for page in ALL if page.truth["encoding"] == "utf-16-le"]
    assert {start == b"\xff\xfe" for start in utf16} == {True, False}
    decomposed = [
        page
        for page in ALL
        if page.truth["encoding"] == "utf-8"
        if page.truth["title"]
        if unicodedata.normalize("NFD", page.truth["title"]).encode() in page.content
        if not page.truth["title"].isascii()
    ]
    assert decomposed
