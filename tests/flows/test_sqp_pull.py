"""A pull from the request to the table."""

from __future__ import annotations


def test_every_column_of_every_row_is_what_was_served(seller):
    result = seller.pull("US", "UK", asins=seller.asins(40))

    assert result["counts"] == {
        "loaded": 6, "no_data": 0, "pending": 0, "planned": 0, "fatal": 0, "failed": 0
    }
    served = seller.served()
    assert len(served) > 1000
    assert seller.stored() == served
