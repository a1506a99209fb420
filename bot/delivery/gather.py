"""From an outbox row to what is sent: asks again whether it is wanted, and loads what it shows.

Reads the database only; the looks are made by the `render` modules, the sending by `worker`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.delivery import (
    gather_additions,
    gather_agenda,
    gather_answers,
    gather_articles,
    gather_attachments,
    gather_canned_answers,
    gather_cards,
    gather_copies,
    gather_corrections,
    gather_days,
    gather_dead_links,
    gather_decisions,
    gather_digests,
    gather_draft_list,
    gather_joining,
    gather_late,
    gather_messages,
    gather_nudges,
    gather_office,
    gather_open_tasks,
    gather_own_articles,
    gather_people,
    gather_questions,
    gather_receipts,
    gather_registry,
    gather_relations,
    gather_reminders,
    gather_reports,
    gather_search,
    gather_slips,
    gather_unplaced,
    gather_versions,
    gather_waiting,
)
from bot.delivery.context import Context, Gathered, Withdraw
from bot.domain.states import MessageKind, OutboxState


async def gather(context: Context) -> Gathered:
    """What this message shows now, or why it is not sent."""
    if context.chat.unreachable_reason is not None:
        return Withdraw(context.chat.unreachable_reason, OutboxState.FAILED)
    return await _KINDS[context.message.kind](context)


_KINDS: dict[MessageKind, Callable[[Context], Awaitable[Gathered]]] = {
    MessageKind.NOTICE: gather_messages.notice,
    MessageKind.DIRECTIVE: gather_cards.card,
    MessageKind.REDRAW: gather_cards.card,
    MessageKind.DRAFT: gather_cards.card,
    MessageKind.PREVIEW: gather_corrections.preview,
    MessageKind.DRAFTS: gather_draft_list.drafts_page,
    MessageKind.COPY: gather_copies.copy,
    MessageKind.STATE: gather_messages.state,
    MessageKind.LATE_JOINERS: gather_late.page,
    MessageKind.APPOINTED: gather_messages.appointed,
    MessageKind.AGENDA: gather_agenda.page,
    MessageKind.SEARCH: gather_search.found,
    MessageKind.QUESTION: gather_questions.question,
    MessageKind.QUESTION_THREAD: gather_questions.thread,
    MessageKind.PARKED: gather_messages.parked,
    MessageKind.REPORT: gather_reports.report,
    MessageKind.REMINDER: gather_reminders.reminder,
    MessageKind.ESCALATION: gather_reminders.escalation,
    MessageKind.OPEN_TASKS: gather_open_tasks.open_tasks,
    MessageKind.FULL_TEXT: gather_messages.full_text,
    MessageKind.ANSWER: gather_answers.for_colleague,
    MessageKind.ATTACHMENT: gather_attachments.attachment,
    MessageKind.RELATED: gather_relations.choices,
    MessageKind.STAFF: gather_office.staff,
    MessageKind.LOG: gather_office.log,
    MessageKind.LOG_FILE: gather_office.log_file,
    MessageKind.TABLE_IMPORT: gather_cards.card,
    MessageKind.IMPORT_REPORT: gather_registry.import_report,
    MessageKind.REGISTRY: gather_registry.page,
    MessageKind.REGISTRY_FILE: gather_registry.file,
    MessageKind.UNIT_CHANGES: gather_people.changes,
    MessageKind.PERSONAL_DATA: gather_people.personal_data,
    MessageKind.ERASURE: gather_people.erasure,
    MessageKind.MENU: gather_messages.menu,
    MessageKind.RETIRE: gather_messages.retire,
    MessageKind.CORRECTION: gather_versions.correction,
    MessageKind.RECALL: gather_versions.recall,
    MessageKind.ERASE: gather_versions.erase,
    MessageKind.VERSIONS: gather_versions.page,
    MessageKind.RECEIPTS: gather_receipts.page,
    MessageKind.CHASE: gather_receipts.chase,
    MessageKind.NUDGE: gather_nudges.nudge,
    MessageKind.NUDGE_PREVIEW: gather_nudges.preview,
    MessageKind.CALL_SHEET: gather_nudges.call_sheet,
    MessageKind.CANNED_ANSWERS: gather_canned_answers.page,
    MessageKind.ADDITION: gather_additions.message,
    MessageKind.RECEIPT_SLIP: gather_slips.slip,
    MessageKind.SLIP_CHECK: gather_slips.check,
    MessageKind.INVITE: gather_joining.invite,
    MessageKind.INVITE_SHEET: gather_joining.invite_sheet,
    MessageKind.INVITES: gather_joining.open_invites,
    MessageKind.WAITING_LIST: gather_waiting.waiting_list,
    MessageKind.UNPLACED: gather_unplaced.placed,
    MessageKind.UNREACHABLE: gather_joining.unreachable,
    MessageKind.UNREACHABLE_FILE: gather_joining.unreachable_file,
    MessageKind.DIGEST: gather_digests.digest,
    MessageKind.DEAD_LINKS: gather_dead_links.dead_links,
    MessageKind.CALENDAR: gather_days.page,
    MessageKind.UNLINKED: gather_joining.unlinked,
    MessageKind.LEAVE: gather_joining.leave,
    MessageKind.ARTICLES: gather_articles.page,
    MessageKind.ARTICLE: gather_articles.article,
    MessageKind.OWN_ARTICLES: gather_own_articles.page,
    MessageKind.DECISIONS: gather_decisions.decisions,
}
