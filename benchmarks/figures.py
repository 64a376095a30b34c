"""A measured figure, its target, and whether that is met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

#: A figure that uses so much more of its target than in the kept run is a regression.
WORSE = 1.25


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
    def used(self) -> float:
        """The part of the target that is used: 1 is just met, more is missed."""
        if not self.target or not self.value:
            return float(not self.is_met)
        return self.target / self.value if self.is_floor else self.value / self.target

    def is_regression_of(self, kept: Figure) -> bool:
        """Whether it is much worse than in the run that is kept; machines differ, so only ratios.

        Within half of its target nothing counts: there noise is larger than the figure.
        """
        is_ratio = self.unit in {"", "x"} and bool(self.target)
        return is_ratio and self.used > 0.5 and self.used > WORSE * kept.used

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

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Figure:
        """What to_dict gave."""
        return cls(**{name: value for name, value in values.items() if name != "is_met"})

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self) | {"is_met": self.is_met}
