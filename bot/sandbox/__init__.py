"""A local stand-in for Telegram that serves any bot library; it knows nothing of the product."""

from bot.sandbox.clock import Mark, Marks
from bot.sandbox.errors import ControlError
from bot.sandbox.limits import Limits
from bot.sandbox.model import Phone
from bot.sandbox.people import Press
from bot.sandbox.sandbox import Sandbox

__all__ = ["ControlError", "Limits", "Mark", "Marks", "Phone", "Press", "Sandbox"]
