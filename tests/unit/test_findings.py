"""What is noticed about an article, and when: each finding by the facts that make it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.article_facts import ArticleFacts, Look, PageFacts, SentArticle, TaskName
from bot.domain.articles import OPENED, EvidenceKind, PageKind, PageState
from bot.domain.findings import (
    WEIGHTS,
    Finding,
    Found,
    Weight,
    findings,
    for_sender,
    for_unit,
    is_clean,
    is_repost,
    similar,
    title_key_of,
)
from bot.domain.found import NOT_READ, doubts
from bot.domain.likeness import similar_to
from bot.domain.same_articles import is_earlier, same_page, same_words
from bot.domain.site_owners import OwnedSite
from bot.domain.states import ArticleState

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def local(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of January 2023 in the office, as it is kept."""
    return datetime(2023, 1, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


ISSUED = local(6)
SENT = local(10)
DEADLINE = local(13, 17)
NOW = local(20)
OWN, OTHER = 1, 2
TITLE = "Yên Bái triển khai chương trình hành động"
OWN_SITE = OwnedSite(unit_id=OWN, unit_name="Báo Yên Bái", host="baoyenbai.vn")
OTHER_SITE = OwnedSite(unit_id=OTHER, unit_name="Đài Yên Bái", host="daiyenbai.vn")
PAGE = PageFacts(
    state=PageState.OK,
    kind=PageKind.ARTICLE,
    final_key="baoyenbai.vn/1",
    title=TITLE,
    title_key=title_key_of(TITLE),
    published_on=date(2023, 1, 10),
    published_is_sure=True,
    text_hash="a" * 64,
    fingerprint=0,
    checked_at=local(10, 10),
)
ARTICLE = SentArticle(
    article_id=1,
    assignment_id=1,
    unit_id=OWN,
    unit_name="Báo Yên Bái",
    task=TaskName(directive_id=1, position=2, directive="12/STTTT"),
    kind=EvidenceKind.LINK,
    url_key="baoyenbai.vn/1",
    submitted_at=SENT,
    page=PAGE,
)
FACTS = ArticleFacts(
    article=ARTICLE,
    deadline_at=DEADLINE,
    issued_at=ISSUED,
    issued_on=date(2023, 1, 6),
    sites=(OWN_SITE, OTHER_SITE),
)


def sent(**values: Any) -> SentArticle:
    """The article with something else about it."""
    return replace(ARTICLE, **values)


def page(**values: Any) -> SentArticle:
    """The article with something else about its page."""
    return sent(page=replace(PAGE, **values))


def elsewhere(**values: Any) -> SentArticle:
    """An article of another unit on its own site that has nothing to do with ours."""
    key = values.pop("key", "daiyenbai.vn/9")
    of_page: dict[str, Any] = {
        "final_key": key,
        "title": "Khác",
        "title_key": "b" * 64,
        "text_hash": "b" * 64,
        "fingerprint": -1,
        **values.pop("page", {}),
    }
    other: dict[str, Any] = {
        "article_id": 2,
        "assignment_id": 2,
        "unit_id": OTHER,
        "unit_name": "Đài Yên Bái",
        "url_key": key,
        "submitted_at": SENT + timedelta(hours=1),
        "page": replace(PAGE, **of_page),
        **values,
    }
    return sent(**other)


def found(facts: ArticleFacts | SentArticle, *, now: datetime = NOW) -> tuple[Found, ...]:
    """What is noticed of these facts, or of the usual ones with this article."""
    if isinstance(facts, SentArticle):
        facts = replace(FACTS, article=facts)
    return findings(facts, now=now, zone=ZONE)


def kinds(facts: ArticleFacts | SentArticle) -> set[Finding]:
    """The same without what they speak of."""
    return {each.finding for each in found(facts)}


def the(finding: Finding, facts: ArticleFacts | SentArticle) -> Found:
    """The one that must be there."""
    (only,) = [each for each in found(facts) if each.finding is finding]
    return only


CLEAN = {Finding.OWN_SITE, Finding.SUBMITTED_ON_TIME, Finding.PUBLISHED_ON_TIME}


def test_an_article_without_fault_is_clean():
    assert kinds(FACTS) == CLEAN
    assert is_clean(found(FACTS))
    assert not is_repost(found(FACTS))


# --- whose site ----------------------------------------------------------------------------------

SITE_FINDINGS = {
    Finding.OWN_SITE,
    Finding.SITE_OF_OTHER_UNIT,
    Finding.SITE_NOT_VALID,
    Finding.SITE_UNKNOWN,
    Finding.SITE_NOT_REGISTERED,
}
ENDED = replace(OWN_SITE, valid_until=date(2023, 1, 9))
TO_COME = replace(OWN_SITE, valid_from=date(2023, 1, 11))
UNTIL_THAT_DAY = replace(OWN_SITE, valid_until=date(2023, 1, 10))


@pytest.mark.parametrize(
    ("key", "sites", "finding"),
    [
        ("baoyenbai.vn/1", (OWN_SITE, OTHER_SITE), Finding.OWN_SITE),
        ("tin.baoyenbai.vn/1", (OWN_SITE,), Finding.OWN_SITE),
        ("daiyenbai.vn/1", (OWN_SITE, OTHER_SITE), Finding.SITE_OF_OTHER_UNIT),
        ("daiyenbai.vn/1", (OTHER_SITE,), Finding.SITE_OF_OTHER_UNIT),
        ("khac.vn/1", (OWN_SITE, OTHER_SITE), Finding.SITE_UNKNOWN),
        ("khac.vn/1", (OTHER_SITE,), Finding.SITE_NOT_REGISTERED),
        ("khac.vn/1", (), Finding.SITE_NOT_REGISTERED),
        ("baoyenbai.vn/1", (ENDED,), Finding.SITE_NOT_VALID),
        ("baoyenbai.vn/1", (TO_COME,), Finding.SITE_NOT_VALID),
        ("baoyenbai.vn/1", (UNTIL_THAT_DAY,), Finding.OWN_SITE),
        # Its site is another unit's by now.
        (
            "baoyenbai.vn/1",
            (ENDED, replace(OTHER_SITE, host="baoyenbai.vn")),
            Finding.SITE_OF_OTHER_UNIT,
        ),
        # What lies above its former site says less than that it was the unit's.
        ("a.b.vn/1", (replace(ENDED, host="a.b.vn"), replace(OTHER_SITE, host="b.vn")),
         Finding.SITE_NOT_VALID),
        # Both units'.
        ("baoyenbai.vn/1", (OWN_SITE, replace(OTHER_SITE, host="baoyenbai.vn")), Finding.OWN_SITE),
    ],
)  # fmt: skip
def test_the_site_is_told(key: str, sites: tuple[OwnedSite, ...], finding: Finding):
    facts = replace(FACTS, article=sent(url_key=key, page=None), sites=sites)
    assert kinds(facts) & SITE_FINDINGS == {finding}


def test_another_units_site_is_named():
    facts = replace(FACTS, article=sent(url_key="daiyenbai.vn/1", page=None))
    assert the(Finding.SITE_OF_OTHER_UNIT, facts).unit_name == "Đài Yên Bái"


def test_the_day_of_a_site_is_the_offices_day():
    # 23:30 on the 9th in the office is still the 9th; in UTC the 10th begins seven hours later.
    late = sent(page=None, submitted_at=local(10, 0, 30))
    assert Finding.SITE_NOT_VALID in kinds(replace(FACTS, article=late, sites=(ENDED,)))
    late = sent(page=None, submitted_at=local(9, 23, 30))
    assert Finding.OWN_SITE in kinds(replace(FACTS, article=late, sites=(ENDED,)))


def test_the_site_is_that_to_which_the_link_leads():
    short = sent(url_key="ngan.vn/x")
    assert kinds(short) == {*CLEAN, Finding.LEADS_ELSEWHERE}
    away = page(final_key="khac.vn/1", state=PageState.REDIRECTED)
    assert Finding.SITE_UNKNOWN in kinds(away)
    # It could not be followed this time: where it led once says nothing.
    lost = page(final_key="khac.vn/1", state=PageState.NOT_FOUND)
    assert Finding.OWN_SITE in kinds(lost)


# --- the page ------------------------------------------------------------------------------------

PAGE_STATES = {
    PageState.SOFT404: Finding.PAGE_SOFT404,
    PageState.NOT_FOUND: Finding.PAGE_NOT_FOUND,
    PageState.BLOCKED: Finding.PAGE_BLOCKED,
    PageState.TLS_ERROR: Finding.PAGE_TLS_ERROR,
    PageState.TIMEOUT: Finding.PAGE_TIMEOUT,
    PageState.TOO_LARGE: Finding.PAGE_TOO_LARGE,
    PageState.NOT_HTML: Finding.PAGE_NOT_HTML,
    PageState.UNSAFE: Finding.PAGE_UNSAFE,
    PageState.MANUAL: Finding.PAGE_MANUAL,
    PageState.UNREACHABLE: Finding.PAGE_UNREACHABLE,
    PageState.SERVER_ERROR: Finding.PAGE_SERVER_ERROR,
}


@pytest.mark.parametrize("state", PageState)
def test_how_opening_went_is_told(state: PageState):
    expected = {PAGE_STATES[state]} if state in PAGE_STATES else set()
    assert kinds(page(state=state)) == CLEAN | expected
    assert is_clean(found(page(state=state))) is (not expected)


@pytest.mark.parametrize("unlooked", [None, PageFacts(state=None)])
def test_a_link_nobody_looked_at_waits(unlooked: PageFacts | None):
    assert kinds(sent(page=unlooked)) == {
        Finding.OWN_SITE, Finding.SUBMITTED_ON_TIME, Finding.NOT_CHECKED
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (PageKind.ARTICLE, CLEAN),
        (PageKind.UNKNOWN, CLEAN),
        (PageKind.SHELL, {*CLEAN, Finding.EMPTY_PAGE}),
        (PageKind.LIST, {Finding.OWN_SITE, Finding.SUBMITTED_ON_TIME, Finding.LIST_PAGE}),
        (PageKind.HOME, {Finding.OWN_SITE, Finding.SUBMITTED_ON_TIME, Finding.HOME_PAGE}),
        (PageKind.LOGIN, {Finding.OWN_SITE, Finding.SUBMITTED_ON_TIME, Finding.LOGIN_PAGE}),
        (PageKind.NOT_FOUND, {Finding.OWN_SITE, Finding.SUBMITTED_ON_TIME, Finding.PAGE_SOFT404}),
    ],
)
def test_what_the_page_is_is_told_and_of_what_is_no_article_nothing_more(
    kind: PageKind, expected: set[Finding]
):
    assert kinds(page(kind=kind)) == expected
    if kind not in (PageKind.ARTICLE, PageKind.UNKNOWN, PageKind.SHELL):
        bare = page(kind=kind, title=None, published_on=None)
        assert kinds(bare) == expected


def test_evidence_without_a_link_is_looked_at_by_people():
    photo = sent(kind=EvidenceKind.PHOTO, url_key="AQADx", page=None)
    assert kinds(photo) == {Finding.NO_LINK, Finding.SUBMITTED_ON_TIME}
    assert not is_clean(found(photo))


def test_a_title_may_be_the_pages_or_a_persons():
    assert Finding.NO_TITLE in kinds(page(title=None))
    assert Finding.NO_TITLE not in kinds(replace(page(title=None), given_title=TITLE))
    by_hand = page(state=PageState.MANUAL, title=None, published_on=None)
    assert kinds(by_hand) & {Finding.NO_TITLE, Finding.NO_DATE} == {Finding.NO_TITLE}
    # Of what could not be opened nobody knows what it lacks.
    assert Finding.NO_TITLE not in kinds(page(state=PageState.TIMEOUT, title=None))


def test_a_page_that_is_gone_says_since_when():
    gone = page(state=PageState.NOT_FOUND, dead_at=local(18))
    assert the(Finding.DEAD_PAGE, gone).at == local(18)


# --- changed -------------------------------------------------------------------------------------

FIRST = Look(local(10, 10), TITLE, "a" * 64)
ACCEPTED = replace(FACTS, state=ArticleState.ACCEPTED, decided_at=local(11), looks=(FIRST,))
NEWER = Look(local(15), "Tiêu đề khác hẳn trước", "c" * 64)
CHANGED_PAGE = page(title=NEWER.title, text_hash=NEWER.text_hash, checked_at=local(19))


@pytest.mark.parametrize(
    ("facts", "since"),
    [
        (replace(ACCEPTED, article=CHANGED_PAGE, looks=(FIRST, NEWER)), local(15)),
        (replace(ACCEPTED, article=CHANGED_PAGE), local(19)),
        (replace(ACCEPTED, article=page(text_hash="c" * 64)), local(10, 10)),
        (replace(ACCEPTED, article=page(title="Tiêu đề khác hẳn trước")), local(10, 10)),
        # Accepted before it was looked at for the first time: what was found then counts.
        (
            replace(ACCEPTED, article=CHANGED_PAGE, decided_at=local(9), looks=(FIRST, NEWER)),
            local(15),
        ),
    ],
)
def test_a_page_that_says_something_else_than_when_it_was_accepted_has_changed(
    facts: ArticleFacts, since: datetime
):
    assert the(Finding.CHANGED, facts).at == since


@pytest.mark.parametrize(
    "facts",
    [
        ACCEPTED,
        replace(ACCEPTED, looks=()),
        replace(ACCEPTED, article=CHANGED_PAGE, looks=()),
        replace(ACCEPTED, article=CHANGED_PAGE, state=ArticleState.RECORDED),
        replace(ACCEPTED, article=CHANGED_PAGE, decided_at=local(16), looks=(FIRST, NEWER)),
        replace(ACCEPTED, article=page(title=TITLE.upper())),
        replace(ACCEPTED, article=page(title=None, text_hash=None)),
        replace(ACCEPTED, article=page(state=PageState.TIMEOUT, text_hash="c" * 64)),
    ],
)
def test_otherwise_it_has_not_changed(facts: ArticleFacts):
    assert Finding.CHANGED not in kinds(facts)


# --- in time -------------------------------------------------------------------------------------


def test_the_date_of_publication_may_be_missing_or_unsure():
    assert Finding.NO_DATE in kinds(page(published_on=None))
    unsure = the(Finding.DATE_UNSURE, page(published_is_sure=False))
    assert unsure.at == local(10, 0)
    assert Finding.PUBLISHED_ON_TIME in kinds(page(published_is_sure=False))


@pytest.mark.parametrize(
    ("on", "at", "ahead"),
    [
        (date(2023, 1, 10), None, False),
        (date(2023, 1, 11), None, True),
        (date(2023, 1, 10), local(10, 10, 59), False),  # clocks differ
        (date(2023, 1, 10), local(10, 11, 1), True),
    ],
)
def test_a_date_that_was_ahead_when_the_page_was_read_is_no_date(
    on: date, at: datetime | None, ahead: bool
):
    found_kinds = kinds(page(published_on=on, published_at=at))
    assert (Finding.DATE_IN_FUTURE in found_kinds) is ahead
    assert (Finding.PUBLISHED_ON_TIME in found_kinds) is not ahead


def test_without_a_look_the_date_is_compared_with_now():
    article = page(published_on=date(2023, 1, 21), checked_at=None)
    assert Finding.DATE_IN_FUTURE in {each.finding for each in found(article, now=local(20, 23))}
    article = page(published_on=date(2023, 1, 20), checked_at=None)
    # 23:30 on the 19th of UTC is the 20th in the office.
    at = datetime(2023, 1, 19, 23, 30, tzinfo=UTC)
    assert Finding.DATE_IN_FUTURE not in {each.finding for each in found(article, now=at)}


@pytest.mark.parametrize(
    ("published", "issued_on", "issued_at", "before"),
    [
        (5, date(2023, 1, 6), local(6), True),
        (6, date(2023, 1, 6), local(8), False),
        (7, date(2023, 1, 6), local(8), False),  # the letter's day counts, not its sending
        (7, None, local(8), True),
        (8, None, local(8), False),
        (6, date(2023, 1, 9), local(6), False),  # sent before the day it bears
    ],
)
def test_what_was_published_before_the_letter_is_told(
    published: int, issued_on: date | None, issued_at: datetime, before: bool
):
    facts = replace(
        FACTS,
        article=page(published_on=date(2023, 1, published)),
        issued_on=issued_on,
        issued_at=issued_at,
    )
    assert (Finding.BEFORE_DIRECTIVE in kinds(facts)) is before


@pytest.mark.parametrize(
    ("submitted_at", "late"),
    [
        (DEADLINE, None),
        (DEADLINE + timedelta(seconds=1), 1),
        (DEADLINE + timedelta(minutes=1), 1),
        (DEADLINE + timedelta(minutes=1, seconds=1), 2),
        (DEADLINE + timedelta(days=1, hours=2), 26 * 60),
    ],
)
def test_how_late_something_was_sent(submitted_at: datetime, late: int | None):
    article = sent(submitted_at=submitted_at)
    if late is None:
        assert Finding.SUBMITTED_ON_TIME in kinds(article)
    else:
        assert the(Finding.SUBMITTED_LATE, article).number == late
        assert Finding.SUBMITTED_ON_TIME not in kinds(article)
        assert Finding.PUBLISHED_ON_TIME in kinds(article)


MIDNIGHT = local(14, 0)  # "đến hết ngày 13"


@pytest.mark.parametrize(
    ("on", "at", "deadline_at", "late"),
    [
        (13, local(13, 17), DEADLINE, None),
        (13, local(13, 17, 1), DEADLINE, 1),
        (13, None, DEADLINE, None),  # the deadline's day counts as in time
        (14, None, DEADLINE, 24 * 60),
        (16, None, DEADLINE, 3 * 24 * 60),
        (13, None, MIDNIGHT, None),
        (14, None, MIDNIGHT, 24 * 60),
        (13, None, local(13, 0, 30), None),  # 17:30 of the 12th in UTC
    ],
)
def test_how_late_something_was_published(
    on: int, at: datetime | None, deadline_at: datetime, late: int | None
):
    article = page(published_on=date(2023, 1, on), published_at=at, checked_at=local(18))
    facts = replace(FACTS, article=article, deadline_at=deadline_at)
    if late is None:
        assert Finding.PUBLISHED_ON_TIME in kinds(facts)
    else:
        assert the(Finding.PUBLISHED_LATE, facts).number == late
        assert Finding.PUBLISHED_ON_TIME not in kinds(facts)


def test_without_a_deadline_nothing_is_in_time_or_late():
    assert kinds(replace(FACTS, deadline_at=None)) == {Finding.OWN_SITE}


# --- the same page -------------------------------------------------------------------------------

OTHER_TASK = {"unit_id": OWN, "unit_name": "Báo Yên Bái", "assignment_id": 2}
SAME_TASK = {"unit_id": OWN, "unit_name": "Báo Yên Bái", "assignment_id": 1}
NOWHERE = {"final_key": None}
CALLED = {"final_key": None, "canonical_key": "baoyenbai.vn/1"}


@pytest.mark.parametrize(
    ("other", "finding"),
    [
        (elsewhere(key="baoyenbai.vn/1", **OTHER_TASK), Finding.LINK_OTHER_TASK),
        (elsewhere(key="baoyenbai.vn/1"), Finding.LINK_OTHER_UNIT),
        (elsewhere(key="baoyenbai.vn/1", page={"state": PageState.TIMEOUT}),
         Finding.LINK_OTHER_UNIT),
        (elsewhere(url_key="ngan.vn/1", page={"final_key": "baoyenbai.vn/1"}, **SAME_TASK),
         Finding.REDIRECT_SAME_TASK),
        (elsewhere(url_key="ngan.vn/1", page={"final_key": "baoyenbai.vn/1"}, **OTHER_TASK),
         Finding.REDIRECT_OTHER_TASK),
        (elsewhere(url_key="ngan.vn/1", page={"final_key": "baoyenbai.vn/1"}),
         Finding.REDIRECT_OTHER_UNIT),
        (elsewhere(url_key="baoyenbai.vn/in/1", page=CALLED, **SAME_TASK),
         Finding.CANONICAL_SAME_TASK),
        (elsewhere(url_key="baoyenbai.vn/in/1", page=CALLED, **OTHER_TASK),
         Finding.CANONICAL_OTHER_TASK),
        (elsewhere(url_key="baoyenbai.vn/in/1", page=CALLED), Finding.CANONICAL_OTHER_UNIT),
    ],
)  # fmt: skip
def test_the_same_page_is_told_with_how_it_is_known_and_whose(other: SentArticle, finding: Finding):
    facts = replace(FACTS, others=(other,))
    assert kinds(facts) == {*CLEAN, finding}
    told = the(finding, facts)
    assert told.of_article_id == other.article_id
    assert told.unit_name == ("" if other.unit_id == OWN else "Đài Yên Bái")
    assert not is_clean(found(facts))
    # And seen from there.
    back = the(finding, replace(FACTS, article=other, others=(ARTICLE,)))
    assert back.of_article_id == ARTICLE.article_id


@pytest.mark.parametrize(
    "other",
    [
        elsewhere(),
        elsewhere(page={"final_key": "daiyenbai.vn"}),
        # Gone, like many others: all that led to the home page.
        elsewhere(page={"final_key": "baoyenbai.vn/1", "kind": PageKind.HOME}),
        elsewhere(page={"final_key": "baoyenbai.vn/1", "state": PageState.SOFT404}),
        elsewhere(page={"canonical_key": "baoyenbai.vn/1", "kind": PageKind.LIST}),
        sent(),
        elsewhere(key="baoyenbai.vn/1", article_id=ARTICLE.article_id),  # itself, moved meanwhile
    ],
)
def test_what_is_no_other_article_is_no_duplicate(other: SentArticle):
    assert kinds(replace(FACTS, others=(other,))) == CLEAN


def test_pages_that_lead_to_a_home_page_are_not_the_same():
    mine = sent(page=replace(PAGE, final_key="baoyenbai.vn", canonical_key="baoyenbai.vn"))
    other = elsewhere(
        key="baoyenbai.vn/2", page={"final_key": "baoyenbai.vn", "canonical_key": "baoyenbai.vn"}
    )
    assert same_page(mine, other) is None


def test_the_first_that_was_sent_is_named_and_the_others_counted():
    first = elsewhere(key="baoyenbai.vn/1", article_id=7, submitted_at=SENT - timedelta(days=1))
    later = elsewhere(key="baoyenbai.vn/1", article_id=3)
    told = the(Finding.LINK_OTHER_UNIT, replace(FACTS, others=(later, first)))
    assert (told.of_article_id, told.number) == (7, 2)


def test_the_letter_is_named_where_it_is_another_one():
    same = elsewhere(key="baoyenbai.vn/1", task=TaskName(1, 3, "2023-01", "12/STTTT"))
    told = the(Finding.LINK_OTHER_UNIT, replace(FACTS, others=(same,)))
    assert told.task == TaskName(1, 3, "2023-01", "")
    other = elsewhere(key="baoyenbai.vn/1", task=TaskName(2, 1, "", "15/STTTT"))
    told = the(Finding.LINK_OTHER_UNIT, replace(FACTS, others=(other,)))
    assert told.task == TaskName(2, 1, "", "15/STTTT")


def test_the_same_file_sent_twice_is_told():
    photo = sent(kind=EvidenceKind.PHOTO, url_key="AQADx", page=None)
    again = replace(photo, article_id=2, assignment_id=2)
    facts = replace(FACTS, article=photo, others=(again,))
    assert Finding.LINK_OTHER_TASK in kinds(facts)


# --- the same words ------------------------------------------------------------------------------

EQUAL_TITLE = {"title_key": PAGE.title_key}
EQUAL_TEXT = {"text_hash": PAGE.text_hash}
NEARLY = {"fingerprint": 0b1111}


@pytest.mark.parametrize("like", [EQUAL_TITLE, EQUAL_TEXT, NEARLY])
def test_who_published_later_has_reposted(like: dict[str, Any]):
    later = elsewhere(page={**like, "published_on": date(2023, 1, 11)})
    facts = replace(FACTS, others=(later,))
    assert kinds(facts) == {*CLEAN, Finding.REPOSTED}
    assert is_clean(found(facts))
    assert not is_repost(found(facts))
    told = the(Finding.REPOST, replace(FACTS, article=later, others=(ARTICLE,)))
    assert (told.of_article_id, told.unit_name) == (ARTICLE.article_id, "Báo Yên Bái")
    assert is_repost([told])
    assert not is_clean([told])


@pytest.mark.parametrize(
    "other",
    [
        elsewhere(key="baoyenbai.vn/2", page=EQUAL_TITLE),  # a column's name on one site
        elsewhere(key="baoyenbai.vn/2", page=NEARLY),
        elsewhere(page={**EQUAL_TITLE, "state": PageState.BLOCKED}),
        elsewhere(page={**EQUAL_TEXT, "kind": PageKind.LOGIN}),
        elsewhere(page={"title_key": None, "text_hash": None, "fingerprint": None}),
        elsewhere(page={"fingerprint": (1 << 15) - 1}),
    ],
)
def test_otherwise_nobody_has_reposted(other: SentArticle):
    assert kinds(replace(FACTS, others=(other,))) == CLEAN


def test_the_very_same_text_on_one_site_is_told_too():
    again = elsewhere(key="baoyenbai.vn/2", page=EQUAL_TEXT)
    assert Finding.REPOSTED in kinds(replace(FACTS, others=(again,)))


def test_a_page_known_to_be_the_same_is_no_repost():
    same = elsewhere(key="baoyenbai.vn/1", page={**EQUAL_TEXT, **EQUAL_TITLE})
    assert kinds(replace(FACTS, others=(same,))) == {*CLEAN, Finding.LINK_OTHER_UNIT}


def published(
    day: int, hour: int | None = None, *, sure: bool = True, **values: Any
) -> SentArticle:
    """An article of another unit published then."""
    return elsewhere(
        page={
            "published_on": date(2023, 1, day),
            "published_at": local(day, hour) if hour is not None else None,
            "published_is_sure": sure,
        },
        **values,
    )


EARLIER, LATER = SENT - timedelta(hours=1), SENT + timedelta(hours=1)


@pytest.mark.parametrize(
    ("mine", "other", "mine_first"),
    [
        (page(), published(11, submitted_at=EARLIER), True),
        (page(), published(9, submitted_at=LATER), False),
        (page(published_at=local(10, 8)), published(10, 7, submitted_at=LATER), False),
        (page(published_at=local(10, 8)), published(10, 9, submitted_at=EARLIER), True),
        # Only one time of day is known: the day decides, then who sent it earlier.
        (page(published_at=local(10, 8)), published(10, submitted_at=EARLIER), False),
        (page(), published(10, submitted_at=LATER), True),
        # What is not sure decides nothing.
        (page(), published(9, sure=False, submitted_at=LATER), True),
        (page(published_is_sure=False), published(9, submitted_at=LATER), True),
        (sent(page=None), published(9, submitted_at=LATER), True),
        # Sent in one message: the first of it.
        (page(), published(10, submitted_at=SENT), True),
    ],
)
def test_which_of_two_is_the_original(mine: SentArticle, other: SentArticle, mine_first: bool):
    assert is_earlier(mine, other) is mine_first
    assert is_earlier(other, mine) is not mine_first


def test_a_repost_names_the_earliest():
    first = elsewhere(article_id=5, page={**EQUAL_TITLE, "published_on": date(2023, 1, 7)})
    second = elsewhere(article_id=4, page={**EQUAL_TITLE, "published_on": date(2023, 1, 8)})
    third = elsewhere(article_id=6, page={**EQUAL_TITLE, "published_on": date(2023, 1, 11)})
    told = the(Finding.REPOST, replace(FACTS, others=(third, second, first)))
    assert (told.of_article_id, told.number) == (5, 3)


# --- titles and texts ----------------------------------------------------------------------------


def test_titles_are_the_same_whatever_their_marks_and_case():
    assert title_key_of("Văn hoá: ngày hội «Đại đoàn kết»") == title_key_of(
        "VĂN HÓA - NGÀY HỘI “ĐẠI ĐOÀN KẾT”!"
    )
    assert title_key_of(TITLE) != title_key_of(TITLE + " số 2")
    assert len(title_key_of(TITLE) or "") == 64


@pytest.mark.parametrize(
    "title",
    [
        "",
        "!!!",
        "Trang chủ",
        "Thông báo",
        "Tin nổi bật",
        "a b c d e f",
        "Chi tiết tin tức",
        "Xem chi tiết tin bài",
        "Chi tiết tin tức sự kiện",
        "Tin tức - Sự kiện - Hoạt động",
        "Tin tức sự kiện nổi bật trong tỉnh",
        "Trang thông tin điện tử xã Yên Bình",
        "Cổng thông tin điện tử tỉnh Yên Bái",
        "Chương trình thời sự ngày 05/01/2023",
        "Bản tin thời sự tối 5-1-2023",
    ],
)
def test_a_title_that_many_pages_bear_has_no_key(title: str):
    assert title_key_of(title) is None


@pytest.mark.parametrize(
    "title",
    [
        "Thông báo tuyển dụng viên chức năm 2023",
        "Bản tin thời sự được nhiều người xem",
        "Chương trình hành động số 56 của Tỉnh ủy Yên Bái",
        "Cổng thông tin điện tử tỉnh được trao giải nhất cuộc thi chuyển đổi số năm nay",
    ],
)
def test_a_title_of_one_article_has_a_key(title: str):
    assert title_key_of(title) is not None


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (0, 0, True),
        (0, (1 << 14) - 1, True),
        (0, (1 << 15) - 1, False),
        (-1, (1 << 64) - 1, True),  # as PostgreSQL keeps it, and as it was counted
        (-1, 0, False),
        (-1 << 63, 0, True),
    ],
)
def test_texts_are_almost_the_same_by_the_bits_they_share(one: int, other: int, alike: bool):
    assert similar(one, other) is alike
    assert similar(other, one) is alike
    assert similar_to(one, [(7, other), (8, one)]) == ({7, 8} if alike else {8})


# --- what all of them keep -----------------------------------------------------------------------


@pytest.mark.parametrize("finding", Finding)
def test_clean_is_what_has_no_concern(finding: Finding):
    assert is_clean([Found(finding)]) is (WEIGHTS[finding] is Weight.NOTE)
    assert Found(finding).weight is WEIGHTS[finding]
    assert is_repost([Found(finding)]) is (finding is Finding.REPOST)


def test_a_unit_sees_no_other_unit():
    others = (
        elsewhere(key="baoyenbai.vn/1"),
        elsewhere(key="baoyenbai.vn/1", **{**OTHER_TASK, "article_id": 3}),
        elsewhere(article_id=4, page={**EQUAL_TITLE, "published_on": date(2023, 1, 7)}),
    )
    shared = replace(OTHER_SITE, host="baoyenbai.vn")
    facts = replace(FACTS, others=others, sites=(shared,))
    everything = found(facts)
    shown = for_unit(everything)
    assert [each.finding for each in shown] == [each.finding for each in everything]
    hidden = {each.finding for each in shown if each.is_hidden}
    assert hidden == {Finding.SITE_OF_OTHER_UNIT, Finding.LINK_OTHER_UNIT, Finding.REPOST}
    for each in shown:
        assert "Đài" not in repr(each)
        assert each.of_article_id in (None, 3)
    assert the(Finding.LINK_OTHER_TASK, facts) in shown


@pytest.mark.parametrize("state", [None, *sorted(set(PageState) - OPENED - {PageState.MANUAL})])
def test_who_sent_a_link_is_told_the_same_however_it_failed(state: PageState | None):
    told = found(replace(FACTS, article=page(state=state)))
    assert Finding.PAGE_NOT_READ not in {each.finding for each in told}  # the office knows more
    shown = [each.finding for each in for_sender(told)]
    assert shown.count(Finding.PAGE_NOT_READ) == 1
    assert not set(shown) & NOT_READ


_KEYS = st.sampled_from(
    ["a.vn", "a.vn/1", "a.vn/2", "b.vn/1", "b.vn?x=1", "facebook.com/x", "", "?"]
)
_DAYS = st.dates(date(2022, 12, 1), date(2023, 2, 1))
_MOMENTS = st.integers(0, 60 * 24 * 60).map(
    lambda minutes: datetime(2022, 12, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
_MAYBE = st.none() | st.sampled_from(["a" * 64, "b" * 64])
_PAGES = st.builds(
    PageFacts,
    state=st.none() | st.sampled_from(PageState),
    kind=st.none() | st.sampled_from(PageKind),
    final_key=st.none() | _KEYS,
    canonical_key=st.none() | _KEYS,
    title=st.none() | st.text(max_size=5),
    title_key=_MAYBE,
    published_on=st.none() | _DAYS,
    published_at=st.none() | _MOMENTS,
    published_is_sure=st.booleans(),
    text_hash=_MAYBE,
    fingerprint=st.none() | st.integers(-(1 << 63), (1 << 63) - 1),
    checked_at=st.none() | _MOMENTS,
    dead_at=st.none() | _MOMENTS,
)
_ARTICLES = st.builds(
    SentArticle,
    article_id=st.integers(1, 4),
    assignment_id=st.integers(1, 3),
    unit_id=st.integers(1, 2),
    unit_name=st.sampled_from(["Một", "Hai"]),
    task=st.builds(TaskName, st.integers(1, 2), st.integers(1, 3)),
    kind=st.sampled_from(EvidenceKind),
    url_key=_KEYS,
    submitted_at=_MOMENTS,
    given_title=st.none() | st.text(max_size=3),
    page=st.none() | _PAGES,
)
_SITES = st.builds(
    OwnedSite,
    unit_id=st.integers(1, 2),
    unit_name=st.sampled_from(["Một", "Hai"]),
    host=st.sampled_from(["a.vn", "vn", "facebook.com"]),
    path_prefix=st.sampled_from(["", "/1", "/x"]),
    valid_from=st.none() | _DAYS,
    valid_until=st.none() | _DAYS,
)
_FACTS = st.builds(
    ArticleFacts,
    article=_ARTICLES,
    state=st.sampled_from(ArticleState),
    decided_at=st.none() | _MOMENTS,
    deadline_at=st.none() | _MOMENTS,
    issued_at=_MOMENTS,
    issued_on=st.none() | _DAYS,
    sites=st.lists(_SITES, max_size=3).map(tuple),
    others=st.lists(_ARTICLES, max_size=4).map(tuple),
    looks=st.lists(st.builds(Look, _MOMENTS, st.none() | st.text(max_size=3), _MAYBE)).map(tuple),
)


@given(_FACTS, _MOMENTS)
def test_whatever_is_known_each_finding_comes_once_in_order_and_of_another(
    facts: ArticleFacts, now: datetime
):
    told = findings(facts, now=now, zone=ZONE)
    names = [each.finding for each in told]
    assert names == sorted(set(names), key=list(Finding).index)
    assert is_clean(told) is all(WEIGHTS[each.finding] is Weight.NOTE for each in told)
    assert is_repost(told) is (Finding.REPOST in names)
    # Never a duplicate, or re-post, of itself.
    assert facts.article.article_id not in {each.of_article_id for each in told}
    assert len(set(names) & SITE_FINDINGS) == (facts.article.kind is EvidenceKind.LINK)
    assert not any(each.unit_name for each in for_unit(told))


@given(_ARTICLES, _ARTICLES)
def test_being_the_same_is_mutual_and_one_of_two_is_the_original(
    one: SentArticle, other: SentArticle
):
    assert same_page(one, other) == same_page(other, one)
    assert same_words(one, other) == same_words(other, one)
    if one.article_id != other.article_id:
        assert is_earlier(one, other) is not is_earlier(other, one)


def test_what_advises_against_counting_is_no_question_that_a_person_still_has_to_answer():
    against = {each.finding for each in doubts([Found(finding) for finding in Finding])}
    assert all(WEIGHTS[finding] is Weight.CONCERN for finding in against)
    assert against >= {
        Finding.PAGE_TLS_ERROR,
        Finding.PAGE_SOFT404,
        Finding.PAGE_UNREACHABLE,
        Finding.DEAD_PAGE,
        Finding.SITE_OF_OTHER_UNIT,
        Finding.SITE_UNKNOWN,
        Finding.LINK_OTHER_UNIT,
        Finding.REPOST,
        Finding.PUBLISHED_LATE,
        Finding.BEFORE_DIRECTIVE,
    }
    assert not against & {
        Finding.NOT_CHECKED,
        Finding.NO_LINK,
        Finding.PAGE_MANUAL,
        Finding.NO_DATE,
    }
