"""Connections through a SOCKS proxy, to Telegram or to pages; imported only if one is set.

What goes wrong before the connection stands is told in aiohttp's own errors; nothing has left then.
"""

import asyncio
import ssl
from typing import Any
from urllib.parse import unquote, urlsplit

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp_socks import ProxyConnectionError as ProxyUnreachable
from aiohttp_socks import ProxyConnector, ProxyError, ProxyTimeoutError, ProxyType

_DEFAULT_PORT = 1080
_TYPES = {
    # Names are looked up by the proxy: where a proxy is needed, answers here may be false.
    "socks5": ProxyType.SOCKS5,
    "socks5h": ProxyType.SOCKS5,
    "socks4": ProxyType.SOCKS4,  # which knows no names: they are looked up here
}


class _Connector(ProxyConnector):
    async def _wrap_create_connection(
        self, *args: Any, req: aiohttp.ClientRequest, **settings: Any
    ) -> tuple[asyncio.Transport, ResponseHandler]:
        try:
            return await super()._wrap_create_connection(*args, req=req, **settings)
        except ProxyTimeoutError as error:
            raise aiohttp.ConnectionTimeoutError from error
        except ssl.SSLError as error:  # the proxy has done its part
            raise aiohttp.ClientConnectorSSLError(req.connection_key, error) from error
        except (ProxyUnreachable, ProxyError, OSError, EOFError) as error:
            reason = error.__cause__ if isinstance(error.__cause__, OSError) else error
            number = getattr(reason, "errno", None)
            raise aiohttp.ClientProxyConnectionError(
                req.connection_key, OSError(number, type(error).__name__)
            ) from error


def connector(proxy: str, *, limit: int, keepalive_timeout: float) -> aiohttp.TCPConnector:
    """A pool of connections through `proxy`, whose address `bot.proxies` finds no fault with."""
    parts = urlsplit(proxy)
    return _Connector(
        host=parts.hostname or "",
        port=parts.port or _DEFAULT_PORT,
        proxy_type=_TYPES[parts.scheme],
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        limit=limit,
        keepalive_timeout=keepalive_timeout,
    )
