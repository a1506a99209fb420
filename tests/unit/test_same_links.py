"""Which of many articles one is held against: of those with its key few, and the first of them."""

from datetime import UTC, datetime, timedelta

from bot.domain.article_facts import ArticleFacts, SentArticle, TaskName
from bot.domain.articles import EvidenceKind
from bot.domain.found import Finding
from bot.domain.same_articles import found_same
from bot.domain.same_links import FEW, SameLinks

NOW = datetime(2023, 2, 1, tzinfo=UTC)


def sent(number: int, *, unit: int, key: str = "a.vn/1") -> SentArticle:
    return SentArticle(
        article_id=number,
        assignment_id=number,
        unit_id=unit,
        unit_name=f"Xã {unit}",
        task=TaskName(1, 1),
        kind=EvidenceKind.LINK,
        url_key=key,
        submitted_at=NOW + timedelta(minutes=number),
    )


def told(mine: SentArticle, articles: list[SentArticle]) -> dict[Finding, int | None]:
    others = SameLinks(articles).few(mine)
    facts = ArticleFacts(article=mine, issued_at=NOW, others=others)
    return {each.finding: each.of_article_id for each in found_same(facts)}


def test_of_a_thousand_with_one_link_each_is_held_against_few():
    articles = [sent(number, unit=number) for number in range(1000)]
    links = SameLinks(articles)
    assert max(len(links.few(each)) for each in articles) <= 2 * (FEW + 1)
    assert told(articles[900], articles) == {Finding.LINK_OTHER_UNIT: 0}
    assert told(articles[0], articles) == {Finding.LINK_OTHER_UNIT: 1}


def test_what_the_unit_itself_sent_often_hides_no_other_unit():
    own = [sent(number, unit=1) for number in range(50)]
    other = sent(99, unit=2)
    for mine in (own[0], own[49]):
        first = 1 if mine is own[0] else 0
        assert told(mine, [*own, other]) == {
            Finding.LINK_OTHER_TASK: first,
            Finding.LINK_OTHER_UNIT: 99,
        }
    assert told(other, [*own, other]) == {Finding.LINK_OTHER_UNIT: 0}


def test_one_with_another_key_is_none_of_them():
    mine = sent(1, unit=1)
    assert SameLinks([mine, sent(2, unit=2, key="a.vn/2")]).few(mine) == ()
