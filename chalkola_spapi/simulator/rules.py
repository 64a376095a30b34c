"""Scripted exceptions from the rule: which calls they meet, how often, and since when."""

from collections.abc import Callable
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class Rule(BaseModel):
    """Meets the calls of one account (seller id or refresh token) and marketplace, or of any.

    It acts from the `nth` call that it meets, `times` times (None: for ever).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: str | None = None
    marketplace: str | None = None
    nth: int = Field(default=1, ge=1)
    times: int | None = Field(default=1, ge=1)


R = TypeVar("R", bound=Rule)


class _Armed(Generic[R]):
    def __init__(self, rule: R) -> None:
        self.rule = rule
        self.met = 0
        self.acted = 0

    def acts(self) -> bool:
        self.met += 1
        spent = self.rule.times is not None and self.acted >= self.rule.times
        if self.met < self.rule.nth or spent:
            return False
        self.acted += 1
        return True


class Rulebook(Generic[R]):
    """Rules in the order in which they were added; the first that meets and acts wins."""

    def __init__(self) -> None:
        self._armed: list[_Armed[R]] = []

    def add(self, rule: R) -> R:
        self._armed.append(_Armed(rule))
        return rule

    def take(self, meets: Callable[[R], bool]) -> R | None:
        """The rule that acts now, if any."""
        return next(
            (armed.rule for armed in tuple(self._armed) if meets(armed.rule) and armed.acts()),
            None,
        )

    def clear(self) -> None:
        self._armed.clear()

    def describe(self) -> list[dict[str, object]]:
        """The rules as they were given, with how often each met a call and acted."""
        return [
            armed.rule.model_dump(mode="json", exclude_none=True, exclude={"account"})
            | {"met": armed.met, "acted": armed.acted}
            for armed in tuple(self._armed)
        ]
