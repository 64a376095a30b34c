"""A list's pages, one after another, as they are wanted."""

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from chalkola_spapi.errors import ContractError
from chalkola_spapi.operations import Operation


class Paged(Protocol):
    """An answer that may name a next page."""

    @property
    def next_token(self) -> str | None: ...


PageT = TypeVar("PageT", bound=Paged)


def follow(
    ask: Callable[[str | None], PageT], *, operation: Operation, account: str
) -> Iterator[PageT]:
    """Give the pages that `ask` gets, first without a token, then with each page's.

    Raises:
        ContractError: a page names itself as the next one, which would never end. Amazon has done
            so: https://github.com/amzn/selling-partner-api-models/issues/2947
    """
    token = None
    while True:
        page = ask(token)
        yield page
        if not page.next_token:
            return
        if page.next_token == token:
            raise ContractError(
                f"{operation.name} (account {account}): a page that names itself as the next one",
                operation=operation.name,
                account=account,
            )
        token = page.next_token
