"""Everything that can be known to be wrong before anything is created at Amazon."""

from __future__ import annotations

from typing import Any

from chalkola_spapi.errors import SpApiError
from chalkola_spapi.inbound import FulfillmentInboundApi
from tasks.connections import Connections
from tasks.shipments.errors import ShipmentInputError
from tasks.shipments.plan import refuse_taken_name
from tasks.shipments.prep import is_unknown, item_inputs, prep_problems, read_details
from tasks.shipments.request import ShipmentRequest
from tasks.shipments.request_checks import box_warnings, date_problems, structural_problems
from tasks.shipments.request_file import RequestError


def preflight(conns: Connections, request: ShipmentRequest) -> dict[str, Any]:
    """Give what would be created, and warnings; reads at Amazon, writes nothing anywhere.

    Raises:
        RequestError: all that is wrong with the request, in one message.
        SettingsError: the account's credentials are not complete.
    """
    account = conns.settings.account_name_for(request.place)
    inbound = FulfillmentInboundApi(conns.api(account))
    problems = structural_problems(request.plain()) + date_problems(request, now=conns.now())
    items: list[dict[str, Any]] = []
    try:
        details = read_details(inbound, request)
        problems += prep_problems(request, details)
        items = [
            {**item.model_dump(mode="json"), "prep_is_set": is_unknown(details.get(item.msku))}
            for item in item_inputs(request, details)
        ]
        refuse_taken_name(inbound, request.name)
    except ShipmentInputError as exc:
        problems.append(str(exc))
    except SpApiError as exc:
        # What was found so far must not be lost behind an answer that did not come.
        if not problems:
            raise
        problems.append(str(exc))
    if problems:
        raise RequestError(problems)
    return {
        "name": request.name,
        "marketplace": request.marketplace,
        "account": account,
        "units": request.total_units,
        "boxes": request.total_boxes,
        "items": items,
        "warnings": box_warnings(request),
    }
