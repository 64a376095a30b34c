"""Loaded reports once more, from the documents that are kept: without Amazon."""

from __future__ import annotations

from tasks.connections import Connections
from tasks.errors import InputError
from tasks.ledger.ledger import ReportRequest
from tasks.reports.raw_documents import unchanged_document


def check_replay(conns: Connections, name: str) -> list[ReportRequest]:
    """Give the requests of a report that can be loaded again.

    Raises:
        InputError: it is not known or not loaded, or its document is not here any more.
    """
    found = conns.ledger.find(name)
    if not found:
        raise InputError(f"report: {name!r} is not in the ledger; see `chalkola reports list`")
    for request in found:
        if request.state not in {"loaded", "done"}:
            raise InputError(f"report: {name} is {request.state}, and has no rows to load again")
        if request.state == "loaded" and unchanged_document(conns, request) is None:
            raise InputError(f"report: the document of {name} is not on this machine as it came")
    return found
