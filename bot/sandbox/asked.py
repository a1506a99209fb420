"""What a request of the control API asks for, read with clear complaints."""

from datetime import datetime

from bot.sandbox.errors import ControlError
from bot.sandbox.model import Json


class Asked:
    """The fields of one request, with clear complaints about missing or wrong ones."""

    def __init__(self, body: Json) -> None:
        self.body = body

    def integer(self, name: str) -> int:
        """A required number."""
        value = self.maybe_integer(name)
        if value is None:
            raise ControlError(f"{name} is missing")
        return value

    def maybe_integer(self, name: str) -> int | None:
        """A number or None."""
        value = self.body.get(name)
        if value is None or value == "":
            return None
        try:
            return int(value)
        except (TypeError, ValueError):
            raise ControlError(f"{name} must be a number") from None

    def text(self, name: str) -> str:
        """A required text."""
        value = self.maybe_text(name)
        if value is None:
            raise ControlError(f"{name} is missing")
        return value

    def maybe_text(self, name: str) -> str | None:
        """A text or None."""
        value = self.body.get(name)
        if value is not None and not isinstance(value, str):
            raise ControlError(f"{name} must be a text")
        return value

    def integers(self, name: str) -> list[int]:
        """A list of numbers, empty if missing."""
        value = self.body.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, int) for item in value):
            raise ControlError(f"{name} must be a list of numbers")
        return value

    def moment(self, name: str) -> datetime:
        """A required ISO date and time with its zone."""
        try:
            return datetime.fromisoformat(self.text(name))
        except ValueError:
            raise ControlError(f"{name} must be a date and time as in ISO 8601") from None
