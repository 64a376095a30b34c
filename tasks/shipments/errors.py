"""Why a shipment does not go on, in words for the person who started it.

* ShipmentError               (exit code 1)
  + ShipmentBusyError         another run works on it
  + OptionsError              Amazon offers nothing that the request allows
  + AmbiguousBoxesError       boxes can be assigned to packing groups in no, or in several, ways
  + ShipmentInputError        what was asked for is wrong (exit code 2)
"""

from __future__ import annotations

from tasks.errors import ChalkolaError, InputError


class ShipmentError(ChalkolaError):
    """A shipment cannot go on; it can be resumed once the cause is gone."""


class ShipmentBusyError(ShipmentError):
    """Another run, here or elsewhere, works on this shipment."""


class OptionsError(ShipmentError):
    """Amazon offers nothing that the request allows."""


class AmbiguousBoxesError(ShipmentError):
    """The boxes' contents do not say which group each belongs to."""


class ShipmentInputError(ShipmentError, InputError):
    """There is no such shipment, option or box, or the request differs from the stored one."""
