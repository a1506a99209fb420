"""The questions that the bot asks in a chat, one word each; what they mean is in `handlers`."""

from enum import StrEnum


class DialogueKind(StrEnum):
    """What the next free text of a person in a chat answers."""

    JOIN = "join"  # an invite was shown; only its buttons answer
    JOIN_NAME = "join_name"
    JOIN_TITLE = "join_title"
    INVITE_UNIT = "invite_unit"  # whom to invite, or where a newcomer belongs
    DRAFT_NUMBER = "draft_number"
    DRAFT_DATE = "draft_date"
    DRAFT_SUBJECT = "draft_subject"
    DRAFT_DEADLINE = "draft_deadline"
    DRAFT_ISSUER = "draft_issuer"
    TASK_TEXT = "task_text"  # of a draft's task, or of one that is to be added
    TASK_TITLE = "task_title"
    TASK_EXPECTED = "task_expected"  # how many articles
    TEMPLATE_NAME = "template_name"
    DRAFT_SEND_AT = "draft_send_at"
    DRAFT_UNIT = "draft_unit"  # whom to address or to leave out
    LATE_COUNT = "late_count"  # how many units are added to one, if many are
    ADDRESSEE_UNIT = "addressee_unit"  # whom to add to a directive that was issued
    DRAFT_NOTE = "draft_note"  # what was wrong in what is corrected
    RECALL_REASON = "recall_reason"
    DRAFT_FILES = "draft_files"  # files that go with the letter, one after the other
    DRAFT_RELATED = "draft_related"  # which directive it is related to
    REVIEW_REASON = "review_reason"  # why a draft is given back
    ISSUE_COUNT = "issue_count"
    SUBMIT = "submit"
    ENTER_WORK = "enter_work"  # what the office enters for a unit
    PASTE_LETTER = "paste_letter"
    SEARCH = "search"
    UNIT_CODE = "unit_code"  # of a unit that is to be added
    UNIT_NAME = "unit_name"
    UNIT_FIELD = "unit_field"
    GROUP_NAME = "group_name"  # of a group that is to be added
    GROUP_FIELD = "group_field"
    DEPUTY_UNTIL = "deputy_until"
    PHONED_NOTE = "phoned_note"  # who confirmed by phone, and when
    DELEGATE_TO = "delegate_to"  # the name of a colleague who does it
    CANNOT_REASON = "cannot_reason"
    ANSWER_NOTE = "answer_note"  # why the office does not agree
    ARTICLE_REASON = "article_reason"  # why an article, or work that was reported done, is returned
    ARTICLE_REPLACEMENT = "article_replacement"  # what takes the place of something that was sent
    ARTICLE_TITLE = "article_title"  # of a page that no program can read
    EXTENSION_DATE = "extension_date"  # which deadline is wished
    EXTENSION_REASON = "extension_reason"
    EXTENSION_GRANT = "extension_grant"  # another one that staff give
    EXTENSION_NOTE = "extension_note"  # why it is refused
    QUESTION = "question"  # what is asked
    QUESTION_ANSWER = "question_answer"
    CANNED_NAME = "canned_name"
    CANNED_TEXT = "canned_text"
    ADDITION_TEXT = "addition_text"  # how an answer is worded for all
    UNPLACED_UNIT = "unplaced_unit"  # whose it is
    SLIP_CODE = "slip_code"
    DAYS = "days"  # which are off, or worked
    UNIT_CHANGE = "unit_change"  # a change of a unit being put together, step by step
    UNIT_CHANGE_SHOWN = "unit_change_shown"  # it was shown; only its buttons answer


# What staff write in answer to these goes to a unit as it is.
TO_A_UNIT = frozenset(
    {
        DialogueKind.ANSWER_NOTE,
        DialogueKind.ARTICLE_REASON,
        DialogueKind.EXTENSION_GRANT,
        DialogueKind.EXTENSION_NOTE,
        DialogueKind.QUESTION_ANSWER,
    }
)
