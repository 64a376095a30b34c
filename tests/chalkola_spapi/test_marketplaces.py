import pytest

from chalkola_spapi.marketplaces import (
    MARKETPLACES,
    Region,
    UnknownMarketplaceError,
    expand_marketplaces,
    find_marketplace,
)


def test_the_eleven_marketplaces_are_there_in_order():
    assert list(MARKETPLACES) == ["US", "CA", "MX", "UK", "DE", "FR", "IT", "ES", "UAE", "AU", "JP"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("UK", "UK"), ("gb", "UK"), ("AE", "UAE"), (" uae ", "UAE"), ("A1F83G8C2ARO7P", "UK")],
)
def test_a_code_an_alias_and_an_id_find_the_marketplace(text, code):
    assert find_marketplace(text).code == code


@pytest.mark.parametrize("text", ["XX", "", "NA", "united kingdom"])
def test_an_unknown_marketplace_is_one_line_that_names_what_is_allowed(text):
    with pytest.raises(UnknownMarketplaceError) as caught:
        find_marketplace(text)
    message = str(caught.value)
    assert repr(text) in message
    assert "US, CA, MX, UK" in message
    assert "\n" not in message


def test_regions_expand_and_nothing_comes_twice():
    found = expand_marketplaces(["uk", "EU", "US", "na", "GB"])
    assert [m.code for m in found] == ["UK", "DE", "FR", "IT", "ES", "UAE", "US", "CA", "MX"]


def test_an_unknown_name_among_known_ones_is_an_error():
    with pytest.raises(UnknownMarketplaceError, match="'ZZ'"):
        expand_marketplaces(["US", "ZZ"])


def test_every_marketplace_has_a_zone_and_its_own_id():
    assert all(m.zone.key == m.time_zone for m in MARKETPLACES.values())
    assert len({m.marketplace_id for m in MARKETPLACES.values()}) == len(MARKETPLACES)
    assert {m.region for m in MARKETPLACES.values()} == set(Region)
