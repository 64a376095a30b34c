"""A measured figure, its target, and whether that is met."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    target: at most, or at least if `is_floor`; None: shown beside, for comparison.
    """

    name: str
    value: float
    unit: str = ""
    target: float | None = None
    is_floor: bool = False
    note: str = ""

    @property
    def is_met(self) -> bool:
        if self.target is None:
            return True
        return self.value >= self.target if self.is_floor else self.value <= self.target

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        return "met" if self.is_met else "NOT MET"

    @property
    def target_text(self) -> str:
        if self.target is None:
            return ""
        sign = ">=" if self.is_floor else "<="
        return f"{sign} {self.target:g} {self.unit}".rstrip()

    @property
    def value_text(self) -> str:
        digits = 0 if abs(self.value) >= 100 else 1 if abs(self.value) >= 10 else 3
        return f"{self.value:,.{digits}f} {self.unit}".rstrip()

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self) | {"is_met": self.is_met}
