"""Why something was returned, and what of open work stands returned, in a few words; pure."""

from __future__ import annotations

from bot.delivery.render import Writer
from bot.domain.article_review import Returned
from bot.domain.splitting import shortened

_LONGEST_REASON = 80


def reason_of(key: str | None, words: str | None, write: Writer) -> str:
    """Why it was returned; a dash where that was erased."""
    return write.texts(f"article.reason_{key}") if key else words or "–"


def returned(what: Returned, write: Writer) -> str:
    """`01 bị trả lại: Sai đường dẫn`, with the newest reason."""
    reason = shortened(reason_of(what.reason_key, what.reason, write), most=_LONGEST_REASON)
    if not what.articles:
        return write.say("card.work_returned", reason=reason)
    return write.say("card.returned", number=f"{what.articles:02}", reason=reason)
