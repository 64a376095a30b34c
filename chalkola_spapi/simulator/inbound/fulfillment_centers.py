"""Where Amazon receives goods: a few fulfilment centres of each marketplace."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.marketplaces import Marketplace


@dataclass(frozen=True, slots=True)
class FulfillmentCenter:
    """A centre, with how far it is (1: as far as usual)."""

    code: str
    city: str
    region: str
    postal_code: str
    country_code: str
    distance: float

    def address(self) -> dict[str, object]:
        """Amazon's Address."""
        return {
            "name": self.code,
            "companyName": "Amazon.com Services",
            "addressLine1": f"{self.code} Fulfillment Way 1",
            "city": self.city,
            "stateOrProvinceCode": self.region,
            "postalCode": self.postal_code,
            "countryCode": self.country_code,
        }


_TABLE = {
    "US": "ABE8 Florence NJ 08518 1.3,LAX9 Fontana CA 92335 0.8,FTW1 Dallas TX 75241 1.0,"
    "MDW2 Joliet IL 60433 1.1,CLT2 Charlotte NC 28214 1.2,PHX6 Phoenix AZ 85043 0.9",
    "CA": "YYZ4 Brampton ON L6Y0B2 0.9,YVR2 Delta BC V3M5R8 1.2,YYC1 Rocky-View AB T4A0N1 1.1,"
    "YOW1 Ottawa ON K4B1P6 1.0",
    "MX": "MEX1 Cuautitlan MEX 54800 0.9,MTY1 Apodaca NLE 66626 1.1,GDL1 Tlajomulco JAL 45640 1.0",
    "GB": "LTN4 Dunstable BDF LU54FE 0.9,BHX4 Coventry WAR CV59BF 1.0,MAN1 Manchester LAN M901AA "
    "1.1,EDI4 Dunfermline FIF KY118ZH 1.3",
    "DE": "LEJ1 Leipzig SN 04347 1.0,FRA3 Bad-Hersfeld HE 36251 0.9,DUS2 Rheinberg NW 47495 1.0,"
    "HAM2 Winsen NI 21423 1.1",
    "FR": "ORY1 Saran CVL 45770 1.0,LIL1 Lauwin-Planque HDF 59553 1.1,"
    "MRS1 Montelimar ARA 26200 1.1,BVA1 Amiens HDF 80440 1.0",
    "IT": "MXP5 Castel-San-Giovanni PC 29015 0.9,FCO1 Passo-Corese RI 02032 1.0,TRN1 Torrazza TO "
    "10037 1.0,BGY1 Casirate BG 24040 1.0",
    "ES": "MAD4 San-Fernando MD 28830 0.9,BCN1 El-Prat B 08820 1.0,SVQ1 Dos-Hermanas SE 41703 1.2",
    "AE": "DXB3 Dubai DU 00000 0.8,AUH1 Abu-Dhabi AZ 00000 1.0,DXB5 Dubai-South DU 00000 0.9",
    "AU": "MEL1 Dandenong VIC 3175 0.9,SYD2 Moorebank NSW 2170 1.0,PER2 Jandakot WA 6164 1.6,"
    "BNE1 Lytton QLD 4178 1.2",
    "JP": "NRT1 Ichikawa Chiba 272-0193 0.9,KIX2 Daito Osaka 574-0024 1.0,HND3 Kawasaki Kanagawa "
    "210-0869 0.9,FSZ1 Odawara Kanagawa 250-0001 1.0",
}


def _parse(country_code: str, text: str) -> FulfillmentCenter:
    code, city, region, postal_code, distance = text.split()
    name = city.replace("-", " ")
    return FulfillmentCenter(code, name, region, postal_code, country_code, float(distance))


CENTERS = {
    country_code: tuple(_parse(country_code, text) for text in row.split(","))
    for country_code, row in _TABLE.items()
}


def choose(marketplace: Marketplace, *, count: int, key: int) -> Sequence[FulfillmentCenter]:
    """`count` centres, the same for the same key; a centre repeats only when all are taken."""
    centers = CENTERS[marketplace.country_code]
    order = sorted(range(len(centers)), key=lambda number: noise.uniform(key, number))
    return [centers[order[number % len(order)]] for number in range(count)]
