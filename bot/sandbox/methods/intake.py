"""Methods by which a bot gets its updates: polling, or setting a webhook."""

import re
from ipaddress import ip_address
from time import monotonic
from urllib.parse import urlsplit

from bot.sandbox.errors import ApiError, bad_request, conflict, too_many_requests
from bot.sandbox.methods.call import Call
from bot.sandbox.model import Json
from bot.sandbox.polling import LONGEST_POLL
from bot.sandbox.updates import DEFAULT_KINDS, KINDS
from bot.sandbox.webhooks import Webhook

_MOST_CONNECTIONS = 100
_DEFAULT_CONNECTIONS = 40


async def get_updates(call: Call) -> list[Json]:
    """getUpdates."""
    if call.bot.webhook.url:
        await call.bot.poller.pause()
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    parameters = call.parameters
    limit = min(max(parameters.integer("limit", 100), 1), 100)
    timeout = min(max(parameters.integer("timeout"), 0), LONGEST_POLL)
    _take_allowed_updates(call)
    return await call.bot.poller.poll(parameters.integer("offset"), limit=limit, timeout=timeout)


def _take_allowed_updates(call: Call) -> None:
    """A list that cannot be read changes nothing; one without known kinds means the default."""
    try:
        given = call.parameters.object("allowed_updates", "")
    except ApiError:
        return
    if isinstance(given, list) and all(isinstance(kind, str) for kind in given):
        known = frozenset(kind.lower() for kind in given) & KINDS
        call.bot.queue.allowed = known or DEFAULT_KINDS


def set_webhook(call: Call) -> tuple[bool, str]:
    """setWebhook; an empty URL removes it."""
    url = call.parameters.text("url")
    if not url:
        return delete_webhook(call)
    now = monotonic()
    if now < call.bot.webhook.next_change:
        raise too_many_requests(1)
    wanted = _wanted(call, url)
    wanted.next_change = now + 1
    if call.parameters.flag("drop_pending_updates"):
        call.bot.queue.clear()
    _take_allowed_updates(call)
    is_new = not call.bot.webhook.is_same(wanted)
    call.bot.webhook.next_change = now + 1
    if is_new:
        call.bot.poller.stop("terminated by setWebhook request")
        call.bot.webhook = wanted
        call.world.webhook_changed.set()
    return True, "Webhook was set" if is_new else "Webhook is already set"


def _wanted(call: Call, url: str) -> Webhook:
    parameters = call.parameters
    _check_address(url)
    secret = parameters.text("secret_token")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    connections = parameters.integer("max_connections", _DEFAULT_CONNECTIONS)
    return Webhook(
        url=url,
        secret_token=secret,
        max_connections=min(max(connections, 1), _MOST_CONNECTIONS),
        has_certificate="certificate" in parameters.uploads,
        ip_address=parameters.text("ip_address"),
    )


def _check_address(url: str) -> None:
    """HTTPS, or plain HTTP on this machine; the sandbox never reaches out to another one."""
    try:
        parts = urlsplit(url)
        host, scheme = parts.hostname or "", parts.scheme
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if scheme not in ("http", "https") or not host:
        raise bad_request("invalid webhook URL specified")
    try:
        is_here = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        is_here = False
    if scheme == "http" and not is_here:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not is_here:
        raise bad_request("bad webhook: Failed to resolve host: Name or service not known")


def delete_webhook(call: Call) -> tuple[bool, str]:
    """deleteWebhook."""
    if call.parameters.flag("drop_pending_updates"):
        call.bot.queue.clear()
    if not call.bot.webhook.url:
        return True, "Webhook is already deleted"
    call.bot.webhook = Webhook()
    call.world.webhook_changed.set()
    return True, "Webhook was deleted"


def get_webhook_info(call: Call) -> Json:
    """getWebhookInfo."""
    webhook, queue = call.bot.webhook, call.bot.queue
    body: Json = {
        "url": webhook.url,
        "has_custom_certificate": webhook.has_certificate,
        "pending_update_count": len(queue),
    }
    if webhook.last_error_date:
        body["last_error_date"] = webhook.last_error_date
        body["last_error_message"] = webhook.last_error_message
    if webhook.url:
        body["max_connections"] = webhook.max_connections
        body["ip_address"] = webhook.ip_address or "127.0.0.1"
    if queue.allowed != DEFAULT_KINDS:
        body["allowed_updates"] = sorted(queue.allowed)
    return body
