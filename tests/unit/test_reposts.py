"""Re-posts among many articles: the same as the finding says of each alone."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.article_facts import ArticleFacts, PageFacts, SentArticle, TaskName
from bot.domain.articles import EvidenceKind, PageKind, PageState
from bot.domain.findings import findings, is_repost
from bot.domain.fingerprints import Fingerprints
from bot.domain.likeness import similar
from bot.domain.reposts import reposts

NOW = datetime(2023, 2, 1, tzinfo=UTC)
TASK = TaskName(1, 1)


def pages() -> st.SearchStrategy[PageFacts]:
    """Few different values, so that many are the same."""
    return st.builds(
        PageFacts,
        state=st.sampled_from((PageState.OK, PageState.REDIRECTED, PageState.NOT_FOUND, None)),
        kind=st.sampled_from((PageKind.ARTICLE, PageKind.LIST, None)),
        final_key=st.sampled_from((None, "a.vn/1", "b.vn/1", "c.vn")),
        canonical_key=st.sampled_from((None, "a.vn/1", "d.vn/9")),
        title_key=st.sampled_from((None, "one", "two")),
        text_hash=st.sampled_from((None, "x", "y")),
        fingerprint=st.sampled_from((None, 0, 0xFFF, 0x1FFF, -1)),
        published_on=st.sampled_from((None, date(2023, 1, 5), date(2023, 1, 6))),
        published_is_sure=st.booleans(),
    )


@st.composite
def sent(draw: st.DrawFn) -> list[SentArticle]:
    """Articles of one directive."""
    count = draw(st.integers(0, 8))
    return [
        SentArticle(
            article_id=number,
            assignment_id=draw(st.integers(1, 3)),
            unit_id=draw(st.integers(1, 3)),
            unit_name="",
            task=TASK,
            kind=EvidenceKind.LINK,
            url_key=draw(st.sampled_from(("a.vn/1", "a.vn/2", "b.vn/1", "e.vn/1"))),
            submitted_at=NOW - timedelta(hours=draw(st.integers(0, 3))),
            page=draw(st.none() | pages()),
        )
        for number in range(1, count + 1)
    ]


@given(sent())
def test_each_is_a_repost_of_whom_the_finding_says_it_is(articles: list[SentArticle]):
    found = {
        each.article_id
        for each in articles
        if is_repost(
            findings(
                ArticleFacts(article=each, issued_at=NOW, others=tuple(articles)),
                now=NOW,
                zone=UTC,
            )
        )
    }
    assert set(reposts(articles)) == found


def test_of_a_thousand_units_with_the_same_release_one_has_the_original():
    same = PageFacts(state=PageState.OK, kind=PageKind.ARTICLE, title_key="t", text_hash="x")
    articles = [
        SentArticle(
            article_id=number,
            assignment_id=number,
            unit_id=number,
            unit_name="",
            task=TASK,
            kind=EvidenceKind.LINK,
            url_key=f"h{number}.vn/1",
            submitted_at=NOW - timedelta(minutes=number),
            page=same,
        )
        for number in range(1000)
    ]
    assert set(reposts(articles)) == set(range(999))


def test_what_is_the_same_in_another_directive_makes_a_repost_but_is_not_one_of_ours():
    page = PageFacts(state=PageState.OK, title_key="t")
    ours, theirs = (
        SentArticle(
            article_id=number,
            assignment_id=number,
            unit_id=number,
            unit_name="",
            task=TaskName(number, 1),
            kind=EvidenceKind.LINK,
            url_key=f"h{number}.vn/1",
            submitted_at=NOW - timedelta(hours=number),
            page=page,
        )
        for number in (1, 2)
    )
    assert reposts([ours], [theirs, ours]) == {1: theirs}
    assert reposts([theirs], [ours, theirs]) == {}


NUMBERS = st.integers(-(2**63), 2**64 - 1)


@given(NUMBERS, st.lists(st.sets(st.integers(0, 63), max_size=20), max_size=20))
def test_those_that_are_similar_are_found_among_many(one: int, flips: list[set[int]]):
    """Of numbers that differ from one by some bits, those that differ by few enough."""
    others = [one ^ sum(1 << bit for bit in bits) for bits in flips]
    found = Fingerprints(others).similar_to(one)
    assert found == {other for other in others if similar(one, other)}
