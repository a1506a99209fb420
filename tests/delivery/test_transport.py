"""The transport against small servers that refuse, hang, reset, drip, lie or serve well."""

import asyncio
import gc
import io
import json
import logging
import socket
import traceback
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram import Bot, InputFile
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError
from telegram.error import RetryAfter as PtbRetryAfter
from telegram.request import BaseRequest

from bot.delivery import transport as module
from bot.delivery.failures import (
    Answer,
    DownloadReason,
    DownloadRefused,
    Flight,
    NotSent,
    TransportError,
    Trouble,
    Unknown,
)
from bot.delivery.retry import NotSentRetry, Uncertain, classify
from bot.delivery.transport import AiohttpRequest
from bot.delivery.wire import Upload
from bot.errors import InvalidInput

SECRET = "CANARYabcdefghijklmnopqrstuvwxyz_-0"
TOKEN = f"4839574812:{SECRET}"
GOOD = {"ok": True, "result": {"message_id": 5}}
VIETNAMESE = 'Công văn "số 12" về việc đọc sách.docx'


@pytest.fixture(autouse=True)
def no_canary_in_any_log(caplog):
    """Everything logged at DEBUG, but by python-telegram-bot, which tells its token there."""
    lines = []
    listener = logging.Handler()
    listener.emit = lambda record: lines.append(f"{record.getMessage()} {vars(record)}")
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, logger="telegram")
    logging.getLogger().addHandler(listener)
    logging.getLogger("aiohttp").debug("listening")
    yield
    gc.collect()  # what complains when it is thrown away, complains now
    logging.getLogger().removeHandler(listener)
    assert "listening" in lines[0]
    assert SECRET not in "".join(lines)


def assert_no_canary(error):
    seen = error
    while seen is not None:
        assert SECRET not in f"{seen!s} {seen!r} {seen.args}"
        seen = seen.__cause__ or seen.__context__
    assert SECRET not in "".join(traceback.format_exception(error))


@asynccontextmanager
async def opened(url, **settings):
    settings = {"read_timeout": 5.0, "connect_timeout": 5.0, "pool_timeout": 5.0, **settings}
    request = AiohttpRequest(TOKEN, api_url=str(url), **settings)
    assert SECRET not in repr(request)
    async with request:
        yield request


@asynccontextmanager
async def listening(behave):
    """A bare TCP server; `behave(reader, writer)` plays one connection, `.seen` holds requests."""

    async def on_connection(reader, writer):
        try:
            await behave(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(on_connection, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@asynccontextmanager
async def serving(handle):
    """An HTTP server that lets `handle` answer every request."""
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", handle)
    server = TestServer(app)
    await server.start_server(access_log=None)
    try:
        yield str(server.make_url("/"))
    finally:
        await server.close()


def answering(status, body, **headers):
    async def handle(request):
        await request.read()
        if isinstance(body, bytes):
            return web.Response(status=status, body=body, headers=headers)
        return web.json_response(body, status=status, headers=headers)

    return handle


async def read_request(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length:")
    )
    return head + await reader.readexactly(length)


async def forever(*_):
    await asyncio.Event().wait()


async def failing_call(url, *, method="sendMessage", read_timeout=5.0, files=None, **settings):
    async with opened(url, **settings) as request:
        with pytest.raises(TransportError) as caught:
            await request.call(method, {"chat_id": 1}, files=files, read_timeout=read_timeout)
    assert isinstance(caught.value, NetworkError)
    assert_no_canary(caught.value)
    return caught.value


# --- answers -------------------------------------------------------------------------------------


async def test_call_sends_one_json_object():
    seen = {}

    async def handle(request):
        seen.update(path=request.path, type=request.content_type, body=await request.json())
        return web.json_response(GOOD)

    payload = {
        "chat_id": 7,
        "text": "Đã nhận \N{THUMBS UP SIGN}",
        "reply_markup": {"inline_keyboard": [[{"text": "Đã nhận", "callback_data": "1"}]]},
        "protect_content": True,
        "message_thread_id": None,
    }
    async with serving(handle) as url, opened(url) as request:
        answer = await request.call("sendMessage", payload, read_timeout=5)
    assert answer == Answer(200, GOOD)
    assert seen["path"] == f"/bot{TOKEN}/sendMessage"
    assert seen["type"] == "application/json"
    assert seen["body"] == {k: v for k, v in payload.items() if v is not None}


async def test_call_survives_half_a_surrogate_pair():
    async def handle(request):
        return web.json_response({"ok": True, "result": await request.json()})

    async with serving(handle) as url, opened(url) as request:
        answer = await request.call("sendMessage", {"text": "a\ud800b"}, read_timeout=5)
    assert answer.body["result"] == {"text": "a?b"}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, {"ok": False, "error_code": 429, "parameters": {"retry_after": 5}}),
        (403, {"ok": False, "error_code": 403, "description": "Forbidden: …"}),
        (500, {"ok": False, "error_code": 500, "description": "Internal Server Error"}),
    ],
)
async def test_call_returns_refusals_as_answers(status, body):
    async with serving(answering(status, body)) as url, opened(url) as request:
        assert await request.call("sendMessage", {}, read_timeout=5) == Answer(status, body)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(200, b"<html>Welcome to the hotel</html>", id="portal"),
        pytest.param(502, b"<html>Bad Gateway</html>", id="gateway"),
        pytest.param(200, b"", id="nothing"),
        pytest.param(200, b"[1, 2]", id="list"),
        pytest.param(200, b'{"result": 1}', id="no ok"),
        pytest.param(200, b'{"ok": "yes", "result": 1}', id="ok is a word"),
        pytest.param(200, b'{"ok": true', id="cut"),
        pytest.param(200, b"[" * 100_000, id="bottomless"),
        pytest.param(200, b"\xff\xfe\x00", id="no text"),
    ],
)
async def test_call_body_is_none_for_what_is_not_telegrams(status, body):
    async with serving(answering(status, body)) as url, opened(url) as request:
        answer = await request.call("sendMessage", {}, read_timeout=5)
    assert answer == Answer(status, None)
    assert isinstance(classify(answer), Uncertain)


async def test_call_takes_the_token_out_of_what_is_echoed():
    body = {"ok": False, "error_code": 404, "description": f"no /bot{TOKEN}/x here"}
    async with serving(answering(404, body)) as url, opened(url) as request:
        answer = await request.call("x", {}, read_timeout=5)
    assert answer.body["description"] == "no /bot4839574812:<token>/x here"


async def test_call_follows_no_redirect():
    paths = []

    async def handle(request):
        paths.append(request.path)
        raise web.HTTPTemporaryRedirect("/elsewhere")

    async with serving(handle) as url, opened(url) as request:
        answer = await request.call("sendMessage", {}, read_timeout=5)
    assert answer == Answer(307, None)
    assert len(paths) == 1


async def test_call_reuses_the_connection_and_goes_on_after_a_failure():
    peers = []

    async def handle(request):
        peers.append(request.transport.get_extra_info("peername"))
        if request.path.endswith("hang"):
            await asyncio.Event().wait()
        return web.json_response(GOOD)

    async with serving(handle) as url, opened(url, pool_size=1, connect_timeout=0.2) as request:
        await request.call("a", {}, read_timeout=5)
        await request.call("b", {}, read_timeout=5)
        with pytest.raises(Unknown):
            await request.call("hang", {}, read_timeout=0.05)
        assert (await request.call("c", {}, read_timeout=5)).status == 200
    assert peers[0] == peers[1] == peers[2]
    assert peers[3] != peers[2]


async def test_call_ignores_proxies_of_the_environment(monkeypatch, unused_tcp_port):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{unused_tcp_port}")
    async with serving(answering(200, GOOD)) as url, opened(url) as request:
        assert (await request.call("getMe", {}, read_timeout=5)).status == 200


# --- surely not sent -----------------------------------------------------------------------------


async def test_call_refused_connection_is_not_sent(unused_tcp_port):
    error = await failing_call(f"http://127.0.0.1:{unused_tcp_port}")
    assert isinstance(error, NotSent)
    assert classify(error) == NotSentRetry(Trouble.CONNECT)
    assert "ECONNREFUSED" in str(error)


async def test_call_unknown_host_is_not_sent(monkeypatch):
    async def fail(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", fail)
    error = await failing_call("http://telegram.invalid")
    assert classify(error) == NotSentRetry(Trouble.DNS)


async def test_call_connect_timeout_is_not_sent():
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for filler in (first, second):  # nobody accepts: the queue is full
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        error = await failing_call(url, connect_timeout=0.1)
    assert classify(error) == NotSentRetry(Trouble.CONNECT_TIMEOUT)


async def test_call_pool_timeout_is_not_sent():
    arrived = asyncio.Event()

    async def handle(_):
        arrived.set()
        await asyncio.Event().wait()

    async with (
        serving(handle) as url,
        opened(url, pool_size=1, pool_timeout=0.05, connect_timeout=0.05) as request,
    ):
        first = asyncio.create_task(request.call("getUpdates", {}, read_timeout=60))
        await arrived.wait()
        with pytest.raises(NotSent) as caught:
            await request.call("sendMessage", {}, read_timeout=0.05)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
    assert caught.value.trouble is Trouble.CONNECT_TIMEOUT


async def test_call_failed_tls_is_not_sent():
    async def speak_plainly(reader, writer):
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with listening(speak_plainly) as url:
        error = await failing_call(url.replace("http", "https"))
    assert classify(error) == NotSentRetry(Trouble.TLS)


# --- unknown -------------------------------------------------------------------------------------


async def hang(reader, _):
    await read_request(reader)
    await forever()


async def hang_up(reader, writer):
    await read_request(reader)
    writer.transport.abort()


async def hang_up_unread(_, writer):
    writer.transport.abort()


async def close_politely(reader, _):
    await read_request(reader)


async def talk_nonsense(reader, writer):
    await read_request(reader)
    writer.write(b"220 mail.example ESMTP\r\n\r\n")


async def break_off(reader, writer):
    await read_request(reader)
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"ok": true, ')


async def break_chunks(reader, writer):
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}")


async def false_gzip(reader, writer):
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd")


async def drip(writer, text):
    for byte in text:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.01)


async def drip_header(reader, writer):
    await read_request(reader)
    await drip(writer, b"HTTP/1.1 200 OK\r\nX-Slow: " + b"o" * 2000)


async def drip_body(reader, writer):
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n")
    await drip(writer, b" " * 2000)


async def read_nothing(_, __):
    await forever()


@pytest.mark.parametrize(
    ("behave", "trouble"),
    [
        pytest.param(hang, Trouble.ANSWER_TIMEOUT, id="hang"),
        pytest.param(drip_header, Trouble.ANSWER_TIMEOUT, id="slow header"),
        pytest.param(drip_body, Trouble.ANSWER_TIMEOUT, id="slow body"),
        pytest.param(hang_up, Trouble.RESET, id="reset after reading"),
        pytest.param(hang_up_unread, Trouble.RESET, id="reset before reading"),
        pytest.param(close_politely, Trouble.RESET, id="close without an answer"),
        pytest.param(talk_nonsense, Trouble.BROKEN_ANSWER, id="garbage"),
        pytest.param(break_off, Trouble.BROKEN_ANSWER, id="cut"),
        pytest.param(break_chunks, Trouble.BROKEN_ANSWER, id="broken chunks"),
        pytest.param(false_gzip, Trouble.BROKEN_ANSWER, id="false gzip"),
    ],
)
async def test_call_after_the_headers_left_is_unknown(behave, trouble):
    async with listening(behave) as url:
        error = await failing_call(
            url, read_timeout=0.15, write_timeout=0.1, connect_timeout=0.2, pool_timeout=0.2
        )
    assert isinstance(error, Unknown)
    assert classify(error) == Uncertain(trouble)


async def test_call_peer_that_stops_reading_an_upload_is_unknown():
    files = {"document": Upload("a.bin", bytes(16 * 1024 * 1024))}
    async with listening(read_nothing) as url:
        error = await failing_call(url, files=files, read_timeout=0.1, write_timeout=0.1)
    assert classify(error) == Uncertain(Trouble.ANSWER_TIMEOUT)


async def test_call_answer_too_long_is_unknown(monkeypatch):
    monkeypatch.setattr(module, "LONGEST_ANSWER", 1000)
    async with serving(answering(200, {"ok": True, "result": "x" * 1000})) as url:
        error = await failing_call(url)
    assert classify(error) == Uncertain(Trouble.TOO_LONG)


async def test_call_waits_for_a_long_poll_as_long_as_told():
    async def handle(request):
        await asyncio.sleep(0.2)
        return web.json_response({"ok": True, "result": []})

    async with serving(handle) as url, opened(url, read_timeout=0.05) as request:
        assert (await request.call("getUpdates", {}, read_timeout=5)).status == 200


# --- cancellation --------------------------------------------------------------------------------


@pytest.mark.parametrize("sends", [True, False], ids=["under way", "still waiting"])
async def test_call_cancelled_stays_cancelled_and_tells_what_left(sends):
    arrived = asyncio.Event()

    async def behave(reader, _):
        await read_request(reader)
        arrived.set()
        await forever()

    async with listening(behave) as url, opened(url, pool_size=1) as request:
        flights = [Flight(), Flight()]
        tasks = [
            asyncio.create_task(request.call("sendMessage", {}, read_timeout=60, flight=flight))
            for flight in flights
        ]
        await arrived.wait()
        chosen = 0 if sends else 1
        tasks[chosen].cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await tasks[chosen]
        assert flights[chosen].left is sends
        assert_no_canary(caught.value)
        tasks[1 - chosen].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_call_cancelled_by_an_outer_timeout():
    flight = Flight()
    async with listening(hang) as url, opened(url) as request:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await request.call("sendMessage", {}, read_timeout=60, flight=flight)
    assert flight.left


# --- uploads -------------------------------------------------------------------------------------


async def receive_form(request):
    fields = {}
    async for part in await request.multipart():
        fields[part.name] = (part.filename, part.headers.get("Content-Type"), await part.read())
    return web.json_response(
        {
            "ok": True,
            "result": {k: [n, t, len(d), d[:40].decode()] for k, (n, t, d) in fields.items()},
        }
    )


@pytest.mark.parametrize(
    ("name", "received"),
    [
        (VIETNAMESE, VIETNAMESE),
        ("a\\b.txt", "a\\b.txt"),
        ("bẫy\r\nX-Evil: 1.txt", "bẫy__X-Evil: 1.txt"),
    ],
)
async def test_call_upload_keeps_the_file_name(name, received):
    files = {"document": Upload(name, "nội dung".encode(), "text/plain")}
    payload = {"chat_id": 7, "caption": "Kính gửi", "reply_markup": {"a": ["ă"]}, "none": None}
    async with serving(receive_form) as url, opened(url) as request:
        answer = await request.call("sendDocument", payload, files=files, read_timeout=5)
    assert answer.body["result"].pop("document") == [received, "text/plain", 10, "nội dung"]
    sent = {
        name: json.loads(value) if name != "caption" else value
        for name, (_, _, _, value) in answer.body["result"].items()
    }
    assert sent == {"chat_id": 7, "caption": "Kính gửi", "reply_markup": {"a": ["ă"]}}


@pytest.mark.parametrize("kind", ["bytes", "open file"])
async def test_call_uploads_megabytes(kind, tmp_path):
    size = 12 * 1024 * 1024
    path = tmp_path / "lon.bin"
    path.write_bytes(bytes(size))
    with path.open("rb") as opened_file:
        files = {"document": Upload("lớn.bin", bytes(size) if kind == "bytes" else opened_file)}
        async with serving(receive_form) as url, opened(url) as request:
            answer = await request.call("sendDocument", {}, files=files, read_timeout=5)
    assert answer.body["result"]["document"][2] == size


async def test_call_answer_before_the_upload_ends():
    async def refuse(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        body = b'{"ok":false,"error_code":413,"description":"Request Entity Too Large"}'
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        while await reader.read(65536):
            pass

    files = {"document": Upload("a.bin", bytes(8 * 1024 * 1024))}
    async with listening(refuse) as url, opened(url) as request:
        answer = await request.call("sendDocument", {}, files=files, read_timeout=5)
    assert answer.status == 413


# --- proxy ---------------------------------------------------------------------------------------


async def test_proxy_carries_the_call():
    heads = []

    async def proxy(reader, writer):
        heads.append((await read_request(reader)).decode())
        body = json.dumps(GOOD).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    async with listening(proxy) as url:
        with_user = url.replace("http://", "http://user:matkhau@")
        async with opened("http://api.telegram.invalid", proxy=with_user) as request:
            assert "matkhau" not in repr(request)
            answer = await request.call("getMe", {}, read_timeout=5)
    assert answer == Answer(200, GOOD)
    assert heads[0].startswith(f"POST http://api.telegram.invalid/bot{TOKEN}/getMe HTTP/1.1")
    assert "Proxy-Authorization: Basic dXNlcjptYXRraGF1" in heads[0]


async def test_proxy_refused_is_not_sent(unused_tcp_port):
    error = await failing_call(
        "http://api.telegram.invalid", proxy=f"http://u:matkhau@127.0.0.1:{unused_tcp_port}"
    )
    assert classify(error) == NotSentRetry(Trouble.PROXY)
    assert "matkhau" not in str(error)


async def test_proxy_that_opens_no_tunnel_is_not_sent():
    async def proxy(reader, writer):
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"CONNECT api.telegram.invalid:443")
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    async with listening(proxy) as url:
        error = await failing_call("https://api.telegram.invalid", proxy=url)
    assert classify(error) == NotSentRetry(Trouble.PROXY)
    assert "407" in str(error)


async def test_proxy_that_hangs_is_not_sent():
    async with listening(forever) as url:
        error = await failing_call(
            "https://api.telegram.invalid", proxy=url, connect_timeout=0.05, read_timeout=0.05
        )
    assert classify(error) == NotSentRetry(Trouble.CONNECT_TIMEOUT)


@pytest.mark.parametrize(
    "proxy",
    [
        "ftp://127.0.0.1",
        "127.0.0.1:8080",
        "http://",
        "http://127.0.0.1:port",
    ],
)
def test_proxy_not_usable_is_refused(proxy):
    with pytest.raises(InvalidInput) as caught:
        AiohttpRequest(TOKEN, proxy=proxy)
    assert caught.value.key == "transport.proxy_not_understood"


# --- files ---------------------------------------------------------------------------------------


async def test_download_gives_the_bytes():
    async def handle(request):
        return web.Response(body=f"{request.path} {SECRET}".encode())

    async with serving(handle) as url, opened(url) as request:
        raw = await request.download("documents/công văn 1?.docx", limit=1000)
    assert raw.decode() == f"/file/bot{TOKEN}/documents/công văn 1?.docx {SECRET}"


@pytest.mark.parametrize("announced", [True, False])
async def test_download_stops_at_the_limit(announced):
    async def handle(request):
        response = web.StreamResponse()
        if announced:
            response.content_length = 5_000_000
        await response.prepare(request)
        try:
            for _ in range(5_000):
                await response.write(bytes(1000))
        except ConnectionError:
            pass
        return response

    async with serving(handle) as url, opened(url) as request:
        with pytest.raises(DownloadRefused) as caught:
            await request.download("a", limit=100_000)
    assert caught.value.reason is DownloadReason.TOO_LARGE
    assert_no_canary(caught.value)


async def test_download_too_long_by_its_own_word_is_not_waited_for():
    async def behave(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n")
        await forever()

    async with listening(behave) as url, opened(url) as request:
        with pytest.raises(DownloadRefused) as caught:
            await request.download("a", limit=1000)
    assert caught.value.reason is DownloadReason.TOO_LARGE


async def test_download_up_to_the_limit():
    async with serving(answering(200, b"x" * 100)) as url, opened(url) as request:
        assert await request.download("a", limit=100) == b"x" * 100
        with pytest.raises(DownloadRefused):
            await request.download("a", limit=99)


async def test_download_of_a_file_that_is_gone():
    body = {"ok": False, "error_code": 404, "description": "Not Found"}
    async with serving(answering(404, body)) as url, opened(url) as request:
        with pytest.raises(DownloadRefused) as caught:
            await request.download("a", limit=100)
    assert caught.value.reason is DownloadReason.NOT_FOUND


@pytest.mark.parametrize("status", [200 + 4, 302, 404, 500])
async def test_download_from_what_is_not_telegram_may_be_retried(status):
    async with serving(answering(status, b"")) as url, opened(url) as request:
        with pytest.raises(Unknown) as caught:
            await request.download("a", limit=100)
    assert caught.value.trouble is Trouble.NOT_TELEGRAM


async def test_download_that_drips_ends(monkeypatch):
    monkeypatch.setattr(module, "DOWNLOAD_SECONDS", 0.1)

    async def behave(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n")
        await drip(writer, b" " * 2000)

    async with listening(behave) as url, opened(url) as request:
        with pytest.raises(Unknown) as caught:
            await request.download("a", limit=10_000)
    assert caught.value.trouble is Trouble.ANSWER_TIMEOUT
    assert_no_canary(caught.value)


async def test_download_refused_connection_is_not_sent(unused_tcp_port):
    async with opened(f"http://127.0.0.1:{unused_tcp_port}") as request:
        with pytest.raises(NotSent):
            await request.download("a", limit=100)


@pytest.fixture
def disk(tmp_path):
    """The directory of a local Bot API server, a file of it, and what is none of ours."""
    directory = tmp_path / "server"
    (directory / TOKEN / "documents").mkdir(parents=True)
    (directory / TOKEN / "documents" / "công văn.txt").write_bytes(b"Kinh gui")
    (tmp_path / "secret").write_bytes(b"secret")
    (directory / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "way in").symlink_to(directory)
    return tmp_path


async def no_server(request):
    raise AssertionError(f"{request.path} was asked for over HTTP")


@pytest.mark.parametrize("directory", ["server", "way in"])
async def test_download_reads_a_local_servers_file_from_its_disk(disk, directory):
    named = str(disk / directory / TOKEN / "documents" / "công văn.txt")
    async with serving(no_server) as url, opened(url, local_files=disk / "server") as request:
        assert await request.download(named, limit=8) == b"Kinh gui"
        with pytest.raises(DownloadRefused) as caught:
            await request.download(named, limit=7)
    assert caught.value.reason is DownloadReason.TOO_LARGE


@pytest.mark.parametrize(
    "path",
    ["secret", "server/../secret", "server/link", "server", "server/none", "server/a\0b"],
)
async def test_download_reads_nothing_else_from_the_disk(disk, path):
    named = f"{disk}/{path}"
    async with serving(no_server) as url, opened(url, local_files=disk / "server") as request:
        with pytest.raises(DownloadRefused) as caught:
            await request.download(named, limit=100)
    assert caught.value.reason is DownloadReason.NOT_FOUND
    assert_no_canary(caught.value)


async def test_download_of_what_a_server_serves_goes_over_http_with_local_files_too(disk):
    async with (
        serving(answering(200, b"served")) as url,
        opened(url, local_files=disk / "server") as request,
    ):
        assert await request.download("documents/a.txt", limit=100) == b"served"


async def test_download_reads_no_disk_unless_told_to(disk):
    async with serving(answering(404, {"ok": False})) as url, opened(url) as request:
        with pytest.raises(DownloadRefused):
            await request.download(str(disk / "secret"), limit=100)


# --- life ----------------------------------------------------------------------------------------


async def test_call_before_initialize_and_after_shutdown_is_refused():
    request = AiohttpRequest(TOKEN, api_url="http://127.0.0.1:1")
    for _ in range(2):
        with pytest.raises(RuntimeError, match="not initialised"):
            await request.call("getMe", {}, read_timeout=1)
        await request.initialize()
        await request.initialize()
        await request.shutdown()
        await request.shutdown()


async def test_initialize_again_after_shutdown_works():
    async with serving(answering(200, GOOD)) as url:
        request = AiohttpRequest(TOKEN, api_url=url)
        for _ in range(2):
            async with request:
                assert (await request.call("getMe", {}, read_timeout=5)).status == 200


# --- python-telegram-bot -------------------------------------------------------------------------


@asynccontextmanager
async def bot_at(url, **settings):
    async with opened(url, **settings) as request:
        yield Bot(
            TOKEN,
            base_url=f"{url.rstrip('/')}/bot",
            base_file_url=f"{url.rstrip('/')}/file/bot",
            request=request,
        )


MESSAGE = {"message_id": 5, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "Chào"}


async def test_ptb_sends_a_message():
    seen = {}

    async def handle(request):
        seen.update(await request.json())
        return web.json_response({"ok": True, "result": MESSAGE})

    async with serving(handle) as url, bot_at(url) as bot:
        message = await bot.send_message(7, "Chào")
    assert message.message_id == 5
    assert seen["chat_id"] == 7
    assert seen["text"] == "Chào"


async def test_ptb_call_without_parameters():
    me = {"id": 1, "is_bot": True, "first_name": "Dondoc", "username": "dondoc_bot"}
    async with serving(answering(200, {"ok": True, "result": me})) as url, bot_at(url) as bot:
        assert (await bot.get_me()).username == "dondoc_bot"


@pytest.mark.parametrize("handle_kind", ["bytes", "streamed"])
async def test_ptb_sends_a_document_with_its_vietnamese_name(handle_kind):
    seen = {}

    async def handle(request):
        async for part in await request.multipart():
            seen[part.name] = (part.filename, await part.read())
        return web.json_response({"ok": True, "result": MESSAGE})

    source = io.BytesIO(b"abc") if handle_kind == "streamed" else b"abc"
    document = InputFile(
        source, filename=VIETNAMESE, read_file_handle=handle_kind == "bytes", attach=True
    )
    async with serving(handle) as url, bot_at(url) as bot:
        await bot.send_document(7, document, caption="Kính gửi")
    assert (VIETNAMESE, b"abc") in seen.values()
    assert seen["caption"][1].decode() == "Kính gửi"


@pytest.mark.parametrize(
    ("status", "extra", "kind"),
    [
        (400, {"description": "Bad Request: chat not found"}, BadRequest),
        (403, {"description": "Forbidden: bot was blocked by the user"}, Forbidden),
        (401, {"description": "Unauthorized"}, InvalidToken),
        (404, {"description": "Not Found"}, InvalidToken),
        (400, {"description": "x", "parameters": {"migrate_to_chat_id": -100}}, ChatMigrated),
        (429, {"description": "x", "parameters": {"retry_after": 5}}, PtbRetryAfter),
        (500, {"description": "Internal Server Error"}, NetworkError),
    ],
)
async def test_ptb_maps_refusals_of_telegram(status, extra, kind, monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    body = {"ok": False, "error_code": status, **extra}
    async with serving(answering(status, body)) as url, bot_at(url) as bot:
        with pytest.raises(kind) as caught:
            await bot.send_message(7, "x")
    assert not isinstance(caught.value, TransportError)
    assert_no_canary(caught.value)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(200, b"<html>", id="200 page"),
        pytest.param(403, f"blocked: /bot{TOKEN}/sendMessage".encode(), id="block page"),
        pytest.param(404, f"no /bot{TOKEN}/sendMessage here".encode(), id="404 page"),
        pytest.param(502, b"<html>", id="gateway"),
        pytest.param(200, b'{"ok": false, "error_code": 403}', id="200 that says no"),
        pytest.param(403, b'{"ok": true, "result": true}', id="403 that says yes"),
    ],
)
async def test_ptb_gets_unknown_for_what_is_not_telegrams(status, body):
    async with serving(answering(status, body)) as url, bot_at(url) as bot:
        with pytest.raises(Unknown) as caught:
            await bot.send_message(7, "x")
    assert_no_canary(caught.value)
    assert classify(caught.value) == Uncertain(Trouble.NOT_TELEGRAM)


async def test_ptb_refusal_that_echoes_the_token_is_cleaned():
    body = {"ok": False, "error_code": 400, "description": f"Bad Request: no /bot{TOKEN}/x"}
    async with serving(answering(400, body)) as url, bot_at(url) as bot:
        with pytest.raises(BadRequest, match="<token>") as caught:
            await bot.send_message(7, "x")
    assert_no_canary(caught.value)


async def test_ptb_gets_not_sent_and_unknown_as_network_errors(unused_tcp_port):
    async with bot_at(f"http://127.0.0.1:{unused_tcp_port}") as bot:
        with pytest.raises(NetworkError) as refused:
            await bot.send_message(7, "x")
    assert classify(refused.value) == NotSentRetry(Trouble.CONNECT)
    async with listening(hang_up) as url, bot_at(url) as bot:
        with pytest.raises(NetworkError) as reset:
            await bot.send_message(7, "x")
    assert classify(reset.value) == Uncertain(Trouble.RESET)


async def test_ptb_downloads_a_file():
    async def handle(request):
        if request.path.endswith("getFile"):
            result = {"file_id": "a", "file_unique_id": "b", "file_path": "documents/a b.txt"}
            return web.json_response({"ok": True, "result": result})
        return web.Response(body=request.path.encode())

    async with serving(handle) as url, bot_at(url) as bot:
        raw = await (await bot.get_file("a")).download_as_bytearray()
    assert raw.decode() == f"/file/bot{TOKEN}/documents/a b.txt"


@pytest.mark.parametrize("status", [404, 502])
async def test_ptb_download_that_fails_tells_no_token(status):
    page = f"no /file/bot{TOKEN}/a here".encode()
    async with serving(answering(status, page)) as url, opened(url) as request:
        with pytest.raises(Unknown) as caught:
            await request.retrieve(f"{url}file/bot{TOKEN}/a")
    assert_no_canary(caught.value)


DEFAULT = BaseRequest.DEFAULT_NONE


@pytest.mark.parametrize(
    ("usual", "given", "fails"),
    [
        pytest.param(0.05, DEFAULT, True, id="usual"),
        pytest.param(5.0, DEFAULT, False, id="usual, long enough"),
        pytest.param(0.05, 5.0, False, id="given instead"),
        pytest.param(5.0, 0.05, True, id="given, shorter"),
        pytest.param(0.05, None, False, id="given as without end"),
    ],
)
async def test_do_request_honours_time_outs(usual, given, fails):
    async def handle(_):
        await asyncio.sleep(0.3)
        return web.json_response(GOOD)

    async with serving(handle) as url, opened(url, read_timeout=usual) as request:
        assert request.read_timeout == usual
        sending = request.do_request(f"{url}bot{TOKEN}/x", "POST", read_timeout=given)
        if fails:
            with pytest.raises(Unknown):
                await sending
        else:
            assert (await sending)[0] == 200


@pytest.mark.parametrize(
    ("pool", "connect", "reach"),
    [(1, 2, 3), (DEFAULT, 2, 5 + 2), (1, DEFAULT, 1 + 5), (None, 2, None), (1, None, None)],
)
async def test_do_request_gives_aiohttp_stages_and_never_a_total(monkeypatch, pool, connect, reach):
    given = []
    send = aiohttp.ClientSession._request

    async def watch(self, *arguments, timeout, **rest):
        given.append(timeout)
        return await send(self, *arguments, timeout=timeout, **rest)

    monkeypatch.setattr(aiohttp.ClientSession, "_request", watch)
    async with serving(answering(200, GOOD)) as url, opened(url) as request:
        await request.do_request(
            f"{url}x", "POST", pool_timeout=pool, connect_timeout=connect, read_timeout=7
        )
    assert given[0].total is None
    assert given[0].connect == reach
    assert given[0].sock_read == 7
