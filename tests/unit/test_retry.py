"""The outcome table, row by row, and the backoff."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.failures import Answer, NotSent, Trouble, Unknown
from bot.delivery.retry import (
    Accepted,
    ChatReason,
    Done,
    Failed,
    Gone,
    MessageReason,
    Migrated,
    NotSentRetry,
    RetryLater,
    Scope,
    Unauthorized,
    Uncertain,
    Unreachable,
    backoff,
    classify,
)


def refusal(status, description, **parameters):
    body = {"ok": False, "error_code": status, "description": description}
    return Answer(status, {**body, "parameters": parameters} if parameters else body)


NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"  #

NO_REFUSAL = {
    "message": (
        Answer(200, {"ok": True, "result": {"message_id": 7, "date": 1}}),
        Accepted(7, {"message_id": 7, "date": 1}),
    ),
    "message scheduled by Telegram": (
        Answer(200, {"ok": True, "result": {"message_id": 0}}),
        Accepted(0, {"message_id": 0}),
    ),
    "album": (
        Answer(200, {"ok": True, "result": [{"message_id": 7}, {"message_id": 8}]}),
        Accepted(7, [{"message_id": 7}, {"message_id": 8}]),
    ),
    "answer without a message": (Answer(200, {"ok": True, "result": True}), Accepted(None, True)),
    "no updates": (Answer(200, {"ok": True, "result": []}), Accepted(None, [])),
    "message id is no number": (
        Answer(200, {"ok": True, "result": {"message_id": True}}),
        Accepted(None, {"message_id": True}),
    ),
    "ok without a result": (Answer(200, {"ok": True}), Uncertain(Trouble.NOT_TELEGRAM)),
    "ok is no boolean": (
        Answer(200, {"ok": 1, "result": True}),
        Uncertain(Trouble.NOT_TELEGRAM),
    ),
    "200 that says no": (
        Answer(200, {"ok": False, "error_code": 403, "description": "Forbidden"}),
        Uncertain(Trouble.NOT_TELEGRAM),
    ),
    "403 that says yes": (
        Answer(403, {"ok": True, "result": True}),
        Uncertain(Trouble.NOT_TELEGRAM),
    ),
    "200 with a page": (Answer(200, None), Uncertain(Trouble.NOT_TELEGRAM)),
    "redirect": (Answer(302, None), Uncertain(Trouble.NOT_TELEGRAM)),
    "redirect with JSON": (
        Answer(302, {"ok": False, "description": "moved"}),
        Uncertain(Trouble.NOT_TELEGRAM),
    ),
    "403 of a provider's block page": (Answer(403, None), Uncertain(Trouble.NOT_TELEGRAM)),
    "404 with a page": (Answer(404, None), Uncertain(Trouble.NOT_TELEGRAM)),
    "401 of a proxy": (Answer(401, None), Uncertain(Trouble.NOT_TELEGRAM)),
    "429 of a gateway": (Answer(429, None), Uncertain(Trouble.NOT_TELEGRAM)),
    "500 in Telegram's words": (
        refusal(500, "Internal Server Error: restart"),
        Uncertain(Trouble.SERVER_ERROR),
    ),
    "502 with a page": (Answer(502, None), Uncertain(Trouble.SERVER_ERROR)),
    "504": (Answer(504, None), Uncertain(Trouble.SERVER_ERROR)),
}

RAISED = {
    "connect refused": (NotSent(Trouble.CONNECT), NotSentRetry(Trouble.CONNECT)),
    "name not found": (NotSent(Trouble.DNS), NotSentRetry(Trouble.DNS)),
    "pool or connect time-out": (
        NotSent(Trouble.CONNECT_TIMEOUT),
        NotSentRetry(Trouble.CONNECT_TIMEOUT),
    ),
    "cancelled before it left": (
        NotSent(Trouble.CANCELLED),
        NotSentRetry(Trouble.CANCELLED),
    ),
    "read time-out": (Unknown(Trouble.ANSWER_TIMEOUT), Uncertain(Trouble.ANSWER_TIMEOUT)),
    "reset": (Unknown(Trouble.RESET), Uncertain(Trouble.RESET)),
    "cancelled": (asyncio.CancelledError(), Uncertain(Trouble.CANCELLED)),
    "connection error of another maker": (
        ConnectionRefusedError(),
        Uncertain(Trouble.OTHER),
    ),
    "a bug": (KeyError("chat"), Uncertain(Trouble.OTHER)),
}

TOKEN = {
    "401": refusal(401, "Unauthorized"),
    "401 token": refusal(401, "Unauthorized: invalid token specified"),
    "404": refusal(404, "Not Found"),
    "logged out": refusal(400, "Bad Request: Logged out"),
}

CHAT = {
    "Forbidden: bot was blocked by the user": ChatReason.BLOCKED,
    "Forbidden: user is deactivated": ChatReason.DEACTIVATED,
    "Forbidden: bot can't initiate conversation with a user": ChatReason.NOT_STARTED,
    "Forbidden: bot can't send messages to bots": ChatReason.IS_A_BOT,
    "Forbidden: bot was kicked from the group chat": ChatReason.KICKED,
    "Forbidden: bot was kicked from the supergroup chat": ChatReason.KICKED,
    "Forbidden: bot was kicked from the channel chat": ChatReason.KICKED,
    "Forbidden: bot is not a member of the group chat": ChatReason.NOT_A_MEMBER,
    "Forbidden: bot is not a member of the supergroup chat": ChatReason.NOT_A_MEMBER,
    "Forbidden: bot is not a member of the channel chat": ChatReason.NOT_A_MEMBER,
    "Forbidden: the group chat was deleted": ChatReason.DELETED,
    "Bad Request: group is deactivated": ChatReason.DELETED,
    "Bad Request: chat not found": ChatReason.CHAT_NOT_FOUND,
    "[Error]: Bad Request: chat not found": ChatReason.CHAT_NOT_FOUND,
    "Bad Request: PEER_ID_INVALID": ChatReason.CHAT_NOT_FOUND,
}

SETTLED = {
    NOT_MODIFIED: Done(),
    TOO_OLD: Done(),
    "Bad Request: message to delete not found": Done(),
    "Bad Request: message to edit not found": Gone(),
    "Bad Request: message can't be edited": Gone(stays=True),
    "Bad Request: message can't be deleted": Gone(stays=True),
    "Bad Request: MESSAGE_ID_INVALID": Gone(),
}

MESSAGE = {
    (400, "Bad Request: can't parse entities: Can't find end tag for \"b\""): "bad_entities",
    (400, "Bad Request: message is too long"): "too_long",
    (400, "Bad Request: MESSAGE_TOO_LONG"): "too_long",
    (400, "Bad Request: message caption is too long"): "too_long",
    (400, "Bad Request: MEDIA_CAPTION_TOO_LONG"): "too_long",
    (400, "Bad Request: ENTITIES_TOO_LONG"): "too_long",
    (400, "Bad Request: reply markup is too long"): "too_long",
    (400, "Bad Request: message text is empty"): "empty",
    (400, "Bad Request: message to be replied not found"): "reply_gone",
    (400, "Bad Request: message to reply not found"): "reply_gone",
    (400, "Bad Request: reply message not found"): "reply_gone",
    (400, "Bad Request: message thread not found"): "topic_closed",
    (400, "Bad Request: TOPIC_CLOSED"): "topic_closed",
    (400, "Bad Request: TOPIC_DELETED"): "topic_closed",
    (400, "Bad Request: TOPIC_ID_INVALID"): "topic_closed",
    (400, "Bad Request: wrong file identifier/HTTP URL specified"): "bad_file",
    (400, "Bad Request: wrong remote file identifier specified: can't decode"): "bad_file",
    (400, "Bad Request: invalid file_id"): "bad_file",
    (400, "Bad Request: file is too big"): "file_too_big",
    (413, "Request Entity Too Large"): "file_too_big",
    (400, "Bad Request: not enough rights to send text messages to the chat"): "no_rights",
    (400, "Bad Request: have no rights to send a message"): "no_rights",
    (400, "Bad Request: need administrator rights in the channel chat"): "no_rights",
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN"): "no_rights",
    (400, "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN"): "no_rights",
    (400, "Bad Request: CHAT_RESTRICTED"): "no_rights",
    (409, "Conflict: terminated by other getUpdates request"): "conflict",
    (404, "Not Found: method not found"): "unknown_method",
    (403, "Forbidden: something Telegram invented yesterday"): "forbidden",
    (403, "Forbidden: bot was blocked by the user and more"): "forbidden",
    (400, "Bad Request: bot was blocked by the user"): "bad_request",
    (400, "Bad Request: BUTTON_DATA_INVALID"): "bad_request",
    (400, "Bad Request: group chat was upgraded to a supergroup chat"): "bad_request",
    (400, ""): "bad_request",
    (406, "Bad Request: FROZEN_METHOD_INVALID"): "bad_request",
    (418, "I am a teapot"): "bad_request",
}


def rows(table):
    return pytest.mark.parametrize(
        ("given_", "expected"), list(table.values()), ids=[str(key) for key in table]
    )


@rows(NO_REFUSAL)
def test_classify_answer(given_, expected):
    assert classify(given_) == expected


@rows(RAISED)
def test_classify_exception(given_, expected):
    assert classify(given_) == expected


@pytest.mark.parametrize("answer", TOKEN.values(), ids=TOKEN)
def test_classify_unknown_token(answer):
    assert classify(answer) == Unauthorized()


@pytest.mark.parametrize(("text", "reason"), CHAT.items(), ids=CHAT)
def test_classify_unreachable_chat(text, reason):
    status = 403 if text.startswith("Forbidden") else 400
    assert classify(refusal(status, text)) == Unreachable(reason)


@pytest.mark.parametrize(("text", "outcome"), SETTLED.items(), ids=[*SETTLED])
def test_classify_needless_edit(text, outcome):
    assert classify(refusal(400, text)) == outcome


@pytest.mark.parametrize(("row", "reason"), MESSAGE.items(), ids=[f"{s} {t}" for s, t in MESSAGE])
def test_classify_refused_message(row, reason):
    assert classify(refusal(*row)) == Failed(MessageReason(reason), row[1])


@pytest.mark.parametrize("reason", MessageReason)
def test_every_message_reason_has_a_row(reason):
    assert reason in MESSAGE.values()


@pytest.mark.parametrize("reason", ChatReason)
def test_every_chat_reason_has_a_row(reason):
    assert reason in CHAT.values()


def test_classify_missing_description():
    answer = Answer(400, {"ok": False, "error_code": 400})
    assert classify(answer) == Failed(MessageReason.BAD_REQUEST, "")


def test_classify_long_description_is_cut():
    outcome = classify(refusal(400, "Bad Request: " + "x" * 5000))
    assert isinstance(outcome, Failed)
    assert len(outcome.description) == 200


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        pytest.param(refusal(429, "Too Many Requests", retry_after=5), 5, id="parameter"),
        pytest.param(
            refusal(429, "Too Many Requests: retry after 9", retry_after=5), 5, id="parameter first"
        ),
        pytest.param(refusal(429, "Too Many Requests: retry after 17"), 17, id="text"),
        pytest.param(refusal(429, "Too Many Requests"), 30, id="neither"),
        pytest.param(refusal(429, "Too Many Requests", retry_after="x"), 30, id="no number"),
        pytest.param(refusal(429, "Too Many Requests", retry_after=True), 30, id="boolean"),
        pytest.param(refusal(429, "Too Many Requests", retry_after=0), 1, id="nothing"),
        pytest.param(refusal(429, "Too Many Requests", retry_after=-3), 1, id="negative"),
        pytest.param(refusal(429, "Too Many Requests", retry_after=2.5), 2.5, id="fraction"),
        pytest.param(refusal(429, "Too Many Requests", retry_after=3600), 3600, id="hour"),
        pytest.param(refusal(429, "Too Many Requests", retry_after=10**12), 86_400, id="absurd"),
        pytest.param(
            refusal(429, "Too Many Requests", retry_after=float("nan")), 1, id="not a number"
        ),
    ],
)
def test_classify_too_many_requests(answer, seconds):
    assert classify(answer) == RetryLater(seconds, Scope.CHAT)


def test_classify_too_many_requests_of_a_call_without_chat():
    answer = refusal(429, "Too Many Requests: retry after 4", retry_after=4)
    assert classify(answer, scope=Scope.BOT) == RetryLater(4, Scope.BOT)


def test_classify_migration():
    answer = refusal(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=-1001234567890,
    )
    assert classify(answer) == Migrated(-1001234567890)


json_values = st.sampled_from([None, True, 0, -7, 2**70, 1.5, float("inf"), "", "9", [], {}, [[]]])
bodies = st.none() | st.fixed_dictionaries(
    {"ok": st.booleans()},
    optional={
        "result": json_values,
        "description": json_values,
        "parameters": json_values
        | st.fixed_dictionaries(
            {}, optional={"retry_after": json_values, "migrate_to_chat_id": json_values}
        ),
    },
)


@given(status=st.integers(100, 599), body=bodies)
def test_classify_invents_nothing(status, body):
    """Whatever comes back, success needs a plain 200 and a refusal needs Telegram's JSON."""
    outcome = classify(Answer(status, body))
    if isinstance(outcome, Accepted):
        assert status == 200
        assert body["ok"] is True
    elif not isinstance(outcome, Uncertain):
        assert 400 <= status < 500
        assert body["ok"] is False
    assert not isinstance(outcome, NotSentRetry)
    if isinstance(outcome, RetryLater):
        assert 1 <= outcome.retry_after <= 86_400


def test_answer_keeps_its_body_out_of_repr():
    assert "bí mật" not in repr(Answer(200, {"ok": True, "result": "bí mật"}))


@given(
    attempt=st.integers(-5, 10_000),
    base=st.timedeltas(timedelta(milliseconds=1), timedelta(days=1)),
    cap=st.timedeltas(timedelta(seconds=1), timedelta(days=30)),
    jitter=st.floats(0, 1, exclude_max=True),
)
def test_backoff_stays_between_nothing_and_the_cap(attempt, base, cap, jitter):
    assert timedelta(0) <= backoff(attempt, base=base, cap=cap, jitter=jitter) <= cap


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (500, 60)]
)
def test_backoff_doubles_up_to_the_cap(attempt, seconds):
    wait = backoff(attempt, base=timedelta(seconds=2), cap=timedelta(seconds=120), jitter=0.5)
    assert wait == timedelta(seconds=seconds)


def test_backoff_is_full_jitter():
    assert backoff(9, base=timedelta(seconds=1), cap=timedelta(hours=1), jitter=0.0) == timedelta()
