"""Figures in the words of the Sales and Traffic report. Percentages are from 0 to 100."""

from chalkola_spapi.simulator.marketplaces import Marketplace
from chalkola_spapi.simulator.sales_and_traffic.figures import Figures

Metrics = dict[str, object]
_B2B_SHARE = 0.08
_BUY_BOX = 97.5


def sales_by_date(figures: Figures, marketplace: Marketplace) -> Metrics:
    refunded = int(figures.units * 0.02)
    shipped = int(figures.units * 0.97)

    def ordered(one: Figures) -> Metrics:
        return _ordered(one, marketplace) | {
            "averageSalesPerOrderItem": _money(marketplace, _ratio(one.cents, one.order_items)),
            "averageUnitsPerOrderItem": round(_ratio(one.units, one.order_items), 2),
            "averageSellingPrice": _money(marketplace, _ratio(one.cents, one.units)),
        }

    return ordered(figures) | {
        "unitsRefunded": refunded,
        "refundRate": _percent(refunded, figures.units),
        "claimsGranted": 0,
        "claimsAmount": _money(marketplace, 0),
        "shippedProductSales": _money(marketplace, figures.cents * 0.97),
        "unitsShipped": shipped,
        "ordersShipped": int(shipped * 0.9),
        **_b2b(marketplace, ordered(figures.part(_B2B_SHARE))),
    }


def traffic_by_date(figures: Figures, marketplace: Marketplace, *, offers: int) -> Metrics:
    def visits(one: Figures) -> Metrics:
        return {
            "browserPageViews": one.browser_views,
            "mobileAppPageViews": one.app_views,
            "pageViews": one.views,
            "browserSessions": one.browser_sessions,
            "mobileAppSessions": one.app_sessions,
            "sessions": one.sessions,
            "buyBoxPercentage": _BUY_BOX,
            "orderItemSessionPercentage": _percent(one.order_items, one.sessions),
            "unitSessionPercentage": _percent(one.units, one.sessions),
        }

    feedback = figures.units // 90
    return visits(figures) | {
        "averageOfferCount": offers,
        "averageParentItems": offers,
        "feedbackReceived": feedback,
        "negativeFeedbackReceived": feedback // 20,
        "receivedNegativeFeedbackRate": _percent(feedback // 20, feedback),
        **_b2b(marketplace, visits(figures.part(_B2B_SHARE))),
    }


def sales_by_asin(figures: Figures, marketplace: Marketplace) -> Metrics:
    business = _ordered(figures.part(_B2B_SHARE), marketplace)
    return _ordered(figures, marketplace) | _b2b(marketplace, business)


def traffic_by_asin(figures: Figures, whole: Figures, marketplace: Marketplace) -> Metrics:
    """The traffic of an ASIN, and what part it is of the `whole`."""

    def visits(one: Figures, all_: Figures) -> Metrics:
        return {
            "browserSessions": one.browser_sessions,
            "mobileAppSessions": one.app_sessions,
            "sessions": one.sessions,
            "browserSessionPercentage": _percent(one.browser_sessions, all_.browser_sessions),
            "mobileAppSessionPercentage": _percent(one.app_sessions, all_.app_sessions),
            "sessionPercentage": _percent(one.sessions, all_.sessions),
            "browserPageViews": one.browser_views,
            "mobileAppPageViews": one.app_views,
            "pageViews": one.views,
            "browserPageViewsPercentage": _percent(one.browser_views, all_.browser_views),
            "mobileAppPageViewsPercentage": _percent(one.app_views, all_.app_views),
            "pageViewsPercentage": _percent(one.views, all_.views),
            "buyBoxPercentage": _BUY_BOX,
            "unitSessionPercentage": _percent(one.units, one.sessions),
        }

    business = visits(figures.part(_B2B_SHARE), whole.part(_B2B_SHARE))
    return visits(figures, whole) | _b2b(marketplace, business)


def _ordered(figures: Figures, marketplace: Marketplace) -> Metrics:
    return {
        "orderedProductSales": _money(marketplace, figures.cents),
        "unitsOrdered": figures.units,
        "totalOrderItems": figures.order_items,
    }


def _b2b(marketplace: Marketplace, metrics: Metrics) -> Metrics:
    if marketplace.country_code != "US":
        return {}
    return {f"{name}B2B": value for name, value in metrics.items()}


def _money(marketplace: Marketplace, cents: float) -> Metrics:
    digits = 0 if marketplace.currency == "JPY" else 2
    return {"amount": round(cents / 100, digits), "currencyCode": marketplace.currency}


def _percent(part: int, whole: int) -> float:
    return round(100 * _ratio(part, whole), 2)


def _ratio(part: float, whole: int) -> float:
    return part / whole if whole else 0.0
