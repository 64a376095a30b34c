"""The happy paths of a shipment, from the request to the labels."""

from __future__ import annotations


def test_two_groups_and_two_shipments_end_with_labels(shipper):
    result = shipper.approved()
    assert result["status"] == "COMPLETED"
    shipper.assert_once()
