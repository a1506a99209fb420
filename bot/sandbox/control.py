"""The control API under /sandbox/: what people do, faults, clock, state, calls.

The page and its stream of changes are in `page_server`.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.sandbox.asked import Asked
from bot.sandbox.door import Door
from bot.sandbox.errors import ControlError
from bot.sandbox.model import Json, Phone

Operation = Callable[[Asked], Any]


class Control:
    """Serves the operations of a door."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def routes(self) -> list[web.AbstractRouteDef]:
        """What to serve."""
        operations: dict[str, Operation] = {
            "bots": self._bots,
            "users": self._users,
            "groups": self._groups,
            "topics": self._open_topic,
            "topics/close": self._topic(self._door.close_topic),
            "topics/reopen": self._topic(self._door.reopen_topic),
            "topics/delete": self._topic(self._door.delete_topic),
            "phones": self._phones,
            "start": self._start,
            "start_group": self._start_group,
            "say": self._say,
            "send": self._send,
            "contact": self._contact,
            "edit": self._edit,
            "press": self._press,
            "block": lambda asked: self._door.block(asked.integer("user_id"), **_bot(asked)),
            "unblock": lambda asked: self._door.unblock(asked.integer("user_id"), **_bot(asked)),
            "deactivate": lambda asked: self._door.deactivate(asked.integer("user_id")),
            "members": self._members,
            "migrate": self._migrate,
            "clock": self._clock,
            "faults": self._faults,
            "updates": self._updates,
            "reset": lambda _: self._door.reset(),
        }
        return [
            web.get("/sandbox/state", self._state),
            web.get("/sandbox/calls", self._calls),
            web.post("/sandbox/document", self._document),
            web.delete("/sandbox/faults", self._remove_faults),
            web.delete("/sandbox/faults/{id}", self._remove_faults),
            *(web.post(f"/sandbox/{name}", _posted(op)) for name, op in operations.items()),
        ]

    # Who there is.

    def _bots(self, asked: Asked) -> Json:
        return self._door.add_bot(
            token=asked.text("token"),
            username=asked.text("username"),
            first_name=asked.text("first_name"),
            can_read_all_group_messages=bool(asked.body.get("can_read_all_group_messages")),
        )

    def _users(self, asked: Asked) -> Json:
        return self._door.add_user(
            first_name=asked.text("first_name"),
            last_name=asked.maybe_text("last_name") or "",
            username=asked.maybe_text("username") or "",
            language_code=asked.maybe_text("language_code") or "",
            id=asked.maybe_integer("id"),
        )

    def _groups(self, asked: Asked) -> Json:
        return self._door.add_group(
            title=asked.text("title"),
            type=asked.maybe_text("type") or "group",
            member_ids=asked.integers("member_ids"),
            id=asked.maybe_integer("id"),
            is_forum=bool(asked.body.get("is_forum")),
        )

    def _open_topic(self, asked: Asked) -> Json:
        return {"topic_id": self._door.open_topic(asked.integer("chat_id"), asked.text("name"))}

    def _topic(self, change: Callable[[int, int], None]) -> Operation:
        return lambda asked: change(asked.integer("chat_id"), asked.integer("topic_id"))

    def _phones(self, asked: Asked) -> None:
        given = asked.body.get("phones")
        if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
            raise ControlError("phones must be a list of objects")
        self._door.show_phones([_phone(Asked(item)) for item in given])

    def _members(self, asked: Asked) -> None:
        self._door.change_members(
            asked.integer("chat_id"),
            add=asked.integers("add"),
            remove=asked.integers("remove"),
            promote=asked.integers("promote"),
            by=asked.maybe_integer("by"),
        )

    def _migrate(self, asked: Asked) -> Json:
        return {"chat_id": self._door.migrate(asked.integer("chat_id"))}

    # What people do.

    def _start(self, asked: Asked) -> Json:
        payload = asked.maybe_text("payload")
        return self._door.press_start(asked.integer("user_id"), payload, **_bot(asked))

    def _start_group(self, asked: Asked) -> Json:
        return self._door.start_in_group(
            asked.integer("user_id"),
            asked.integer("chat_id"),
            asked.maybe_text("payload") or "",
            **_bot(asked),
        )

    def _say(self, asked: Asked) -> Json:
        return self._door.say(
            asked.integer("user_id"),
            asked.text("text"),
            chat_id=asked.maybe_integer("chat_id"),
            topic_id=asked.maybe_integer("topic_id"),
            reply_to_message_id=asked.maybe_integer("reply_to_message_id"),
            forwarded_from=asked.maybe_text("forwarded_from") or "",
            **_bot(asked),
        )

    def _send(self, asked: Asked) -> Json:
        return self._door.send(
            asked.integer("user_id"),
            asked.text("kind"),
            words=asked.maybe_text("words") or "",
            file_name=asked.maybe_text("file_name") or "",
            album=asked.maybe_text("album") or "",
            forwarded_from=asked.maybe_text("forwarded_from") or "",
            chat_id=asked.maybe_integer("chat_id"),
            reply_to_message_id=asked.maybe_integer("reply_to_message_id"),
            bot_id=asked.maybe_integer("bot_id"),
        )

    def _contact(self, asked: Asked) -> Json:
        return self._door.share_contact(
            asked.integer("user_id"),
            asked.text("phone_number"),
            of=asked.maybe_integer("of"),
            **_bot(asked),
        )

    def _edit(self, asked: Asked) -> Json:
        return self._door.edit(
            asked.integer("user_id"),
            asked.integer("message_id"),
            asked.text("text"),
            chat_id=asked.maybe_integer("chat_id"),
            **_bot(asked),
        )

    def _press(self, asked: Asked) -> Json:
        press = self._door.press(
            asked.integer("user_id"),
            asked.integer("message_id"),
            data=asked.maybe_text("data"),
            label=asked.maybe_text("label"),
            chat_id=asked.maybe_integer("chat_id"),
            **_bot(asked),
        )
        return press.as_json()

    async def _document(self, request: web.Request) -> web.StreamResponse:
        try:
            form = await request.post()
            file = form.get("file")
            if not isinstance(file, web.FileField):
                raise ControlError("file is missing")
            asked = Asked({name: value for name, value in form.items() if name != "file"})
            message = self._door.send_document(
                asked.integer("user_id"),
                file.file.read(),
                file_name=file.filename,
                chat_id=asked.maybe_integer("chat_id"),
                caption=asked.maybe_text("caption") or "",
                reply_to_message_id=asked.maybe_integer("reply_to_message_id"),
                as_photo=asked.maybe_text("as_photo") in ("1", "true"),
                **_bot(asked),
            )
        except ControlError as error:
            return _refused(error)
        return _done(message)

    # The machinery.

    def _clock(self, asked: Asked) -> Json:
        if asked.body.get("set") is not None:
            self._door.set_clock(asked.moment("set"))
        else:
            seconds = asked.body.get("advance_seconds")
            if isinstance(seconds, bool) or not isinstance(seconds, int | float):
                raise ControlError("set or advance_seconds is missing")
            self._door.advance(seconds)
        return {"now": self._door.now().isoformat()}

    def _faults(self, asked: Asked) -> Json:
        return {"id": self._door.add_fault(asked.text("kind"), **_fault_details(asked))}

    async def _remove_faults(self, request: web.Request) -> web.StreamResponse:
        given = request.match_info.get("id")
        if given is not None and not given.isdigit():
            return _refused(ControlError("the id must be a number"))
        self._door.remove_fault(int(given) if given else None)
        return _done(True)

    def _updates(self, asked: Asked) -> Json:
        update = asked.body.get("update")
        if not isinstance(update, dict):
            raise ControlError("update must be an object")
        return {"update_id": self._door.put_update(update, **_bot(asked))}

    async def _state(self, request: web.Request) -> web.StreamResponse:
        try:
            return _done(await self._door.state(**_bot(Asked(dict(request.query)))))
        except ControlError as error:
            return _refused(error)

    async def _calls(self, request: web.Request) -> web.StreamResponse:
        try:
            since = Asked(dict(request.query)).maybe_integer("since") or 0
        except ControlError as error:
            return _refused(error)
        return _done(self._door.calls(since))


def _bot(asked: Asked) -> dict[str, int | None]:
    return {"bot_id": asked.maybe_integer("bot_id")}


def _phone(asked: Asked) -> Phone:
    return Phone(
        user_id=asked.integer("user_id"),
        chat_id=asked.maybe_integer("chat_id"),
        label=asked.maybe_text("label") or "",
        note=asked.maybe_text("note") or "",
        start=asked.maybe_text("start"),
    )


def _fault_details(asked: Asked) -> Json:
    body = asked.body
    details: Json = {
        name: body[name]
        for name in ("method", "chat_id", "description")
        if body.get(name) is not None
    }
    for name in ("skip", "status", "retry_after"):
        if (value := asked.maybe_integer(name)) is not None:
            details[name] = value
    if "times" in body:
        details["times"] = asked.maybe_integer("times")
    seconds = body.get("seconds")
    if isinstance(seconds, int | float):
        details["seconds"] = float(seconds)
    return details


def _posted(operation: Operation) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A handler that reads JSON, runs an operation and answers."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            return _refused(ControlError("the body must be JSON"))
        if not isinstance(body, dict):
            return _refused(ControlError("the body must be a JSON object"))
        try:
            result = operation(Asked(body))
        except ControlError as error:
            return _refused(error)
        return _done(True if result is None else result)

    return handle


def _done(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refused(error: ControlError, *, status: int = 400) -> web.Response:
    return web.json_response({"ok": False, "description": str(error)}, status=status)
