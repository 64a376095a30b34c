"""Shipments and their questions on the terminal."""

from __future__ import annotations

from typing import Any

from deployments.console import err, out, table
from tasks.shipments.approvals import Question
from tasks.shipments.offers import Window
from tasks.shipments.question_text import cents, loads, local, places
from tasks.shipments.questions import exceeds_limit

View = dict[str, Any]

LONGEST_PROBLEM = 150


def print_list(shipments: list[View]) -> None:
    """Print one line for each shipment."""
    if not shipments:
        out.print("No shipments.")
        return
    columns = ["name~", "", "status", "units#", "boxes#", "plan", "created"]
    rows = (
        (
            one["name"],
            one["marketplace"],
            one["status"],
            one["units"],
            one["boxes"],
            one["inbound_plan_id"],
            one["created_at"][:16].replace("T", " "),
        )
        for one in shipments
    )
    out.print(table("Shipments", columns, rows))


def print_shipment(view: View) -> None:
    """Print how a shipment stands: its options while it waits, its shipments afterwards."""
    out.print(f"{view['name']}: {view['status']}", style="bold")
    out.print(f"  plan {view['inbound_plan_id'] or '-'}, marketplace {view['marketplace']}")
    for label, text in (
        ("failed", view["error_message"]),
        ("reason", view["rejection_reason"]),
        ("waits for", view["waiting_for"] and f"the answer about the {view['waiting_for']}"),
        ("cancelling is free until", _until(view)),
    ):
        if text:
            out.print(f"  {label}: {text}")
    # The same warning comes for each placement; --json has all of them in full.
    for text in dict.fromkeys(_problem(problem)[:LONGEST_PROBLEM] for problem in view["problems"]):
        out.print(f"  Amazon: {text}")
    _print_options(view)
    _print_destinations(view)
    _print_labels(view)


def _until(view: View) -> str | None:
    until = view["free_void_until"]
    return until and local(until, view["marketplace"])


def print_question(question: Question) -> None:
    """Print a question that waits, and how it is answered; on stderr, beside --json."""
    shown = question.shown
    err.print()
    err.print(_options_table(question.gate, shown["options"], shown))
    for place, load in loads(shown):
        err.print(f"  {place}: {load}")
    name = shown["name"]
    option = "--placement ID" if question.gate == "placement" else "--transportation auto-cheapest"
    over = [o for o in shown["options"] if exceeds_limit(shown, o["charges"])]
    if over:
        err.print(f"{len(over)} options are over the spend limit; they need --over-limit.")
    err.print("Answer in another terminal, or in the Prefect UI:")
    err.print(f"  chalkola shipment approve {name!r} {option}")
    err.print(f"  chalkola shipment reject {name!r} --reason TEXT")


def _problem(problem: dict[str, str]) -> str:
    head = f"{problem.get('severity', '')} {problem.get('code', '')} {problem['message']}".strip()
    return f"{head} ({problem['details']})" if problem.get("details") else head


def _print_options(view: View) -> None:
    shown = {"marketplace": view["marketplace"]}
    waiting = view["waiting_for"]
    if waiting == "placement" or (view["placement_options"] and view["placement"] is None):
        out.print(_options_table("placement", view["placement_options"], shown))
    elif waiting == "transportation":
        out.print(_options_table("transportation", view["transportation_options"], shown))
        for number, option in enumerate(view["transportation_options"], start=1):
            out.print(f"  {number}: --transportation {option['id']}")


def _options_table(gate: str, options: list[View], shown: View) -> Any:
    if gate == "placement":
        columns = ["option", "to~", "fees#", "discounts#", "transport#", "total#", "per unit#"]
        columns.append("until~")
        rows = [_placement_row(option, shown) for option in options]
        return table("Placement options, cheapest first", columns, rows)
    columns = ["#", "carrier~", "cost#", "total#", "per unit#", "quote until~"]
    columns += ["cancel free until~", "delivery window~"]
    rows = [
        (str(number), *_transport_row(option, shown))
        for number, option in enumerate(options, start=1)
    ]
    return table("Transportation options, cheapest first", columns, rows)


def _placement_row(option: View, shown: View) -> tuple[Any, ...]:
    transport = option["transport"]
    return (
        option["id"],
        option["problem"] or places(option),
        cents(option["fees"]),
        cents(option["discounts"]),
        (cents(transport["cost"]) or "own") if transport else "-",
        cents(option["landed_total"]) or "open",
        option["per_unit"] or "-",
        local(option["expires_at"], shown["marketplace"]),
    )


def _transport_row(option: View, shown: View) -> tuple[Any, ...]:
    place = shown["marketplace"]
    windows = [Window.of_plain(one) for one in option["windows"].values()]
    when = "; ".join(f"{one.start:%d %b} to {one.end:%d %b}" for one in windows)
    return (
        option["way"],
        cents(option["cost"]) or "own",
        cents(option["landed_total"]) or "open",
        option["per_unit"] or "-",
        local(option["expires_at"], place),
        local(option["voidable_until"], place),
        when or ("once chosen" if option["needs_window"] else "not needed"),
    )


def _print_destinations(view: View) -> None:
    if not view["shipments"]:
        return
    columns = ["shipment", "to", "status", "units#", "boxes#", "carrier~", "cost#", "received#"]
    received: dict[str, int] = {}
    for one in view["received"]:
        key = one["amazon_shipment_id"]
        received[key] = received.get(key, 0) + one["quantity_received"]
    rows = (
        (
            one["shipment_confirmation_id"],
            one["destination_fc"],
            one["status"],
            one["units"],
            one["boxes"],
            one["carrier_name"],
            one["transportation_cost"],
            received.get(one["amazon_shipment_id"]),
        )
        for one in view["shipments"]
    )
    out.print(table("Shipments at Amazon", columns, rows))


def _print_labels(view: View) -> None:
    for label in view["labels"]:
        out.print(f"  {label['kind']}: {label['path']}")
