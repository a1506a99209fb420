"""Which links Telegram accepts in texts and buttons, and how it writes them."""

import ipaddress
import re

from bot.sandbox.entities.model import TextError

_SCHEME = re.compile(r"([^:/?#@\[\]]*)://", re.DOTALL)
_INNER_SCHEMES = ("tg", "ton", "tonsite")
_SPACES = " \t\r\n\0\v"
_PART = re.compile(r"(?:[\w.\-!$,~*'();&+=]|[^\x00-\x7f]|%[0-9a-fA-F]{2})*", re.ASCII)


def link_user_id(url: str) -> int:
    """The user a tg://user?id=N link names, or 0."""
    found = re.match(r"tg:(?://)?user/?\?([^#]*)", url.lower(), re.DOTALL)
    if not found:
        return 0
    for part in found[1].split("&"):
        name, _, value = part.partition("=")
        if name == "id":
            known = re.fullmatch(r"[0-9]{1,18}", value) and int(value) < 1 << 40
            return int(value) if known else 0
    return 0


def accepted_link(link: str) -> str:
    """The link as Telegram stores it, or "" where it is not one."""
    try:
        return checked_link(link)
    except TextError:
        return ""


def checked_link(link: str) -> str:
    """The link as Telegram stores it; raises TextError with the reason."""
    lowered = link[:10].lower()
    for scheme in _INNER_SCHEMES:
        if lowered.startswith(f"{scheme}:"):
            return _inner_link(scheme, link[len(scheme) + 1 :].removeprefix("//"))
    url = _Url(link)
    if "." not in url.host and not url.is_ipv6:
        raise TextError("Wrong HTTP URL")
    return str(url)


def _inner_link(scheme: str, link: str) -> str:
    """A link Telegram's own applications open."""
    url = _Url(link)
    if link.lower().startswith("http://") or url.scheme == "https" or url.user or url.port:
        raise TextError("Wrong tg URL" if scheme == "tg" else "Wrong ton URL")
    allowed = r"[A-Za-z0-9_.-]*" if scheme == "tonsite" else r"[A-Za-z0-9_-]*"
    if not re.fullmatch(allowed, url.host):
        raise TextError("Unallowed characters in URL host")
    path = url.path[1:] if url.path.startswith("/?") else url.path
    return f"{scheme}://{url.host}{path}"


class _Url:
    """Parts of [http[s]://][user@]host[:port][path]; a missing scheme means http."""

    def __init__(self, link: str) -> None:
        found = _SCHEME.match(link)
        self.scheme = found[1].lower() if found else "http"
        if self.scheme not in ("http", "https"):
            raise TextError("Unsupported URL protocol")
        rest = link[found.end() :] if found else link
        cut = next((i for i, char in enumerate(rest) if char in "/?#"), len(rest))
        authority, path = rest[:cut], rest[cut:].rstrip(_SPACES)
        self.port = 0
        authority = self._take_port(authority)
        self.user, _, host = authority.rpartition("@")
        self.host = lower_ascii(host)
        self.is_ipv6 = self._check_host()
        self.path = "".join(
            f"%{ord(char):02X}" if char <= " " else char
            for char in (path if path.startswith("/") else "/" + path)
        )

    def _take_port(self, authority: str) -> str:
        colon = max(authority.rfind(":"), authority.rfind("]"), authority.rfind("@"))
        if colon <= 0 or authority[colon] != ":":
            return authority
        digits = authority[colon + 1 :].lstrip("0")
        if not re.fullmatch(r"[0-9]{1,5}", digits, re.ASCII) or int(digits) > 65535:
            raise TextError("Wrong port number specified in the URL")
        self.port = int(digits)
        return authority[:colon]

    def _check_host(self) -> bool:
        if self.host.startswith("[") and self.host.endswith("]"):
            try:
                ipaddress.IPv6Address(self.host[1:-1])
            except ValueError:
                raise TextError("Wrong IPv6 address specified in the URL") from None
            return True
        if not self.host:
            raise TextError("URL host is empty")
        if self.host == ".":
            raise TextError("Host is invalid")
        _check_part(self.host, "host")
        _check_part(self.user.replace(":", ""), "userinfo")
        return False

    def __str__(self) -> str:
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{user}{self.host}{port}{self.path}"


def lower_ascii(text: str) -> str:
    """`text` with A-Z lowered and nothing else touched, as Telegram folds tags and hosts."""
    if text.isascii():
        return text.lower()
    return "".join(char.lower() if "A" <= char <= "Z" else char for char in text)


def _check_part(part: str, name: str) -> None:
    allowed = _PART.match(part)
    at = allowed.end() if allowed else 0
    if at == len(part):
        return
    if part[at] == "%":
        raise TextError(f"Wrong percent-encoded symbol in URL {name}")
    raise TextError(f"Disallowed character in URL {name}")
