"""Delivery windows: when a shipment arrives that a carrier of one's own brings.

https://developer-docs.amazon.com/sp-api/reference/listdeliverywindowoptions
"""

from pydantic import AwareDatetime

from chalkola_spapi.fields import Many
from chalkola_spapi.inbound_models.money import Incentive
from chalkola_spapi.inbound_models.paging import Page
from chalkola_spapi.responses import Model


class DeliveryWindowOption(Model):
    """One window, offered until `valid_until`.

    `availability_type` is AVAILABLE, DISCOUNTED, CONGESTED or BLOCKED.
    """

    delivery_window_option_id: str
    availability_type: str
    start_date: AwareDatetime
    end_date: AwareDatetime
    valid_until: AwareDatetime
    discounts: Many[Incentive] = ()


class SelectedDeliveryWindow(Model):
    """The window that was confirmed."""

    delivery_window_option_id: str
    availability_type: str
    start_date: AwareDatetime
    end_date: AwareDatetime
    editable_until: AwareDatetime | None = None


class ListDeliveryWindowOptionsResponse(Page):
    """A page of windows, in no promised order."""

    delivery_window_options: tuple[DeliveryWindowOption, ...]
