"""What is counted of articles: forms, classes, timing; and that the parts are the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.article_numbers import (
    ArticleClass,
    CountedArticle,
    Genre,
    Timing,
    class_of,
    count,
    genre_of,
)
from bot.domain.articles import EvidenceKind
from bot.domain.states import ArticleState

ARTICLES = st.builds(
    CountedArticle,
    genre=st.sampled_from(Genre),
    became=st.sampled_from(ArticleClass),
    submitted=st.sampled_from(Timing),
    published=st.sampled_from(Timing),
    is_repost=st.booleans(),
    is_doubtful=st.booleans(),
)


@pytest.mark.parametrize(
    ("key", "genre"),
    [
        ("baoyenbai.com.vn/12/tin.aspx", Genre.ARTICLE),
        ("facebook.com/so.tttt/posts/1", Genre.SOCIAL),
        ("business.facebook.com/1", Genre.SOCIAL),
        ("zalo.me/1", Genre.SOCIAL),
        ("youtube.com/watch?v=1", Genre.SOCIAL),
        ("notfacebook.com/1", Genre.ARTICLE),
        ("a.vn/facebook.com", Genre.ARTICLE),
    ],
)
def test_links_are_counted_by_their_host(key: str, genre: Genre):
    assert genre_of(EvidenceKind.LINK, url_key=key, words="phát thanh") is genre


@pytest.mark.parametrize(
    ("words", "genre"),
    [
        ("bản tin phát thanh", Genre.BROADCAST),
        ("BẢN TIN TRÊN LOA", Genre.BROADCAST),
        ("lượt truyền thanh xã", Genre.BROADCAST),
        ("phóng sự", Genre.FILM),
        ("clip tuyên truyền", Genre.FILM),
        ("lượt xe tuyên truyền", Genre.OTHER),
        ("loại khác", Genre.OTHER),  # not "loa"
        ("", Genre.OTHER),
    ],
)
def test_quantities_are_counted_by_their_words(words: str, genre: Genre):
    assert genre_of(EvidenceKind.QUANTITY, words=words) is genre


def test_files_are_counted_by_their_kind():
    assert {kind: genre_of(kind, words="loa") for kind in EvidenceKind if kind.value not in
            ("link", "quantity")} == {
        EvidenceKind.PHOTO: Genre.OTHER,
        EvidenceKind.DOCUMENT: Genre.OTHER,
        EvidenceKind.VIDEO: Genre.FILM,
        EvidenceKind.AUDIO: Genre.BROADCAST,
    }  # fmt: skip


@pytest.mark.parametrize("state", ArticleState)
def test_what_is_asked_no_more_is_not_counted(state: ArticleState):
    assert class_of(state, is_asked=False) is ArticleClass.DROPPED
    assert class_of(state, is_asked=True) is not ArticleClass.DROPPED


@given(st.lists(ARTICLES))
def test_the_parts_are_the_whole(articles: list[CountedArticle]):
    numbers = count(articles)
    assert sum(numbers.classes.values()) == len(articles)
    whole = sum(each.became in (ArticleClass.ACCEPTED, ArticleClass.UNDECIDED) for each in articles)
    parts = (numbers.genres, numbers.submitted, numbers.published)
    assert [sum(part.values()) for part in parts] == [whole] * 3
    assert numbers.total == whole == numbers.originals + numbers.reposts
    assert numbers.reposts == sum(each.is_repost and each.counts for each in articles)
    assert numbers.doubtful == sum(each.is_doubtful and each.counts for each in articles)
    assert [set(part) for part in parts] == [set(Genre), set(Timing), set(Timing)]


@given(st.lists(ARTICLES), st.integers(0, 20))
def test_the_numbers_of_two_halves_add_up(articles: list[CountedArticle], cut: int):
    whole, first, second = count(articles), count(articles[:cut]), count(articles[cut:])
    assert whole.total == first.total + second.total
    assert whole.reposts == first.reposts + second.reposts
    assert whole.doubtful == first.doubtful + second.doubtful
    for genre in Genre:
        assert whole.genres[genre] == first.genres[genre] + second.genres[genre]
