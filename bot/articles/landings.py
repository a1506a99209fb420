"""Where an article's link leads, as the sites of units are compared with it; pure."""

from __future__ import annotations

from dataclasses import replace

from bot.articles.urls import canonical_address
from bot.domain.article_facts import SentArticle
from bot.domain.articles import EvidenceKind
from bot.errors import InvalidInput


def with_address(article: SentArticle) -> SentArticle:
    """The article with its address, if it is a link."""
    if article.kind is not EvidenceKind.LINK or article.landing_url is None:
        return article
    try:
        address = canonical_address(article.landing_url)
    except InvalidInput:
        return article  # a redirect that led nowhere; its key says what is known
    return replace(article, address=address)
