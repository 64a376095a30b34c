"""What the control endpoint does to stock, in FBA and in AWD."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from chalkola_spapi.simulator.state import State


class _StockOrder(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    do: Literal["change", "remove", "add", "hold"]
    sku: str = ""
    marketplace: str | None = None
    asin: str | None = None
    quantities: dict[str, int] = Field(default_factory=dict)


class _AwdOrder(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    do: Literal["change", "remove"]
    sku: str
    quantities: dict[str, int] = Field(default_factory=dict)


def change_stock(state: State, body: dict[str, object]) -> None:
    """Do to FBA's stock what `Stock` can do."""
    order = _StockOrder.model_validate(body)
    match order.do:
        case "hold":
            state.stock.hold()
        case "remove":
            state.stock.remove(order.sku, marketplace=order.marketplace)
        case "change":
            state.stock.change(order.sku, marketplace=order.marketplace, **order.quantities)
        case "add":
            if not order.sku:
                raise ValueError("sku must not be empty")
            state.stock.add(
                order.sku, marketplace=order.marketplace, asin=order.asin, **order.quantities
            )


def change_awd(state: State, body: dict[str, object]) -> None:
    """Do to AWD's stock what `AwdInventory` can do."""
    order = _AwdOrder.model_validate(body)
    if order.do == "remove":
        state.awd.remove(order.sku)
    else:
        state.awd.change(order.sku, **order.quantities)
