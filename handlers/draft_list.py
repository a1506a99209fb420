"""/duthao: drafts and templates, what is made from them, and templates that recur."""

from __future__ import annotations

from bot.actions import access, drafts, templates
from bot.actions.replies import Button
from bot.actions.templates import Place
from bot.callbacks import Callback, Press
from bot.delivery.render_draft_list import EVERY
from bot.domain.dialogues import DialogueKind
from bot.domain.states import Every, MessageKind
from bot.errors import NotFound
from bot.storage import templates as template_rows
from bot.storage.tables import Dialogue, Draft
from handlers.appointing import dialogue_draft, own_draft
from handlers.context import Incoming, ids, page_turned

# By the number a button carries.
DRAFTS, TEMPLATES = 0, 1


# --- drafts --------------------------------------------------------------------------------------


async def show_list(incoming: Incoming) -> None:
    """/duthao: what is being composed."""
    await _queue(incoming, view="list", tab=DRAFTS, page=1)


async def show_page(incoming: Incoming) -> None:
    """Another page, or the templates."""
    tab, page = ids(incoming, 2)
    if tab not in (DRAFTS, TEMPLATES):
        raise NotFound("refused.gone")
    await _queue(incoming, view="list", tab=tab, page=page)


async def _queue(incoming: Incoming, *, view: str, **parameters: int) -> None:
    """In the place of the pressed message, unless that is a card."""
    await incoming.show(
        MessageKind.DRAFTS,
        {
            "view": view,
            "person_id": incoming.known_actor.person_id,
            **parameters,
        },
        edits=await page_turned(incoming),
    )


async def open_draft(incoming: Incoming) -> None:
    """Go on with a draft here."""
    draft = await drafts.open_draft(incoming.session, await own_draft(incoming))
    await drafts.bring(incoming.session, draft, chat_id=incoming.chat.id, now=incoming.now)


# --- templates -----------------------------------------------------------------------------------


async def ask_name(incoming: Incoming) -> None:
    """How is the template to be called?"""
    draft_id = await own_draft(incoming)
    await drafts.open_draft(incoming.session, draft_id)
    await incoming.ask(DialogueKind.TEMPLATE_NAME, {"draft_id": draft_id})
    await incoming.reply("template.ask_name")


async def take_name(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed name: the template is there."""
    draft_id = await dialogue_draft(incoming, dialogue)
    template = await templates.save(
        incoming.session,
        draft_id,
        incoming.text,
        place=_place(incoming),
        calendar=(await incoming.policy()).calendar,
        now=incoming.now,
    )
    await incoming.end_dialogue()
    opens = Button("button.template", Callback(Press.TEMPLATE, (template.id,)))
    await incoming.reply("template.saved", name=template.name, buttons=[[opens]])


def _place(incoming: Incoming) -> Place:
    return Place(incoming.known_actor.person_id, incoming.chat.id, incoming.pressed_message)


async def _template(incoming: Incoming) -> Draft:
    template, _ = await _template_and(incoming, 0)
    return template


async def _template_and(incoming: Incoming, others: int) -> tuple[Draft, tuple[int, ...]]:
    """The template that a press is about, if the person may work on it, and the ids behind it."""
    template_id, *rest = ids(incoming, 1 + others)
    await access.own_draft(incoming.session, template_id, actor=incoming.known_actor)
    return await templates.known(incoming.session, template_id), tuple(rest)


async def show_template(incoming: Incoming) -> None:
    """What a template holds, and what can be done with it."""
    template = await _template(incoming)
    await _queue(incoming, view="template", template_id=template.id)


async def use_template(incoming: Incoming) -> None:
    """A new draft from it, shown here; the one that this button has made while that is open."""
    template = await _template(incoming)
    if await _was_begun(incoming, template.name):
        return
    draft = await templates.use(
        incoming.session,
        template,
        place=_place(incoming),
        actor=incoming.known_actor,
        calendar=(await incoming.policy()).calendar,
        language=incoming.rt.config.office.language,
        now=incoming.now,
    )
    await drafts.show(incoming.session, draft, now=incoming.now, chat_id=incoming.chat.id)


async def clone(incoming: Incoming) -> None:
    """A new draft like a directive that was issued, shown here."""
    (directive_id,) = ids(incoming, 1)
    actor = incoming.known_actor
    directive = await access.visible_directive(incoming.session, directive_id, actor=actor)
    if await _was_begun(incoming, None):
        return
    draft = await templates.clone(
        incoming.session, directive, place=_place(incoming), actor=actor, now=incoming.now
    )
    await drafts.show(incoming.session, draft, now=incoming.now, chat_id=incoming.chat.id)


async def _was_begun(incoming: Incoming, name: str | None) -> bool:
    """Telegram may bring a press twice: the draft that it made is shown again."""
    begun = await template_rows.begun_by_button(
        incoming.session,
        chat_id=incoming.chat.id,
        message_id=incoming.pressed_message or 0,
        name=name,
    )
    if begun is not None:
        await drafts.bring(incoming.session, begun, chat_id=incoming.chat.id, now=incoming.now)
    return begun is not None


async def ask_drop_template(incoming: Incoming) -> None:
    """Really?"""
    template = await _template(incoming)
    await _queue(incoming, view="drop", template_id=template.id)


async def drop_template(incoming: Incoming) -> None:
    """Nobody wants it any more."""
    template = await _template(incoming)
    await templates.drop(incoming.session, template.id, now=incoming.now)
    await _queue(incoming, view="list", tab=TEMPLATES, page=1)


# --- recurring -----------------------------------------------------------------------------------


async def show_recurrence(incoming: Incoming) -> None:
    """How often?"""
    template = await _template(incoming)
    await _queue(incoming, view="recurrence", template_id=template.id)


async def show_days(incoming: Incoming) -> None:
    """On which day?"""
    template, (every,) = await _template_and(incoming, 1)
    _every(every)
    await _queue(incoming, view="days", template_id=template.id, every=every)


def _every(number: int) -> Every:
    if number >= len(EVERY):
        raise NotFound("refused.gone")
    return EVERY[number]


async def set_recurrence(incoming: Incoming) -> None:
    """So often, on that day."""
    template, (every, day) = await _template_and(incoming, 2)
    await templates.let_recur(
        incoming.session,
        template.id,
        every=_every(every),
        day=day,
        place=_place(incoming),
        calendar=(await incoming.policy()).calendar,
        now=incoming.now,
    )
    await _queue(incoming, view="template", template_id=template.id)


async def stop_recurrence(incoming: Incoming) -> None:
    """No more."""
    template = await _template(incoming)
    await templates.stop(incoming.session, template.id, now=incoming.now)
    await _queue(incoming, view="template", template_id=template.id)
