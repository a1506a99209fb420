"""Chat in, chat out: decode, call an action, reply. No decision and no sentence lives here.

`register` is the one explicit list of what the bot hears and for whom.
"""

from __future__ import annotations

from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.callbacks import Callback, Press, copy_of, decode
from handlers import (
    acknowledgement,
    additions,
    agenda,
    answers,
    appointing,
    article_review,
    articles,
    attachments,
    audience,
    canned_answers,
    composing,
    corrections,
    days,
    dialogue,
    draft_list,
    draft_tasks,
    edits,
    endings,
    entering,
    errors,
    extensions,
    inviting,
    late_joiners,
    log,
    members,
    membership,
    nudging,
    own_articles,
    parked,
    personal,
    placing,
    plans,
    question_answers,
    questions,
    receipts,
    registration,
    registry,
    relations,
    review,
    search,
    sending,
    slips,
    snoozing,
    staff,
    stand_ins,
    table_imports,
    tasks,
    unit_changes,
    waiting,
)
from handlers.context import Context
from handlers.guards import Rule, SharedRule, Who, run
from handlers.spelled import SpelledFilter, command_in

# The Vietnamese name first; the others are aliases that work in every language.
COMMANDS: dict[tuple[str, ...], Rule] = {
    ("start",): Rule(registration.start, Who.ANYONE),
    ("trogiup", "help"): Rule(registration.help_, Who.ANYONE),
    ("ngonngu", "language"): Rule(registration.language, Who.ANYONE),
    ("huy", "cancel"): Rule(dialogue.leave, Who.ANYONE),
    ("viec", "tasks"): Rule(tasks.open_tasks, Who.CONTACT),
    ("tuan", "weekly"): Rule(tasks.weekly, Who.CONTACT),
    ("nop", "submit"): Rule(articles.ask_links_anywhere, Who.CONTACT),
    ("hoi", "ask"): Rule(questions.ask_anything, Who.CONTACT),
    ("donvitoi", "myunit"): Rule(stand_ins.choose_unit, Who.CONTACT),
    ("bangiao", "handover"): Rule(stand_ins.hand_over, Who.CONTACT),
    ("ngung", "stop"): Rule(stand_ins.ask_stop, Who.CONTACT),
    ("dulieu", "mydata"): Rule(personal.show, Who.ANYONE),
    ("congvan", "letter"): Rule(composing.ask_letter, Who.ISSUE),
    ("tiendo", "state"): Rule(staff.state, Who.VIEW),
    ("baocao", "report"): Rule(staff.report, Who.VIEW),
    ("duthao", "drafts"): Rule(draft_list.show_list, Who.ISSUE),
    ("nhac", "nudge"): Rule(nudging.nudge, Who.ISSUE),
    ("hengio", "scheduled"): Rule(sending.appointed, Who.ISSUE),
    ("lich", "agenda"): Rule(agenda.agenda, Who.VIEW),
    ("mautraloi", "canned"): Rule(canned_answers.show, Who.REVIEW),
    ("xacminh", "verify"): Rule(slips.verify, Who.ANYONE),
    ("tim", "search"): Rule(search.find, Who.ANYONE),  # staff and contacts, each among their own
    ("donvi", "units"): Rule(registry.find, Who.VIEW),
    ("ketlai", "parked"): Rule(parked.show, Who.GOVERN),
    ("canbo", "staff"): Rule(members.members, Who.GOVERN),
    ("ngaynghi", "daysoff"): Rule(days.show, Who.GOVERN),
    ("nhatky", "log"): Rule(log.log, Who.REGISTER),
    ("moi", "invite"): Rule(inviting.invite, Who.REGISTER),
    ("cho", "waiting"): Rule(waiting.waiting_list, Who.REVIEW),
    ("matlienlac", "unreachable"): Rule(waiting.unreachable, Who.VIEW),
    ("sapxep", "reorganise"): Rule(unit_changes.reorganise, Who.REGISTER),
}

PRESSES: dict[Press, Rule | SharedRule] = {
    # Anyone may tap what lies in a group; the actions refuse those of other units by name.
    Press.ACKNOWLEDGE: SharedRule(acknowledgement.acknowledge, Who.ANYONE),
    Press.FULL_TEXT: Rule(acknowledgement.full_text, Who.ANYONE),
    Press.SLIP: Rule(slips.make, Who.ANYONE),  # the unit's own, or the office's
    Press.OPEN_CARD: Rule(tasks.open_card, Who.CONTACT),
    # For who has the whole directive in hand: the actions look.
    Press.QUESTION_PUBLISH_ASK: Rule(additions.ask, Who.ISSUE),
    Press.QUESTION_PUBLISH_EDIT: Rule(additions.edit, Who.ISSUE),
    Press.QUESTION_PUBLISH: Rule(additions.publish, Who.ISSUE),
    Press.ADDITION_WITHDRAW: Rule(additions.withdraw, Who.ISSUE),
    Press.CANNED_PAGE: Rule(canned_answers.page, Who.REVIEW),
    Press.CANNED_ADD: Rule(canned_answers.ask_name, Who.ISSUE),
    Press.CANNED_DROP: Rule(canned_answers.drop, Who.ISSUE),
    Press.QUESTION_CANNED: Rule(canned_answers.choose, Who.REVIEW),
    Press.QUESTION_CANNED_SEND: Rule(canned_answers.send, Who.REVIEW, decides=True),
    Press.DONE_MENU: Rule(acknowledgement.done_menu, Who.ANYONE),
    Press.REPORT_DONE: Rule(acknowledgement.report_done, Who.ANYONE),
    Press.MORE: Rule(answers.more, Who.ANYONE),
    Press.DELEGATE_ASK: Rule(answers.ask_colleague, Who.ANYONE),
    Press.DELEGATE: Rule(answers.pass_on, Who.ANYONE),
    Press.DELEGATE_OTHER: Rule(answers.ask_name, Who.ANYONE),
    Press.CANNOT_ASK: Rule(answers.ask_which, Who.ANYONE),
    Press.CANNOT: Rule(answers.ask_reason, Who.ANYONE),
    Press.NOTHING_ASK: Rule(answers.ask_which, Who.ANYONE),
    Press.NOTHING: Rule(answers.ask_reason, Who.ANYONE),
    Press.ANSWER_BACK: Rule(answers.take_back, Who.ANYONE),
    Press.ANSWER_SHOW: Rule(answers.show, Who.REVIEW),
    Press.ANSWER_AGREE: Rule(answers.agree, Who.REVIEW, decides=True),
    Press.ANSWER_DISAGREE: Rule(answers.ask_note, Who.REVIEW),
    Press.ANSWER_GIVE_AGAIN: Rule(answers.give_again, Who.REVIEW, decides=True),
    Press.NOTE_LEAVE: Rule(dialogue.leave_note, Who.REVIEW),
    Press.ARTICLES_PAGE: Rule(article_review.page, Who.REVIEW),
    Press.ARTICLES_ACCEPT: Rule(article_review.accept_clean, Who.REVIEW, decides=True),
    Press.ARTICLE: Rule(article_review.show, Who.REVIEW),
    Press.ARTICLE_ACCEPT: Rule(article_review.accept, Who.REVIEW, decides=True),
    Press.ARTICLE_RETURN: Rule(article_review.ask_reason, Who.REVIEW),
    Press.ARTICLE_REASON: Rule(article_review.return_, Who.REVIEW, decides=True),
    Press.ARTICLE_OTHER_REASON: Rule(article_review.ask_words, Who.REVIEW),
    Press.ARTICLE_UNDO: Rule(article_review.undo, Who.REVIEW, decides=True),
    Press.ARTICLE_FILE: Rule(article_review.show_file, Who.REVIEW),
    Press.SUBMIT: Rule(articles.ask_links, Who.CONTACT),
    Press.PLACE_LINKS: Rule(articles.place, Who.CONTACT),
    Press.ASK_TASK_AGAIN: Rule(articles.ask_task_again, Who.CONTACT),
    Press.DROP_SUBMISSION: Rule(articles.drop, Who.CONTACT),
    Press.ENTER_WORK: Rule(entering.ask, Who.REVIEW),
    Press.PLACE_ENTERED: Rule(entering.place, Who.REVIEW),
    Press.JOIN: Rule(registration.join, Who.ANYONE),
    Press.JOIN_RENAME: Rule(registration.rename, Who.ANYONE),
    Press.LANGUAGE: Rule(registration.set_language, Who.ANYONE),
    Press.DRAFT_CARD: Rule(composing.show_draft, Who.ISSUE),
    Press.DRAFT_NUMBER: Rule(composing.ask_number, Who.ISSUE),
    Press.DRAFT_DATE: Rule(composing.ask_date, Who.ISSUE),
    Press.DRAFT_DATE_TODAY: Rule(composing.date_today, Who.ISSUE),
    Press.DRAFT_SUBJECT: Rule(composing.ask_subject, Who.ISSUE),
    Press.DRAFT_GROUPS: Rule(audience.show_choices, Who.ISSUE),
    Press.DRAFT_GROUP: Rule(audience.choose_group, Who.ISSUE),
    Press.DRAFT_GROUP_OUT: Rule(audience.leave_group_out, Who.ISSUE),
    Press.DRAFT_AUDIENCE: Rule(audience.show_view, Who.ISSUE),
    Press.DRAFT_FIND_UNIT: Rule(audience.ask_unit, Who.ISSUE),
    Press.DRAFT_UNIT: Rule(audience.choose_unit, Who.ISSUE),
    Press.DRAFT_UNIT_PEOPLE: Rule(audience.show_people, Who.ISSUE),
    Press.DRAFT_PERSON: Rule(audience.choose_person, Who.ISSUE),
    Press.DRAFT_PARTS: Rule(audience.show_parts, Who.ISSUE),
    Press.DRAFT_PART: Rule(audience.choose_part, Who.ISSUE),
    Press.DRAFT_PARTS_ALL: Rule(audience.give_to_all, Who.ISSUE),
    Press.DRAFT_TEST: Rule(composing.send_test, Who.ISSUE),
    Press.TEST_COPY: Rule(composing.test_copy, Who.ANYONE),
    Press.DRAFT_DEADLINES: Rule(draft_tasks.show_deadlines, Who.ISSUE),
    Press.DRAFT_TASK: Rule(draft_tasks.show_deadline, Who.ISSUE),
    Press.DRAFT_DEADLINE: Rule(draft_tasks.choose_deadline, Who.ISSUE),
    Press.DRAFT_DEADLINE_TYPED: Rule(draft_tasks.ask_deadline, Who.ISSUE),
    Press.DRAFT_DEADLINE_FOUND: Rule(draft_tasks.take_found, Who.ISSUE),
    Press.DRAFT_DEADLINES_FOUND: Rule(draft_tasks.take_all_found, Who.ISSUE),
    Press.DRAFT_TASKS: Rule(draft_tasks.show_tasks, Who.ISSUE),
    Press.DRAFT_TASK_PAGE: Rule(draft_tasks.show_task, Who.ISSUE),
    Press.DRAFT_TASK_ADD: Rule(draft_tasks.ask_new, Who.ISSUE),
    Press.DRAFT_TASK_EDIT: Rule(draft_tasks.ask_field, Who.ISSUE),
    Press.DRAFT_TASK_EXPECTED: Rule(draft_tasks.choose_expected, Who.ISSUE),
    Press.DRAFT_TASK_EVERY: Rule(draft_tasks.show_every, Who.ISSUE),
    Press.DRAFT_TASK_EVERY_SET: Rule(draft_tasks.choose_every, Who.ISSUE),
    Press.DRAFT_TASK_MOVE: Rule(draft_tasks.move, Who.ISSUE),
    Press.DRAFT_TASK_REMOVE_ASK: Rule(draft_tasks.ask_remove, Who.ISSUE),
    Press.DRAFT_TASK_REMOVE: Rule(draft_tasks.remove, Who.ISSUE),
    Press.DRAFT_ISSUER: Rule(composing.ask_issuer, Who.ISSUE),
    Press.DRAFT_URGENCIES: Rule(composing.show_urgencies, Who.ISSUE),
    Press.DRAFT_URGENCY: Rule(composing.choose_urgency, Who.ISSUE),
    Press.DRAFT_MORE: Rule(composing.show_more, Who.ISSUE),
    Press.DRAFT_TEXT: Rule(composing.show_text, Who.ISSUE),
    Press.DRAFT_DROP_ASK: Rule(composing.ask_drop, Who.ISSUE),
    Press.DRAFTS_PAGE: Rule(draft_list.show_page, Who.ISSUE),
    Press.DRAFT_OPEN: Rule(draft_list.open_draft, Who.ISSUE),
    Press.DIRECTIVE_CLONE: Rule(draft_list.clone, Who.ISSUE),
    Press.TEMPLATE_SAVE: Rule(draft_list.ask_name, Who.ISSUE),
    Press.TEMPLATE: Rule(draft_list.show_template, Who.ISSUE),
    Press.TEMPLATE_USE: Rule(draft_list.use_template, Who.ISSUE),
    Press.TEMPLATE_DROP_ASK: Rule(draft_list.ask_drop_template, Who.ISSUE),
    Press.TEMPLATE_DROP: Rule(draft_list.drop_template, Who.ISSUE),
    Press.RECURRENCE: Rule(draft_list.show_recurrence, Who.ISSUE),
    Press.RECURRENCE_EVERY: Rule(draft_list.show_days, Who.ISSUE),
    Press.RECURRENCE_SET: Rule(draft_list.set_recurrence, Who.ISSUE),
    Press.RECURRENCE_STOP: Rule(draft_list.stop_recurrence, Who.ISSUE),
    Press.DRAFT_PREVIEW: Rule(composing.preview, Who.ISSUE),
    Press.DRAFT_UNCLEAR: Rule(appointing.choose_when_unclear, Who.ISSUE),
    Press.DRAFT_SEND_AT: Rule(appointing.ask_send_at, Who.ISSUE),
    Press.DRAFT_NO_SEND_AT: Rule(appointing.clear_send_at, Who.ISSUE),
    Press.DRAFT_ISSUE: Rule(composing.issue, Who.ISSUE),
    Press.DRAFT_ISSUE_UNNUMBERED: Rule(composing.issue_unnumbered, Who.ISSUE),
    Press.DRAFT_DROP: Rule(composing.drop, Who.ISSUE),
    Press.DRAFT_FILES: Rule(attachments.show, Who.ISSUE),
    Press.DRAFT_FILE_ADD: Rule(attachments.ask, Who.ISSUE),
    Press.DRAFT_FILES_DONE: Rule(attachments.done, Who.ISSUE),
    Press.DRAFT_FILE_DROP: Rule(attachments.remove, Who.ISSUE),
    Press.DRAFT_FILE_AT: Rule(attachments.put_at, Who.ISSUE),
    Press.DRAFT_RELATIONS: Rule(relations.show, Who.ISSUE),
    Press.DRAFT_RELATED_PAGE: Rule(relations.page, Who.ISSUE),
    Press.DRAFT_RELATED_FIND: Rule(relations.ask_words, Who.ISSUE),
    Press.DRAFT_RELATE: Rule(relations.relate, Who.ISSUE),
    Press.DRAFT_UNRELATE: Rule(relations.clear, Who.ISSUE),
    Press.DRAFT_SUBMIT: Rule(review.submit, Who.ISSUE),
    # Of a draft that is another one's: the actions look whether it is theirs to decide.
    Press.REVIEW_SHOW: Rule(review.show, Who.ISSUE),
    Press.REVIEW_APPROVE: Rule(review.approve, Who.ISSUE),
    Press.REVIEW_RETURN: Rule(review.ask_reason, Who.ISSUE),
    Press.SENDING_PAUSE: Rule(sending.pause, Who.ISSUE),
    Press.SENDING_RESUME: Rule(sending.resume, Who.ISSUE),
    Press.SENDING_CANCEL_ASK: Rule(sending.ask_cancel, Who.ISSUE),
    Press.SENDING_CANCEL: Rule(sending.cancel, Who.ISSUE),
    Press.SENDING_NOW: Rule(sending.begin_now, Who.ISSUE),
    Press.RETRY_FAILED_ASK: Rule(sending.ask_retry_failed, Who.ISSUE),
    Press.RETRY_FAILED: Rule(sending.retry_failed, Who.ISSUE),
    Press.RETRY_UNCERTAIN_ASK: Rule(sending.ask_retry_uncertain, Who.ISSUE),
    Press.RETRY_UNCERTAIN: Rule(sending.retry_uncertain, Who.ISSUE),
    Press.APPOINTED_PAGE: Rule(sending.appointed_page, Who.ISSUE),
    Press.TASKS_PAGE: Rule(tasks.page, Who.CONTACT),
    Press.WEEKLY: Rule(tasks.choose_weekly, Who.CONTACT),
    Press.EXTEND_ASK: Rule(extensions.ask_task, Who.ANYONE),
    Press.EXTEND_TASK: Rule(extensions.choose_task, Who.ANYONE),
    Press.EXTEND_DAYS: Rule(extensions.choose_days, Who.ANYONE),
    Press.EXTEND_BACK: Rule(extensions.take_back, Who.ANYONE),
    Press.SNOOZE_ASK: Rule(snoozing.ask, Who.CONTACT),
    Press.SNOOZE: Rule(snoozing.choose, Who.CONTACT),
    Press.EXTENSION_SHOW: Rule(extensions.show, Who.ISSUE),
    Press.EXTENSION_GRANT: Rule(extensions.grant, Who.ISSUE, decides=True),
    Press.EXTENSION_CHANGE: Rule(extensions.ask_other, Who.ISSUE),
    Press.EXTENSION_REFUSE: Rule(extensions.ask_note, Who.ISSUE),
    Press.SEARCH_PAGE: Rule(search.page, Who.ANYONE),
    Press.QUESTION_ASK: Rule(questions.ask, Who.CONTACT),
    Press.QUESTION_ABOUT: Rule(questions.ask_about, Who.CONTACT),
    Press.QUESTION_MORE: Rule(questions.ask_more, Who.CONTACT),
    Press.QUESTION_MINE: Rule(questions.show_asked, Who.CONTACT),
    Press.OWN_ARTICLES: Rule(own_articles.page, Who.CONTACT),
    Press.OWN_ARTICLE: Rule(own_articles.show, Who.CONTACT),
    Press.OWN_ARTICLE_WITHDRAW: Rule(own_articles.withdraw, Who.CONTACT),
    Press.OWN_ARTICLE_REPLACE: Rule(own_articles.ask_replacement, Who.CONTACT),
    Press.OWN_ARTICLE_MOVE_ASK: Rule(own_articles.ask_task, Who.CONTACT),
    Press.OWN_ARTICLE_MOVE: Rule(own_articles.move, Who.CONTACT),
    Press.ARTICLE_TITLE: Rule(own_articles.ask_title, Who.CONTACT),
    # For both sides: the handler looks whose it is.
    Press.QUESTION_SHOW: Rule(questions.show, Who.ANYONE),
    Press.QUESTION_ANSWER: Rule(question_answers.ask_answer, Who.REVIEW),
    Press.QUESTION_TAKE: Rule(question_answers.take, Who.REVIEW),
    Press.QUESTION_GIVE: Rule(question_answers.ask_whom, Who.REVIEW),
    Press.QUESTION_GIVE_TO: Rule(question_answers.give, Who.REVIEW, decides=True),
    Press.QUESTION_CLOSE: Rule(question_answers.close, Who.REVIEW, decides=True),
    Press.AGENDA_PAGE: Rule(agenda.page, Who.VIEW),
    Press.AGENDA_OF: Rule(agenda.of_directive, Who.VIEW),
    Press.AGENDA_ENTRY: Rule(agenda.entry, Who.VIEW),
    Press.AGENDA_SKIP: Rule(agenda.skip, Who.ISSUE),
    Press.AGENDA_KEEP: Rule(agenda.keep, Who.ISSUE),
    Press.AGENDA_SEND_ASK: Rule(agenda.ask_send, Who.ISSUE),
    Press.AGENDA_SEND: Rule(agenda.send, Who.ISSUE),
    Press.STATE_PAGE: Rule(staff.state_page, Who.VIEW),
    Press.CORRECT: Rule(corrections.begin, Who.ISSUE),
    Press.CORRECTION_NOTE: Rule(corrections.ask_note, Who.ISSUE),
    Press.CORRECTION_ASKS: Rule(corrections.choose_asks_again, Who.ISSUE),
    Press.CORRECTION_ISSUE: Rule(corrections.issue, Who.ISSUE),
    Press.RECALL_ASK: Rule(endings.ask_recall, Who.ISSUE),
    Press.RECALL: Rule(endings.recall_it, Who.ISSUE),
    Press.ERASED: Rule(endings.confirm_erased, Who.ANYONE),
    Press.REPLACE: Rule(endings.replace, Who.ISSUE),
    Press.CLOSE_ASK: Rule(endings.ask_close, Who.ISSUE),
    Press.CLOSE: Rule(endings.close, Who.ISSUE),
    Press.REOPEN: Rule(endings.reopen, Who.ISSUE),
    Press.VERSIONS_PAGE: Rule(staff.versions_page, Who.VIEW),
    Press.ENDED_PAGE: Rule(staff.ended_page, Who.VIEW),
    Press.OPEN_PAGE: Rule(staff.open_page, Who.VIEW),
    Press.DRAFT_ACKNOWLEDGE_BY: Rule(composing.choose_acknowledge_by, Who.ISSUE),
    Press.DRAFT_REMINDERS: Rule(plans.show, Who.ISSUE),
    Press.DRAFT_PLAN: Rule(plans.choose, Who.ISSUE),
    Press.DRAFT_PASSES_QUIET: Rule(plans.choose_quiet, Who.ISSUE),
    Press.DRAFT_TASK_PLANS: Rule(plans.show_of_task, Who.ISSUE),
    Press.DRAFT_TASK_PLAN: Rule(plans.choose_for_task, Who.ISSUE),
    Press.RECEIPTS_PAGE: Rule(receipts.page, Who.VIEW),
    Press.RECEIPTS_UNIT: Rule(receipts.unit, Who.VIEW),
    Press.CHASE_ASK: Rule(receipts.ask_chase, Who.ISSUE),
    Press.CHASE: Rule(receipts.chase, Who.ISSUE),
    Press.NUDGE_AIMS: Rule(nudging.aims_page, Who.ISSUE),
    Press.NUDGE_GROUPS: Rule(nudging.groups_page, Who.ISSUE),
    Press.NUDGE_SHOW: Rule(nudging.show, Who.ISSUE),
    Press.NUDGE_UNIT: Rule(nudging.show_unit, Who.ISSUE),
    Press.NUDGE: Rule(nudging.remind, Who.ISSUE),
    Press.CALL_SHEET: Rule(nudging.call_sheet, Who.ISSUE),
    Press.PHONED_ASK: Rule(receipts.ask_phoned, Who.ISSUE),
    Press.PHONED_BACK: Rule(receipts.take_phoned_back, Who.ISSUE),
    Press.LATE_ASK: Rule(late_joiners.ask, Who.ISSUE),
    Press.LATE_ADD: Rule(late_joiners.add, Who.ISSUE),
    Press.ADDRESSEE_PAGE: Rule(late_joiners.page, Who.ISSUE),
    Press.ADDRESSEE_FIND: Rule(late_joiners.ask_unit, Who.ISSUE),
    Press.ADDRESSEE_ASK: Rule(late_joiners.confirm_unit, Who.ISSUE),
    Press.ADDRESSEE_ADD: Rule(late_joiners.add_unit, Who.ISSUE),
    Press.REPORT: Rule(staff.report_pressed, Who.VIEW),
    Press.REPORT_CSV: Rule(staff.report_pressed, Who.VIEW),
    Press.PARKED_PAGE: Rule(parked.page, Who.GOVERN),
    Press.PARKED_REPLAY: Rule(parked.replay, Who.GOVERN),
    Press.PARKED_REPLAY_ALL: Rule(parked.replay_all, Who.GOVERN),
    Press.PARKED_SKIP: Rule(parked.skip, Who.GOVERN),
    Press.STAFF_PAGE: Rule(members.page, Who.GOVERN),
    Press.STAFF_MEMBER: Rule(members.member, Who.GOVERN),
    Press.STAFF_ROLE: Rule(members.change_role, Who.GOVERN),
    Press.STAFF_GROUPS: Rule(members.groups, Who.GOVERN),
    Press.STAFF_GROUP: Rule(members.toggle_group, Who.GOVERN),
    Press.STAFF_NO_LIMITS: Rule(members.lift_limits, Who.GOVERN),
    Press.STAFF_REMOVE_ASK: Rule(members.ask_remove, Who.GOVERN),
    Press.STAFF_REMOVE: Rule(members.remove, Who.GOVERN),
    Press.STAFF_INVITE_ASK: Rule(members.ask_invite, Who.GOVERN),
    Press.STAFF_INVITE: Rule(members.invite, Who.GOVERN),
    Press.DAYS_PAGE: Rule(days.page, Who.GOVERN),
    Press.DAY_ASK: Rule(days.ask, Who.GOVERN),
    Press.DAY_CLEAR: Rule(days.clear, Who.GOVERN),
    Press.LOG_PAGE: Rule(log.page, Who.REGISTER),
    Press.LOG_FILE: Rule(log.file, Who.REGISTER),
    Press.UNITS_PAGE: Rule(registry.units_page, Who.VIEW),
    Press.UNITS_EXPORT: Rule(registry.export, Who.VIEW),
    Press.UNIT: Rule(registry.unit, Who.VIEW),
    Press.UNIT_ADD: Rule(registry.ask_unit_code, Who.GOVERN),
    Press.UNIT_EDIT: Rule(registry.ask_unit_field, Who.REGISTER),
    Press.UNIT_GROUPS: Rule(registry.unit_groups, Who.GOVERN),
    Press.UNIT_GROUP: Rule(registry.toggle_group, Who.GOVERN),
    Press.UNIT_REMINDS_GROUP: Rule(registry.remind_group, Who.REGISTER),
    Press.GROUPS_PAGE: Rule(registry.groups_page, Who.VIEW),
    Press.GROUP: Rule(registry.group, Who.VIEW),
    Press.GROUP_ADD: Rule(registry.ask_group_name, Who.GOVERN),
    Press.GROUP_EDIT: Rule(registry.ask_group_field, Who.GOVERN),
    Press.IMPORT_CARD: Rule(table_imports.show, Who.GOVERN),
    Press.IMPORT_COLUMNS: Rule(table_imports.show_columns, Who.GOVERN),
    Press.IMPORT_COLUMN: Rule(table_imports.show_column, Who.GOVERN),
    Press.IMPORT_MEANING: Rule(table_imports.set_meaning, Who.GOVERN),
    Press.IMPORT_TAKE: Rule(table_imports.take, Who.GOVERN),
    Press.IMPORT_REPORT: Rule(table_imports.report, Who.GOVERN),
    Press.IMPORT_DROP: Rule(table_imports.drop, Who.GOVERN),
    Press.JOIN_TITLE: Rule(registration.retitle, Who.ANYONE),
    Press.CONSENT: Rule(registration.agree, Who.ANYONE),
    Press.WAITING_PAGE: Rule(waiting.waiting_page, Who.REVIEW),
    Press.WAITING_OF: Rule(waiting.section_page, Who.REVIEW),
    Press.UNPLACED_SHOW: Rule(placing.show, Who.REVIEW),
    Press.UNPLACED_UNIT_ASK: Rule(placing.ask_unit, Who.REVIEW),
    Press.UNPLACED_UNIT: Rule(placing.choose_directive, Who.REVIEW),
    Press.UNPLACED_DIRECTIVE: Rule(placing.choose_task, Who.REVIEW),
    Press.UNPLACED_PLACE: Rule(placing.place, Who.REVIEW, decides=True),
    # Also for who wrote it: the action looks whose it is.
    Press.UNPLACED_TO_QUESTION: Rule(placing.to_question, Who.ANYONE, decides=True),
    Press.UNPLACED_DISMISS: Rule(placing.dismiss, Who.REVIEW, decides=True),
    Press.UNPLACED_OF: Rule(placing.placed, Who.REVIEW),
    Press.JOIN_APPROVE: Rule(waiting.approve, Who.REGISTER),
    Press.JOIN_REJECT: Rule(waiting.reject, Who.REGISTER),
    Press.JOIN_MOVE: Rule(waiting.ask_unit, Who.REGISTER),
    Press.JOIN_MOVE_TO: Rule(waiting.move, Who.REGISTER),
    Press.INVITE_UNITS: Rule(inviting.units_page, Who.REGISTER),
    Press.INVITE_UNIT: Rule(inviting.unit_invites, Who.REGISTER),
    Press.INVITE_NEW: Rule(inviting.make, Who.REGISTER),
    Press.INVITE_STAFF_GROUP: Rule(inviting.make_for_staff_group, Who.GOVERN),
    Press.INVITE_REVOKE: Rule(inviting.revoke, Who.REGISTER),
    Press.INVITE_GROUPS: Rule(inviting.groups_page, Who.REGISTER),
    Press.INVITE_SHEET: Rule(inviting.sheet, Who.REGISTER),
    Press.UNREACHABLE_PAGE: Rule(waiting.unreachable_page, Who.VIEW),
    Press.UNREACHABLE_FILE: Rule(waiting.unreachable_file, Who.VIEW),
    # A contact's own place, or any for who keeps the registry: the actions look whose it is.
    Press.HAND_OVER: Rule(stand_ins.ask_successor, Who.ANYONE),
    Press.DEPUTY: Rule(stand_ins.ask_deputy, Who.ANYONE),
    Press.END_DEPUTY: Rule(stand_ins.end_deputy, Who.ANYONE),
    Press.CHOOSE_UNIT: Rule(stand_ins.choose_unit, Who.CONTACT),
    Press.SPEAK_FOR: Rule(articles.speak_for, Who.CONTACT),
    Press.STOP: Rule(stand_ins.stop, Who.CONTACT),
    Press.ASK_ERASURE: Rule(personal.ask_erasure, Who.ANYONE),
    Press.ERASURE: Rule(personal.show_wish, Who.GOVERN),
    Press.ERASURE_DECLINE: Rule(personal.decline_erasure, Who.GOVERN),
    Press.CHANGES_PAGE: Rule(unit_changes.page, Who.REGISTER),
    Press.CHANGE_MENU: Rule(unit_changes.choose, Who.REGISTER),
    Press.CHANGE_UNIT: Rule(unit_changes.begin, Who.REGISTER),
    Press.CHANGE_WORK: Rule(unit_changes.choose_work, Who.REGISTER),
    Press.CHANGE_DAY: Rule(unit_changes.ask_day, Who.REGISTER),
    Press.CHANGE_DO: Rule(unit_changes.confirm, Who.REGISTER),
    Press.CHANGE_DROP: Rule(unit_changes.drop, Who.REGISTER),
    Press.CONTACTS_OF: Rule(unit_changes.contacts_of, Who.REGISTER),
}

_BY_NAME = {name: rule for names, rule in COMMANDS.items() for name in names}
_UNKNOWN_BUTTON = Rule(errors.unknown_button, Who.ANYONE)
_UNKNOWN_COMMAND = Rule(errors.unknown_command, Who.ANYONE)
_FREE_TEXT = Rule(dialogue.take, Who.ANYONE)
_EDITED = Rule(edits.take, Who.ANYONE)
_SHARED_PHONE = Rule(registration.take_phone, Who.ANYONE)
_MEMBERSHIP = Rule(membership.changed, Who.ANYONE)
_MIGRATED = Rule(membership.migrated, Who.ANYONE)
_IGNORED = Rule(errors.ignore, Who.ANYONE)


def register(application: Application[Any, Context, Any, Any, Any, Any]) -> None:
    """Add every handler, in the order in which they are asked."""
    new = filters.UpdateType.MESSAGE  # an edited command was heard when it was new
    for names, rule in COMMANDS.items():
        application.add_handler(CommandHandler(list(names), _command(rule), filters=new))
    application.add_handler(CallbackQueryHandler(_press))
    application.add_handler(ChatMemberHandler(_command(_MEMBERSHIP)))
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, _command(_MIGRATED)))
    application.add_handler(MessageHandler(filters.StatusUpdate.ALL, _command(_IGNORED)))
    application.add_handler(MessageHandler(new & filters.CONTACT, _command(_SHARED_PHONE)))
    application.add_handler(MessageHandler(new & filters.COMMAND, _command(_UNKNOWN_COMMAND)))
    application.add_handler(MessageHandler(new & SpelledFilter(_BY_NAME), _spelled))
    application.add_handler(MessageHandler(new, _command(_FREE_TEXT)))
    application.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, _command(_EDITED)))
    application.add_handler(TypeHandler(Update, _command(_IGNORED)))


def _command(rule: Rule) -> Any:
    async def handle(update: Update, context: Context) -> None:
        await run(rule, update, context)

    return handle


async def _spelled(update: Update, context: Context) -> None:
    message = update.effective_message
    meant = command_in((message and message.text) or "", _BY_NAME)
    assert meant is not None  # noqa: S101 - the filter has found it
    context.args = list(meant.arguments)
    await run(_BY_NAME[meant.name], update, context)


async def _press(update: Update, context: Context) -> None:
    data = (update.callback_query and update.callback_query.data) or ""
    callback = decode(data)
    await run(_rule(callback), update, context, callback=callback, copy=copy_of(data))


def _rule(callback: Callback | None) -> Rule | SharedRule:
    rule = PRESSES[callback.press] if callback else _UNKNOWN_BUTTON
    if isinstance(rule, SharedRule) and (callback is None or len(callback.ids) not in (1, 2)):
        return _UNKNOWN_BUTTON
    return rule


def is_shared(data: str) -> bool:
    """Whether a press with this data is handled together with others that wait."""
    return isinstance(_rule(decode(data)), SharedRule)
