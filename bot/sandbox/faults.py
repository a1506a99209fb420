"""Things that go wrong on demand: the network, the server, the answer that never comes."""

from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any


class FaultKind(StrEnum):
    """What happens; the "accept_then_" ones happen after the call took effect."""

    STATUS = "status"
    HANG_BEFORE = "hang_before"
    ACCEPT_THEN_HANG = "accept_then_hang"
    ACCEPT_THEN_RESET = "accept_then_reset"
    ACCEPT_THEN_STATUS = "accept_then_status"
    RESET = "reset"
    GARBAGE = "garbage"
    SLOW = "slow"
    OFFLINE = "offline"


@dataclass(slots=True)
class Fault:
    """One fault and how often it still strikes; `times` None means until it is removed."""

    id: int
    kind: FaultKind
    method: str = "*"
    chat_id: int | str | None = None
    times: int | None = 1
    skip: int = 0
    status: int = 500
    description: str | None = None
    retry_after: int | None = None
    seconds: float = 1.0

    def matches(self, method: str, chat_id: object) -> bool:
        """Whether a call is meant; `method` may hold wildcards ("send*")."""
        if not fnmatchcase(method.lower(), self.method.lower()):
            return False
        return self.chat_id is None or str(self.chat_id) == str(chat_id)

    def as_json(self) -> dict[str, Any]:
        """The fault as the control API shows it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "method": self.method,
            "chat_id": self.chat_id,
            "times": self.times,
            "skip": self.skip,
            "status": self.status,
            "description": self.description,
            "retry_after": self.retry_after,
            "seconds": self.seconds,
        }


@dataclass(slots=True)
class Faults:
    """The faults set at present, oldest first; the first that matches strikes."""

    _faults: dict[int, Fault] = field(default_factory=dict)
    _last_id: int = 0

    def add(self, kind: FaultKind, **details: Any) -> Fault:
        """Set one more fault; being offline lasts until it is removed."""
        self._last_id += 1
        fault = Fault(self._last_id, kind, **details)
        if kind is FaultKind.OFFLINE:
            fault.times = None
        self._faults[fault.id] = fault
        return fault

    def remove(self, fault_id: int | None = None) -> None:
        """Forget one fault, or all."""
        if fault_id is None:
            self._faults.clear()
        else:
            self._faults.pop(fault_id, None)

    @property
    def is_offline(self) -> bool:
        """Whether no connection of the Bot API works."""
        return any(fault.kind is FaultKind.OFFLINE for fault in self._faults.values())

    def strike(self, method: str, chat_id: object) -> Fault | None:
        """The fault that hits this call, counted down; None lets it pass."""
        for fault in self._faults.values():
            if fault.kind is FaultKind.OFFLINE or not fault.matches(method, chat_id):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    del self._faults[fault.id]
            return fault
        return None

    def as_json(self) -> list[dict[str, Any]]:
        """All faults as the control API shows them."""
        return [fault.as_json() for fault in self._faults.values()]
