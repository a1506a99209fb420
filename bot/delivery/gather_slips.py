"""Receipt slips for who may have them, and what is answered to who asks whether one is genuine."""

from __future__ import annotations

import asyncio

from bot.delivery import render_slips
from bot.delivery.context import NOT_STAFF, Context, Gathered, Ready, Withdraw, reader
from bot.delivery.render import Content, Document
from bot.domain import slips as words
from bot.domain.slips import Slip
from bot.domain.states import Ending
from bot.storage import directives, slips
from bot.storage.tables import Addressee, Directive, ReceiptSlip
from bot.texts import DEFAULT_LANGUAGE


async def slip(context: Context) -> Gathered:
    """The paper, drawn while it is being sent; in the office's language."""
    from bot.reports.receipt_slip import receipt_slip  # heavy: only when a slip is asked for

    found = await _found(context)
    if isinstance(found, Withdraw):
        return found
    row, _, directive = found
    if directive.ending is Ending.RECALLED:
        return Withdraw("recalled")
    says = Slip.of_json(row.content)
    link = context.message.parameters.get("link")
    write = context.scene.write(DEFAULT_LANGUAGE)
    paper = render_slips.paper(says, row.code, write, link=str(link) if link else None)
    written = await asyncio.to_thread(receipt_slip, paper)
    document = Document(render_slips.file_name(says, write), written)
    caption = render_slips.caption(says, row.code, context.write)
    return Ready(Content(caption, document=document))


async def check(context: Context) -> Gathered:
    """/xacminh: that a slip is genuine, what it says, and what has become of that."""
    found = await _found(context)
    if isinstance(found, Withdraw):
        return found
    row, addressee, directive = found
    says = Slip.of_json(row.content)
    changed = words.since(
        says,
        kept=await slips.confirmed(context.session, addressee.id, counting_only=False),
        version=directive.version,
        acknowledge_from=directive.acknowledge_from,
        ending=directive.ending,
    )
    return Ready(render_slips.check(says, row.code, changed, context.write))


async def _found(context: Context) -> tuple[ReceiptSlip, Addressee, Directive] | Withdraw:
    """The slip and what it is of, if it may be shown here now: to the office, or to its unit."""
    row = await slips.get(context.session, context.number("slip_id"))
    if row is None:
        return Withdraw("slip_gone")
    of = await directives.addressee_with_directive(context.session, row.addressee_id)
    if of is None:
        return Withdraw("directive_gone")
    addressee, directive = of
    if "person_id" in context.message.parameters:
        actor = await reader(context)
        if actor is None or not actor.oversees(addressee.unit_id):
            return NOT_STAFF
    elif not context.serves(addressee.unit_id):
        return Withdraw("not_a_contact")
    return row, addressee, directive
