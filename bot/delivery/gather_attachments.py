"""Files that go with a letter, sent on by their ids."""

from __future__ import annotations

from bot.delivery.context import Context, Gathered, Ready, Withdraw
from bot.delivery.render import Content, Document
from bot.storage import attachments


async def attachment(context: Context) -> Gathered:
    """One of them, as the kind of message it came in; taken away meanwhile it is not sent."""
    found = await attachments.get(context.session, context.number("attachment_id"))
    if found is None:
        return Withdraw("attachment_gone")
    count = await attachments.count(context.session, found.draft_id)
    caption = context.write.say("attachments.caption", number=found.position, count=count)
    document = Document(file_id=found.file_id, is_picture=found.is_picture)
    return Ready(Content(caption, document=document))
