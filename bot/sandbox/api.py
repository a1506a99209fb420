"""The Bot API over HTTP: requests in every form Telegram takes, answers, faults on the way."""

import asyncio
import inspect
import json
import re
import socket
import struct
from typing import Any

from aiohttp import web

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.methods import find_method
from bot.sandbox.methods.call import Call
from bot.sandbox.model import BotAccount, Json
from bot.sandbox.parameters import Parameters
from bot.sandbox.requests import read_parameters
from bot.sandbox.world import Bot, World

_TOKEN = re.compile(r"([1-9][0-9]{0,15}):[A-Za-z0-9_-]{3,64}")
_GARBAGE = "<html><body>It works!</body></html>"
_USUAL_ERRORS = {
    401: "Unauthorized",
    403: "Forbidden",
    500: "Internal Server Error",
    502: "Bad Gateway",
}
_BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)


class BotApi:
    """Handlers for /bot<token>/<method> and /file/bot<token>/<path>."""

    def __init__(self, world: World, *, accept_any_token: bool = False) -> None:
        self._world = world
        self._accept_any_token = accept_any_token
        # Requests that must end at once when the network is cut.
        self._open: dict[int, web.Request] = {}

    def routes(self) -> list[web.AbstractRouteDef]:
        """What to serve."""
        return [
            web.route("*", "/bot{token}/{method}", self._handle),
            web.get("/file/bot{token}/{path:.+}", self._download),
            web.route("*", "/bot{rest:.*}", _not_found),
            web.route("*", "/file{rest:.*}", _not_found),
        ]

    def cut_connections(self) -> None:
        """The network is lost: every open request of a bot is reset."""
        for request in list(self._open.values()):
            _reset(request)

    def _bot(self, token: str) -> Bot:
        if bot := self._world.bot_of(token):
            return bot
        found = _TOKEN.fullmatch(token)
        if ":" not in token or token.startswith("0"):
            raise ApiError(401, "Unauthorized: invalid token specified")
        if not self._accept_any_token or not found or int(found[1]) in self._world.bots:
            raise ApiError(401, "Unauthorized")
        account = BotAccount(int(found[1]), token, f"sandbox{found[1]}_bot", f"Bot {found[1]}")
        return self._world.add_bot(account)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if self._world.faults.is_offline:
            return await _reset_and_wait(request)
        self._open[id(request)] = request
        try:
            return await self._answer(request)
        finally:
            del self._open[id(request)]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            bot = self._bot(request.match_info["token"])
            parameters = await read_parameters(request)
        except ApiError as error:
            return _json_response(error.status, _refusal(error))
        name = request.match_info["method"]
        chat_id = parameters.text("chat_id")
        fault = self._world.faults.strike(name, chat_id)
        if fault:
            self._world.feed.publish("faults")
        return await self._with_fault(request, bot, name, parameters, fault)

    async def _with_fault(
        self, request: web.Request, bot: Bot, name: str, parameters: Parameters, fault: Fault | None
    ) -> web.StreamResponse:
        match fault.kind if fault else None:
            case FaultKind.STATUS if fault:
                error = _status_error(fault)
                answer = _refusal(error)
                self._log(bot, name, parameters, error.status, answer)
                return _json_response(error.status, answer)
            case FaultKind.GARBAGE:
                self._log(bot, name, parameters, 200, None)
                return web.Response(text=_GARBAGE, content_type="text/html")
            case FaultKind.RESET:
                self._log(bot, name, parameters, 0, None)
                return await _reset_and_wait(request)
            case FaultKind.HANG_BEFORE:
                self._log(bot, name, parameters, 0, None)
                await asyncio.Event().wait()
            case FaultKind.SLOW if fault:
                await asyncio.sleep(fault.seconds)
        status, answer = await self.execute(bot, name, parameters)
        match fault.kind if fault else None:
            case FaultKind.ACCEPT_THEN_HANG:
                await asyncio.Event().wait()
            case FaultKind.ACCEPT_THEN_RESET:
                return await _reset_and_wait(request)
            case FaultKind.ACCEPT_THEN_STATUS:
                return web.Response(status=502, text=_BAD_GATEWAY, content_type="text/html")
        return _json_response(status, answer)

    async def execute(self, bot: Bot, name: str, parameters: Parameters) -> tuple[int, Json]:
        """Run one method; the HTTP status and the JSON answer."""
        status = 200
        try:
            answer = await self._run(bot, name, parameters)
        except ApiError as error:
            status, answer = error.status, _refusal(error)
        except UnicodeEncodeError:
            # JSON can smuggle in half a character; no text with one can be encoded.
            status, answer = 400, _refusal(bad_request("Strings must be encoded in UTF-8"))
        self._log(bot, name, parameters, status, answer)
        return status, answer

    async def _run(self, bot: Bot, name: str, parameters: Parameters) -> Json:
        found = find_method(name)
        if found is None:
            raise ApiError(404, "Not Found: method not found")
        result: Any = found[1](Call(self._world, bot, parameters))
        if inspect.isawaitable(result):
            result = await result
        if isinstance(result, tuple):
            return {"ok": True, "result": result[0], "description": result[1]}
        return {"ok": True, "result": result}

    def _log(
        self, bot: Bot, name: str, parameters: Parameters, status: int, answer: Json | None
    ) -> None:
        found = find_method(name)
        self._world.calls.add(
            at=self._world.clock.now().isoformat(),
            bot_id=bot.id,
            method=found[0] if found else name,
            parameters=parameters.for_log(),
            status=status,
            answer=answer,
        )

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if self._world.faults.is_offline:
            return await _reset_and_wait(request)
        try:
            bot = self._bot(request.match_info["token"])
        except ApiError as error:
            return _json_response(error.status, _refusal(error))
        file = self._world.files.at(request.match_info["path"])
        if file is None or bot.id not in file.known_to:
            return await _not_found(request)
        return web.Response(body=file.content, content_type="application/octet-stream")


async def _not_found(_: web.Request) -> web.StreamResponse:
    return _json_response(404, _refusal(ApiError(404, "Not Found")))


def _json_response(status: int, answer: Json) -> web.Response:
    headers = {}
    if retry_after := answer.get("parameters", {}).get("retry_after"):
        headers["Retry-After"] = str(retry_after)
    body = json.dumps(answer).encode()
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)


def _refusal(error: ApiError) -> Json:
    answer: Json = {"ok": False, "error_code": error.status, "description": error.description}
    if error.parameters:
        answer["parameters"] = error.parameters
    return answer


def _status_error(fault: Fault) -> ApiError:
    """What a "status" fault answers; 429 without a number asks for one second, with 0 it tells no
    number beside the text."""
    if fault.status == 429 and fault.retry_after == 0:
        return ApiError(429, fault.description or "Too Many Requests")
    if fault.status == 429:
        seconds = fault.retry_after or 1
        text = fault.description or f"Too Many Requests: retry after {seconds}"
        return ApiError(429, text, retry_after=seconds)
    text = fault.description or _USUAL_ERRORS.get(fault.status, "Bad Request")
    if fault.retry_after:
        return ApiError(fault.status, text, retry_after=fault.retry_after)
    return ApiError(fault.status, text)


def _reset(request: web.Request) -> None:
    """Drop the connection with a TCP reset instead of a farewell."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def _reset_and_wait(request: web.Request) -> web.StreamResponse:
    """Reset; the handler ends when the server notices that the connection is gone."""
    _reset(request)
    await asyncio.sleep(0)
    return web.Response()
