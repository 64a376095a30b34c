"""What an operation is: Amazon's name, its method and path, its usage plan, and who answers it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalkola_spapi.simulator.messages import Answer, Request
from chalkola_spapi.simulator.state import State
from chalkola_spapi.simulator.throttle import Plan

Handler = Callable[[State, Request], Answer]


@dataclass(frozen=True, slots=True)
class Operation:
    """`path` is Amazon's template; a part in braces takes any one segment."""

    name: str
    method: str
    path: str
    rate_per_s: float
    burst: int
    answer: Handler

    @property
    def plan(self) -> Plan:
        return Plan(self.rate_per_s, self.burst)

    def match(self, method: str, path: str) -> Mapping[str, str] | None:
        """The parts of the path by name; None if this is another operation's."""
        wanted, given = self.path.split("/"), path.split("/")
        if method != self.method or len(wanted) != len(given):
            return None
        parts: dict[str, str] = {}
        for name, value in zip(wanted, given, strict=True):
            if name.startswith("{") and value:
                parts[name.strip("{}")] = value
            elif name != value:
                return None
        return parts
