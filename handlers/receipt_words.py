"""“Đã nhận ạ” in words: nobody has confirmed by them, and nobody asks anything. Who writes them is
shown the button that does confirm; of a unit that has, they are told so."""

from __future__ import annotations

from bot.actions import acknowledgements
from bot.actions.replies import Button
from bot.callbacks import Callback, Press
from bot.domain.directives import short_name
from bot.domain.receipt_words import say_received
from bot.domain.splitting import shortened
from bot.domain.states import ChatKind
from bot.storage import directives, standings
from bot.storage.tables import Addressee, Dialogue, Directive
from handlers import articles
from handlers.context import Incoming

_LONGEST_NAME = 100


async def take(incoming: Incoming, dialogue: Dialogue | None) -> bool:
    """Such words as a reply to a card or reminder, or just so where one directive alone waits for
    its receipt; False for anything else."""
    message, actor = incoming.message, incoming.actor
    if message is None or message.text is None or actor is None or not actor.unit_ids:
        return False
    if not say_received(message.text):
        return False
    addressee_id = await articles.replied_addressee(incoming)
    if addressee_id is not None:
        found = await acknowledgements.own_addressee(incoming.session, addressee_id, actor=actor)
        await _answer(incoming, *found)
        return True
    if dialogue is not None or message.reply_to_message is not None:
        return False
    waiting = await _waiting(incoming)
    if incoming.chat.kind is not ChatKind.PRIVATE or len(waiting) != 1:
        return False
    await _answer(incoming, *waiting[0])
    return True


async def _waiting(incoming: Incoming) -> list[tuple[Addressee, Directive]]:
    """The person's open directives whose receipt is not complete."""
    found = await directives.open_addressees_of_units(
        incoming.session, incoming.known_actor.unit_ids, begun_by=incoming.now
    )
    pairs = [(addressee, directive) for addressee, directive in found]
    rules = {directive.id: directive.acknowledge_by for _, directive in pairs}
    of = await standings.of(incoming.session, [addressee for addressee, _ in pairs], rules)
    return [each for each in pairs if not of[each[0].id].is_complete]


async def _answer(incoming: Incoming, addressee: Addressee, directive: Directive) -> None:
    rules = {directive.id: directive.acknowledge_by}
    standing = (await standings.of(incoming.session, [addressee], rules))[addressee.id]
    name = short_name(directive.number, directive.symbol, directive.subject)
    shown = shortened(name, most=_LONGEST_NAME)
    if standing.is_complete:
        await incoming.reply("receipt.was_given", directive=shown)
        return
    version = directive.version
    ids = (addressee.id,) if version == 1 else (addressee.id, version)
    button = Button("button.acknowledge", Callback(Press.ACKNOWLEDGE, ids), style="success")
    await incoming.reply("receipt.press", buttons=[[button]], directive=shown)
