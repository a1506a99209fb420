"""What people wrote or sent, as it is; whether its reader may see it is asked when it is sent."""

from __future__ import annotations

from bot.delivery import gather_articles, gather_questions, gather_unplaced
from bot.delivery.context import NOT_STAFF, Context, Gathered, Later, Ready, Withdraw
from bot.delivery.render import Content, Original
from bot.storage import outbox, people
from bot.storage.outbox import BELOW, FINAL, LOST


async def copy(context: Context) -> Gathered:
    """What somebody wrote or sent in another chat, as it is there."""
    source = await people.chat(context.session, context.number("from_chat_id"))
    if source is None:
        return Withdraw("chat_gone")
    is_unplaced = "unplaced_id" in context.message.parameters
    if is_unplaced and not await gather_unplaced.may_copy(context):
        return NOT_STAFF
    is_evidence = "article_id" in context.message.parameters
    if is_evidence and not await gather_articles.may_copy(context):
        return NOT_STAFF
    original = Original(source.telegram_id, context.number("message_id"))
    if "question_id" not in context.message.parameters:
        return await _below(context, Content("", copies=original))
    place = await gather_questions.place_of_copy(context)
    if isinstance(place, Withdraw | Later):
        return place
    return Ready(Content("", copies=original), reply_to=place)


async def _below(context: Context, content: Content) -> Gathered:
    """The same as a reply to the message that it belongs to, if that has come."""
    below = context.message.parameters.get(BELOW)
    sent = await outbox.sent_as(context.session, below) if below is not None else None
    if sent is None:
        return Ready(content)
    _, state, message_id, _ = sent
    if state not in FINAL:
        return Later(0.5)  # what it belongs to is still on its way
    if state in LOST:
        return Withdraw("not_wanted")  # who may not read the one may not see the other
    return Ready(content, reply_to=message_id)
