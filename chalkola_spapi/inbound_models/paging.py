"""The pages that lists come in."""

from chalkola_spapi.responses import Model


class Pagination(Model):
    """Where the next page is; the last page names none."""

    next_token: str | None = None


class Page(Model):
    """One page of a list."""

    pagination: Pagination | None = None

    @property
    def next_token(self) -> str | None:
        """What asks for the next page; None on the last one."""
        return self.pagination.next_token if self.pagination else None
