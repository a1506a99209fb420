"""The catalogues against each other and against the code: a sentence that is asked for exists in
both languages, with the parameters it is given, and none lies there unused."""

from __future__ import annotations

import ast
import functools
import re
import string
from collections.abc import Iterator
from inspect import iscoroutinefunction
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from bot import texts as texts_module
from bot.actions.people import Offer
from bot.actions.registry import Fate
from bot.actions.unit_headings import Column
from bot.actions.unit_table import Wrong
from bot.delivery.render_joining import LOST_REASONS
from bot.domain import refusals
from bot.domain.article_numbers import ArticleClass, Genre
from bot.domain.article_review import ReturnReason
from bot.domain.articles import EvidenceKind, ReviewKind
from bot.domain.found import Finding
from bot.domain.incoming import UpdateKind
from bot.domain.menus import commands_for
from bot.domain.rights import Actor
from bot.domain.states import (
    COMPOSING,
    UNIT_INVITES,
    AcknowledgeBy,
    AgendaKind,
    ArticleState,
    ContactRole,
    ContentKind,
    Door,
    Ending,
    EventDoor,
    Every,
    InviteKind,
    Part,
    QuestionState,
    ReceiptState,
    Relation,
    StaffRole,
    UnplacedState,
)
from bot.domain.versions import What
from bot.domain.waiting import WaitingSection
from bot.letters.deadline import DeadlineWarning
from bot.letters.letter import Urgency
from bot.reports.log import PLACEHOLDERS
from bot.storage.audit import Rule
from bot.storage.journal import JournalKind
from bot.texts import LANGUAGES, UnknownKey, texts
from scheduler import jobs
from scheduler.plan import Whom
from scheduler.snoozing import Later

ROOT = Path(__file__).parents[2]
# The command line speaks English to whoever runs it; the sandbox knows nothing of the product.
NO_CATALOGUE = re.compile(r"bot/(sandbox|demo|cli|commands|storage/migrations)\b")
SOURCES = [
    path
    for package in ("bot", "handlers", "scheduler")
    for path in sorted((ROOT / package).rglob("*.py"))
    if not NO_CATALOGUE.match(path.relative_to(ROOT).as_posix())
]
# Functions that hand an event's action on: the sentence belongs to what they are called with.
HANDING_ON = {"_done", "_note_reach", "note_answer"}
WRITING = {"events.add", "events.add_of_person"}


@functools.cache
def actions() -> frozenset[str]:
    """What events are written of, by the code."""
    found: set[str] = set()
    for path in SOURCES:
        source = path.read_text(encoding="utf-8")
        if not any(name in source for name in WRITING | HANDING_ON):
            continue  # most modules write none, and reading them all takes seconds
        tree = ast.parse(source)
        handing_on = {
            id(node)
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            and function.name in HANDING_ON
            for node in ast.walk(function)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or id(node) in handing_on:
                continue
            called = ast.unparse(node.func)
            if called in WRITING or (called in HANDING_ON and path.parent.name == "actions"):
                action = node.args[1]
                either = (
                    (action.body, action.orelse) if isinstance(action, ast.IfExp) else (action,)
                )
                for one in either:
                    assert isinstance(one, ast.Constant), f"{path}:{node.lineno}"
                    found.add(str(one.value))
    return frozenset(found)


OBJECT = re.compile(r'object_kind="([a-z_]+)"')
# What events are about, by the code.
OBJECTS = sorted({kind for path in SOURCES for kind in OBJECT.findall(path.read_text())})

KEY = re.compile(r"[a-z]+\.[a-z_0-9]*[a-z0-9]")

ADMIN = Actor(1, "Mai", "vi", StaffRole.ADMIN, frozenset({1, 2}))
# Keys that the code puts together: how they begin, and what they may end with.
FAMILIES: dict[str, tuple[str, ...]] = {
    "join.offer_": (
        InviteKind.CONTACT,
        InviteKind.LEADER,
        InviteKind.HAND_OVER,
        InviteKind.DEPUTY,
        InviteKind.STAFF,
    ),
    "urgency.": tuple(Urgency),
    "deadline.warning_": (
        *DeadlineWarning,
        *("suggested", "from_today", "recurring", "past"),
    ),
    "drafts.state_": COMPOSING,
    "button.every_": tuple(Every),
    "button.snooze_": tuple(Later),
    "recurrence.": (
        *Every,
        *(f"{every}{day}" for every in ("month", "quarter") for day in ("_last", "_or_last")),
    ),
    "language.": LANGUAGES,
    "command.": commands_for(ADMIN),
    "reason.": (*refusals.CODES.values(), "all", "other"),
    "audit.": tuple(Rule),
    "part.": tuple(Part),
    "parked.kind_": tuple(UpdateKind),
    "event.": (*actions(), "other"),
    "object.": OBJECTS,
    "role.": (*StaffRole, *ContactRole),
    "door.": tuple(EventDoor),
    "staff.told_": tuple(StaffRole),
    "table.column_": tuple(Column),
    "table.wrong_": tuple(Wrong),
    "table.fate_": tuple(Fate),
    "unit.role_": tuple(ContactRole),
    "change.": tuple(What),
    "invite.made_": (*UNIT_INVITES, InviteKind.STAFF_GROUP),
    "invites.line_": UNIT_INVITES,
    "button.invite_": UNIT_INVITES,
    "waiting.": tuple(WaitingSection),
    "waiting.newcomer_": tuple(ContactRole),
    "section.": tuple(WaitingSection),
    "section.one_": (
        WaitingSection.QUESTIONS,
        WaitingSection.EXTENSIONS,
        WaitingSection.ANSWERS,
        WaitingSection.UNPLACED,
        WaitingSection.SUBMISSIONS,
    ),
    "unplaced.was_": tuple(UnplacedState)[1:],
    "unplaced.decided_": (UnplacedState.QUESTION, UnplacedState.DISMISSED),
    "data.objection_": ("staff", "only_contact"),
    "draft.acknowledge_by_": tuple(AcknowledgeBy),
    "button.acknowledge_by_": tuple(AcknowledgeBy),
    "receipts.count_": tuple(ReceiptState),
    "receipts.state_": tuple(ReceiptState),
    "button.receipts_": tuple(ReceiptState),
    "chase.ask_": tuple(AcknowledgeBy),
    "agenda.": (AgendaKind.HELD, AgendaKind.PUT_OFF),
    "agenda.to_": tuple(Whom),
    "agenda.whom_": tuple(Whom),
    "agenda.unreached_": (Whom.CONTACTS, Whom.LEADER),
    "agenda.unreachable_": (Whom.CONTACTS, Whom.LEADER),
    "relation.": tuple(Relation),
    "button.relation_": tuple(Relation),
    "button.suggested_": tuple(Relation),
    "state.later_": tuple(Relation),
    "standin.open_": ("hand_over", "deputy"),
    "evidence.": tuple(EvidenceKind),
    "content.": tuple(kind for kind in ContentKind if kind is not ContentKind.TEXT),
    "question.now_": tuple(QuestionState),
    "slip.door_": tuple(Door),
    "slip.role_": tuple(ContactRole),
    "slip.ended_": tuple(Ending),
    "tick.": tuple(
        name
        for name, job in vars(jobs).items()
        if iscoroutinefunction(job) and not name.startswith("_")
    ),
    "article.reason_": tuple(ReturnReason),
    "report.genre_": tuple(Genre),
    "report.article_": tuple(ArticleClass),
    "report.journal_": (*JournalKind, "version", "cut"),
    "article.said_": tuple(ReviewKind),
    "own.state_": tuple(ArticleState),
    "finding.": tuple(Finding),
    "lost.reason_": (*LOST_REASONS, "other"),
}
# What is called with a key first, and what else is handed over by name besides the sentence's own.
SPEAKERS = {"say", "bold", "texts", "reply", "popup"}
REFUSALS = {"InvalidInput", "NotFound", "NotAllowed", "Conflict", "BotError"}
NOT_PARAMETERS = {"buttons", "alert"}
# String literals of the same shape that are no keys.
OTHER_WORDS = re.compile(
    r"[a-z_]+\.(id|key|inline|asked_once)|[a-z]+\.(com|me|php|vn)"
    r"|(dc|dcterms|sailthru)\.\w+"  # what pages call their own facts
)


def catalogue(language: str) -> dict[str, Message]:
    with (Path(texts_module.__file__).parent / f"{language}.po").open("rb") as file:
        return {key_of(message): message for message in read_po(file) if message.id}


def key_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def sentences_of(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


CATALOGUES = {language: catalogue(language) for language in LANGUAGES}
VIETNAMESE, ENGLISH = CATALOGUES["vi"], CATALOGUES["en"]
QUESTIONS = {"language.choose", "language.chosen"}


def sample(key: str, language: str = "vi", *, count: int = 12) -> dict[str, object]:
    """Something for every parameter of a sentence: numbers where numbers stand."""
    names = set().union(*map(placeholders, sentences_of(CATALOGUES[language][key])))
    return {name: count if name == "count" else 7 for name in names}


# --- the two catalogues --------------------------------------------------------------------------


def test_catalogues_have_the_same_keys():
    assert set(VIETNAMESE) == set(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_holds_no_key_twice(language: str):
    source = (Path(texts_module.__file__).parent / f"{language}.po").read_text(encoding="utf-8")
    keys = re.findall(r'^msgid "(.+)"', source, re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_one_sentence(language: str):
    source = (Path(texts_module.__file__).parent / f"{language}.po").read_text(encoding="utf-8")
    assert re.findall(r'^msgstr "[^\n]*"\nmsgstr "[^\n]*"', source, re.MULTILINE) == []


def test_sentences_have_the_same_placeholders_in_every_form():
    differing = set()
    for key in VIETNAMESE:
        forms = [sentences_of(CATALOGUES[language][key]) for language in LANGUAGES]
        if len({frozenset(placeholders(form)) for of_one in forms for form in of_one}) > 1:
            differing.add(key)
    assert differing == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_renders(language: str):
    for key in CATALOGUES[language]:
        sentence = texts(language)(key, **sample(key, language))
        assert sentence.strip(), key
        assert not set("{}") & set(sentence), key


def test_texts_in_an_unknown_language_are_those_of_the_default_one():
    assert texts("fr").language == "vi"
    assert texts("fr")("button.acknowledge") == "Đã nhận"


def test_texts_refuse_an_unknown_key():
    with pytest.raises(UnknownKey, match=r"en: no\.such_key"):
        texts("en")("no.such_key")


# --- how people are spoken to --------------------------------------------------------------------


def test_no_sentence_addresses_people_familiarly():
    familiar = re.compile(r"\b(bạn|tôi|mình|anh|chị)\b", re.IGNORECASE)
    found = {
        key for key in VIETNAMESE for form in sentences_of(VIETNAMESE[key]) if familiar.search(form)
    }
    assert found == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_button_labels_are_short_enough_to_read_on_a_phone(language: str):
    for key in CATALOGUES[language]:
        if key.startswith(("button.", "language.")) and key not in QUESTIONS:
            # Titles and subjects are cut where the button is made: 40 characters of their own.
            values = {**sample(key, language), "title": "", "subject": "", "code": ""}
            assert len(texts(language)(key, **values)) <= 40, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_command_descriptions_fit_a_menu(language: str):
    for key in CATALOGUES[language]:
        if key.startswith("command."):
            assert 3 <= len(texts(language)(key)) <= 256, key


def test_plural_sentences_tell_one_from_many_in_english():
    says = texts("en")
    plurals = {key for key, message in ENGLISH.items() if isinstance(message.id, tuple)}
    assert plurals
    for key in plurals:
        one, many = sentences_of(ENGLISH[key])
        assert says(key, **sample(key, count=1)) == one.format(**sample(key, count=1)), key
        assert says(key, **sample(key, count=2)) == many.format(**sample(key, count=2)), key


def test_sentences_with_a_count_before_a_noun_have_an_english_plural():
    # "1 units" is what a missing plural looks like.
    numbered = re.compile(r"\{count[^}]*\} [a-z]+s\b")
    single = {
        key
        for key, message in ENGLISH.items()
        if isinstance(message.id, str) and numbered.search(str(message.string))
    }
    assert single == set()


@pytest.mark.parametrize(
    ("key", "count", "sentence"),
    [
        ("card.tasks", 1, "1 task:"),
        ("card.tasks", 4, "4 tasks:"),
        ("reminder.before", 1, "Reminder: 1 working day to the deadline"),
        ("reminder.before", 3, "Reminder: 3 working days to the deadline"),
    ],
)
def test_texts_choose_the_english_plural_by_count(key: str, count: int, sentence: str):
    assert texts("en")(key, count=count) == sentence


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (1, "Nhắc việc: còn 01 ngày làm việc đến hạn"),
        (12, "Nhắc việc: còn 12 ngày làm việc đến hạn"),
    ],
)
def test_texts_have_one_vietnamese_form_with_two_digits(count: int, sentence: str):
    assert texts("vi")("reminder.before", count=count) == sentence


# --- the catalogues and the code -----------------------------------------------------------------


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for path in SOURCES:
        place = str(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield place, node


def literals(node: ast.expr) -> Iterator[str]:
    """The keys an argument may be: a literal, or either side of `x if y else z`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def spoken() -> Iterator[tuple[str, str, set[str] | None]]:
    """Where a key is handed over, the key, and its parameters' names (None: cannot be seen)."""
    for place, node in nodes():
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func).rsplit(".", 1)[-1]
        given = {each.arg for each in node.keywords if each.arg} - NOT_PARAMETERS
        hidden = any(each.arg is None for each in node.keywords)
        place = f"{place}:{node.lineno}"
        if called in SPEAKERS | REFUSALS and node.args:
            for key in literals(node.args[0]):
                yield place, key, None if hidden else given
        elif called == "_button" and len(node.args) > 1:
            yield from ((place, key, set()) for key in literals(node.args[1]))
        elif called == "notice" and len(node.args) > 2:
            yield from ((place, key, None) for key in literals(node.args[2]))
        elif called == "Button" and node.args:
            values = node.args[2] if len(node.args) > 2 else None
            names = literal_names(values) if isinstance(values, ast.Dict) else set()
            yield from ((place, key, names) for key in literals(node.args[0]) if "." in key)


def spoken_keys() -> Iterator[str]:
    return (key for _, key, _ in spoken())


def literal_names(values: ast.Dict) -> set[str]:
    return {name for key in values.keys if key is not None for name in literals(key)}


def put_together() -> Iterator[tuple[str, str]]:
    """How every key that is put together begins."""
    families = {key.partition(".")[0] for key in VIETNAMESE}
    for place, node in nodes():
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            start = str(node.values[0].value)
            if start.partition(".")[0] in families and re.fullmatch(r"[a-z]+\.[a-z_]*", start):
                yield place, start


def used_keys() -> set[str]:
    written = {
        node.value
        for _, node in nodes()
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and KEY.fullmatch(node.value)
        and not OTHER_WORDS.fullmatch(node.value)
    }
    made = {f"{start}{end}" for start, ends in FAMILIES.items() for end in ends}
    return written | made


def test_every_key_that_is_spoken_exists():
    assert len(set(spoken_keys())) > 100  # that the code is still read as it is written
    missing = {f"{key} ({place})" for place, key, _ in spoken() if key not in VIETNAMESE}
    assert missing == set()


def test_every_spoken_key_is_given_the_parameters_of_its_sentence():
    short = set()
    for place, key, given in spoken():
        if given is None or key not in VIETNAMESE:
            continue
        wanted = placeholders(sentences_of(VIETNAMESE[key])[0])
        if not wanted <= given:
            short.add(f"{key} lacks {sorted(wanted - given)} ({place})")
    assert short == set()


def test_every_word_that_looks_like_a_key_is_one():
    assert used_keys() - set(VIETNAMESE) == set()


def test_every_sentence_is_used():
    assert set(VIETNAMESE) - used_keys() == set()


def test_keys_that_are_put_together_are_of_known_families():
    assert {start for _, start in put_together()} == set(FAMILIES)


def test_the_offer_of_every_invite_for_a_person_has_its_sentence():
    # The codes for groups are answered elsewhere: `open_invite` refuses them.
    for_people = set(InviteKind) - {InviteKind.UNIT_GROUP, InviteKind.STAFF_GROUP}
    for kind in for_people:
        assert f"join.offer_{Offer(kind, None, '').kind}" in VIETNAMESE


def test_every_event_has_its_sentence_and_speaks_of_what_is_known():
    assert len(actions()) > 25  # that the code is still read as it is written
    for action in (*actions(), "other"):
        wanted = placeholders(sentences_of(VIETNAMESE[f"event.{action}"])[0])
        assert wanted <= {*PLACEHOLDERS, "action"}, action
