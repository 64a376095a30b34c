"""A simulator on a port, a seller that calls it with httpx, and Amazon's models as a judge."""

import gzip
import json
import os
import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import jsonschema
import pytest

from chalkola_spapi.simulator import ManualClock, Progress, serve

SQP = "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"
# A Tuesday: the week that ended on Saturday, 21 November, is just published in the US.
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WEEK = ("2026-11-15", "2026-11-21")
MODEL_FILES = (
    "reports_2021-06-30",
    "sellers",
    "fbaInventory",
    "awd_2024-05-09",
    "fulfillmentInbound_2024-03-20",
    "fulfillmentInboundV0",
)


class Models:
    """Amazon's OpenAPI models: which schema an answer must obey."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self._validators = {}
        self._loaded = {}
        self._routes = [
            (method.upper(), re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), operation, model)
            for model in (self.load(name) for name in MODEL_FILES)
            for path, methods in model["paths"].items()
            for method, operation in methods.items()
            if method != "parameters"
        ]

    def load(self, name):
        if name not in self._loaded:
            self._loaded[name] = json.loads((self.folder / f"{name}.json").read_text())
        return self._loaded[name]

    def check(self, response):
        """Fails unless Amazon's model of the operation allows this answer."""
        operation, model = self._find(response.request)
        key = operation["operationId"], str(response.status_code)
        schema = operation["responses"][key[1]].get("schema")
        if schema is None:
            assert response.content == b""
            return
        if key not in self._validators:
            whole = {**schema, "definitions": model["definitions"]}
            self._validators[key] = jsonschema.Draft4Validator(whole)
        self._validators[key].validate(response.json())

    def definition(self, method, template):
        """What a model says of the operation of a path's template."""
        return next(
            methods[method.lower()]
            for model in map(self.load, MODEL_FILES)
            for path, methods in model["paths"].items()
            if path == template and method.lower() in methods
        )

    def _find(self, request):
        return next(
            (operation, model)
            for method, path, operation, model in self._routes
            if method == request.method and path.fullmatch(request.url.path)
        )


class Seller:
    """One account: gets its token at first use and sends the header that Amazon wants."""

    def __init__(self, simulator, refresh_token, models):
        self.simulator = simulator
        self.refresh_token = refresh_token
        self.checked = models
        self.http = httpx.Client(base_url=simulator.url)
        self.access_token = None

    def authorize(self):
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self.refresh_token,
            "client_id": "client",
            "client_secret": "secret",
        }
        self.access_token = self.http.post("/auth/o2/token", data=form).json()["access_token"]

    def call(self, method, path, **kwargs):
        if self.access_token is None:
            self.authorize()
        headers = {"x-amz-access-token": self.access_token, **kwargs.pop("headers", {})}
        response = self.http.request(method, path, headers=headers, **kwargs)
        if self.checked is not None:
            self.checked.check(response)
        return response

    def get(self, path, **params):
        return self.call("GET", path, params=params)

    def create(self, **changes):
        """createReport of an SQP week; the answer."""
        return self.call("POST", "/reports/2021-06-30/reports", json=sqp_body(**changes))

    def report_id(self, **changes):
        return self.create(**changes).json()["reportId"]

    def report(self, report_id):
        return self.get(f"/reports/2021-06-30/reports/{report_id}").json()

    def reports(self, **params):
        return self.get("/reports/2021-06-30/reports", **params)

    def cancel(self, report_id):
        return self.call("DELETE", f"/reports/2021-06-30/reports/{report_id}")

    def url(self, report):
        path = f"/reports/2021-06-30/documents/{report['reportDocumentId']}"
        return self.get(path).json()["url"]

    def document(self, report):
        """The document of a report, unzipped and parsed."""
        return json.loads(gzip.decompress(httpx.get(self.url(report)).content))


class Ended:
    """Asks for reports of any type and lets them end."""

    def __init__(self, seller, clock):
        self.seller = seller
        self.clock = clock

    def __call__(self, kind, *, marketplace="ATVPDKIKX0DER", days=WEEK, options=None, **body):
        """The report, at its end."""
        report_id = self.seller.report_id(
            reportType=kind,
            marketplaceIds=[marketplace],
            reportOptions=options,
            dataStartTime=days[0],
            dataEndTime=days[1],
            **body,
        )
        self.clock.advance(timedelta(minutes=2))
        return self.seller.report(report_id)

    def data(self, kind, **query):
        """The JSON document of a report that must be DONE."""
        report = self(kind, **query)
        assert report["processingStatus"] == "DONE", report
        return self.seller.document(report)

    def error(self, kind, **query):
        """The explanation of a report that must be FATAL."""
        report = self(kind, **query)
        assert report["processingStatus"] == "FATAL", report
        return self.seller.document(report)["errorDetails"]

    def download(self, kind, **query):
        """The text of a flat file that must be DONE, and its Content-Type."""
        report = self(kind, **query)
        assert report["processingStatus"] == "DONE", report
        response = httpx.get(self.seller.url(report))
        content_type = response.headers["content-type"]
        charset = content_type.partition("charset=")[2].replace("windows-31j", "cp932")
        return gzip.decompress(response.content).decode(charset), content_type

    def rows(self, kind, **query):
        """The rows of a flat file that must be DONE."""
        head, *lines = self.download(kind, **query)[0].splitlines()
        columns = head.split("\t")
        return [dict(zip(columns, line.split("\t"), strict=True)) for line in lines]


def sqp_body(**changes):
    body = {
        "reportType": SQP,
        "marketplaceIds": ["ATVPDKIKX0DER"],
        "dataStartTime": "2026-11-15T00:00:00Z",
        "dataEndTime": "2026-11-21T00:00:00Z",
        "reportOptions": {"reportPeriod": "WEEK", "asin": "B0CHALK001 B0CHALK002"},
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


@pytest.fixture(scope="session")
def optional_models():
    folder = os.environ.get("SPAPI_MODELS_DIR")
    return Models(folder) if folder else None


@pytest.fixture
def models(optional_models):
    if optional_models is None:
        pytest.skip("SPAPI_MODELS_DIR is unset: Amazon's models are not at hand")
    return optional_models


@pytest.fixture
def clock():
    return ManualClock(NOW)


@pytest.fixture(scope="session")
def leaving():
    """Threads that stop simulators: uvicorn takes 0.2 s to leave, and no test needs to wait."""
    threads = []
    yield threads
    for thread in threads:
        thread.join()


@pytest.fixture(scope="session")
def running():
    simulator = serve(clock=ManualClock(NOW), progress=Progress(spread=0))
    with simulator:
        yield simulator


@pytest.fixture
def shared(running):
    """One simulator for all tests, as if new; a module takes it for its `simulator` and `clock`."""
    running.state.clock._now = NOW
    running.state.reset()
    return running


@pytest.fixture
def simulate(clock, leaving):
    """Starts simulators; all are stopped at the end."""
    running = []

    def start(**options):
        options = {"clock": clock, "progress": Progress(spread=0), **options}
        simulator = serve(**options)
        simulator.start()
        running.append(simulator)
        return simulator

    yield start
    for simulator in running:
        leaving.append(threading.Thread(target=simulator.stop))
        leaving[-1].start()


@pytest.fixture
def simulator(simulate):
    return simulate()


@pytest.fixture
def enter(optional_models):
    """Makes a seller of a simulator; every answer that it gets is checked by Amazon's models."""
    sellers = []

    def seller(simulator, refresh_token="Atzr|one"):
        sellers.append(Seller(simulator, refresh_token, optional_models))
        return sellers[-1]

    yield seller
    for one in sellers:
        one.http.close()


@pytest.fixture
def seller(simulator, enter):
    return enter(simulator)


@pytest.fixture
def ended(seller, clock):
    return Ended(seller, clock)
