"""What takes the answer to each question that the bot asks. Whether something written is one is
decided in `dialogue`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.domain.dialogues import DialogueKind
from bot.domain.rights import Right
from bot.storage.tables import Dialogue
from handlers import (
    additions,
    answers,
    appointing,
    article_review,
    attachments,
    audience,
    canned_answers,
    composing,
    corrections,
    days,
    draft_list,
    draft_tasks,
    endings,
    entering,
    extensions,
    late_joiners,
    own_articles,
    placing,
    question_answers,
    questions,
    receipts,
    registry,
    relations,
    review,
    search,
    slips,
    stand_ins,
    unit_changes,
)
from handlers.context import Incoming

Take = Callable[[Incoming, Dialogue], Awaitable[None]]

# What takes the typed answer, and the right it needs; without one the action looks whose it is.
TYPED: dict[DialogueKind, tuple[Take, Right | None]] = {
    DialogueKind.DRAFT_NUMBER: (composing.take_number, Right.ISSUE),
    DialogueKind.DRAFT_DATE: (composing.take_date, Right.ISSUE),
    DialogueKind.DRAFT_SUBJECT: (composing.take_subject, Right.ISSUE),
    DialogueKind.DRAFT_ISSUER: (composing.take_issuer, Right.ISSUE),
    DialogueKind.DRAFT_DEADLINE: (draft_tasks.take_deadline, Right.ISSUE),
    DialogueKind.TASK_TEXT: (draft_tasks.take_text, Right.ISSUE),
    DialogueKind.TASK_TITLE: (draft_tasks.take_title, Right.ISSUE),
    DialogueKind.TASK_EXPECTED: (draft_tasks.take_expected, Right.ISSUE),
    DialogueKind.TEMPLATE_NAME: (draft_list.take_name, Right.ISSUE),
    DialogueKind.DRAFT_SEND_AT: (appointing.take_send_at, Right.ISSUE),
    DialogueKind.DRAFT_UNIT: (audience.take_unit, Right.ISSUE),
    DialogueKind.LATE_COUNT: (late_joiners.take_count, Right.ISSUE),
    DialogueKind.ADDRESSEE_UNIT: (late_joiners.take_unit, Right.ISSUE),
    DialogueKind.DRAFT_NOTE: (corrections.take_note, Right.ISSUE),
    DialogueKind.RECALL_REASON: (endings.take_reason, Right.ISSUE),
    DialogueKind.DRAFT_FILES: (attachments.take, Right.ISSUE),
    DialogueKind.DRAFT_RELATED: (relations.take_words, Right.ISSUE),
    DialogueKind.REVIEW_REASON: (review.take_reason, Right.ISSUE),
    DialogueKind.ISSUE_COUNT: (composing.take_count, Right.ISSUE),
    DialogueKind.EXTENSION_DATE: (extensions.take_date, None),
    DialogueKind.EXTENSION_REASON: (extensions.take_reason, None),
    DialogueKind.EXTENSION_GRANT: (extensions.take_other, Right.ISSUE),
    DialogueKind.EXTENSION_NOTE: (extensions.take_note, Right.ISSUE),
    DialogueKind.SEARCH: (search.take_words, None),
    DialogueKind.DEPUTY_UNTIL: (stand_ins.take_until, None),
    DialogueKind.UNIT_CHANGE: (unit_changes.take, Right.REGISTER),
    DialogueKind.DAYS: (days.take, Right.GOVERN),
    DialogueKind.PHONED_NOTE: (receipts.take_note, Right.ISSUE),
    DialogueKind.DELEGATE_TO: (answers.take_name, None),
    DialogueKind.CANNOT_REASON: (answers.take_reason, None),
    DialogueKind.ANSWER_NOTE: (answers.take_note, Right.REVIEW),
    DialogueKind.ARTICLE_REASON: (article_review.take_reason, Right.REVIEW),
    DialogueKind.CANNED_NAME: (canned_answers.take_name, Right.ISSUE),
    DialogueKind.CANNED_TEXT: (canned_answers.take_text, Right.ISSUE),
    DialogueKind.ADDITION_TEXT: (additions.take_words, Right.ISSUE),
    DialogueKind.SLIP_CODE: (slips.take_code, None),
    DialogueKind.UNPLACED_UNIT: (placing.take_unit, Right.REVIEW),
}
# What takes whatever comes next, also a file, a long text or one with a link in it.
SAYS_ANYTHING: dict[DialogueKind, tuple[Take, Right | None]] = {
    DialogueKind.QUESTION: (questions.take_words, None),
    DialogueKind.QUESTION_ANSWER: (question_answers.take_answer, Right.REVIEW),
    DialogueKind.ENTER_WORK: (entering.take, Right.REVIEW),
    DialogueKind.ARTICLE_REPLACEMENT: (own_articles.take_replacement, None),
    DialogueKind.ARTICLE_TITLE: (own_articles.take_title, None),
}
# Of these also what is nothing but links is an answer; of those nothing with a link, or in a file.
TAKES_LINKS = (DialogueKind.ARTICLE_REPLACEMENT,)
WORDS_WITHOUT_LINKS = (DialogueKind.ARTICLE_TITLE,)
# What only something short in words can answer: a file, or a letter, is something else.
IN_WORDS = (DialogueKind.SEARCH, DialogueKind.SLIP_CODE)
# The registry's questions, and who may still answer them.
REGISTRY: dict[DialogueKind, tuple[Take, Right]] = {
    DialogueKind.UNIT_CODE: (registry.take_unit_code, Right.GOVERN),
    DialogueKind.UNIT_NAME: (registry.take_unit_name, Right.GOVERN),
    DialogueKind.UNIT_FIELD: (registry.take_unit_field, Right.REGISTER),
    DialogueKind.GROUP_NAME: (registry.take_group_name, Right.GOVERN),
    DialogueKind.GROUP_FIELD: (registry.take_group_field, Right.GOVERN),
}
