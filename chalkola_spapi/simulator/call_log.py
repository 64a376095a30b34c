"""How often each operation was called, and how it answered."""

from collections import Counter


class CallLog:
    """Counts by operation and status; an unanswered call counts as status 0."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str | None, int]] = Counter()

    def record(self, operation: str, status: int, *, account: str | None = None) -> None:
        self._counts[operation, account, status] += 1

    def count(
        self, operation: str, *, status: int | None = None, account: str | None = None
    ) -> int:
        """Calls of an operation: all, or those with one status, or of one account."""
        return sum(
            number
            for (name, whose, code), number in self._counts.items()
            if name == operation
            and (status is None or code == status)
            and (account is None or whose == account)
        )

    def clear(self) -> None:
        self._counts.clear()

    def describe(self) -> dict[str, dict[str, object]]:
        """By operation: calls, throttled (429), and calls by status."""
        operations = sorted({name for name, _, _ in self._counts})
        return {name: self._describe(name) for name in operations}

    def _describe(self, operation: str) -> dict[str, object]:
        statuses = sorted({code for name, _, code in self._counts if name == operation})
        return {
            "calls": self.count(operation),
            "throttled": self.count(operation, status=429),
            "by_status": {str(code): self.count(operation, status=code) for code in statuses},
        }
