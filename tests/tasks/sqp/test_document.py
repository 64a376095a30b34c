"""A document becomes exactly its rows, or an error: never fewer, never other ones."""

from __future__ import annotations

import gzip
import json
import resource
from dataclasses import replace

import psycopg2
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xxhash import xxh3_128

from tasks.documents.copy_text import copy_text
from tasks.documents.errors import DocumentMismatchError, MalformedDocumentError
from tasks.sqp.document import (
    COPY_COLUMNS,
    ParsedDocument,
    read_report_specification,
    write_copy_file,
)
from tasks.sqp.lines import RUN_ROWS
from tasks.sqp.rows import METRIC_COLUMNS

ODD_QUERIES = [
    'a},{"b',
    "},{",
    "] } ",
    '{"dataByAsin":[',
    'say "chalk"',
    "tab\there",
    "line\nbreak\r\n",
    "back\\slash \\n \\. \\N",
    "null",
    "NULL",
    "",
    " ",
    "emoji 🖍️ é 標籤",
    "x" * 500,
    "🖍" * 500,
    "nul\0inside",
    "\\u0000",
    "\\.",
]


def cells(parsed: ParsedDocument) -> list[dict[str, str]]:
    lines = parsed.path.read_text().removesuffix("\n").split("\n")
    return [dict(zip(COPY_COLUMNS, line.split("\t"), strict=True)) for line in lines if line]


def refuse(parse, document, *, is_retryable: bool, match: str) -> None:
    with pytest.raises(MalformedDocumentError, match=match) as caught:
        parse(document)
    assert caught.value.is_retryable is is_retryable
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("is_gzip", [True, False])
@pytest.mark.parametrize("is_behind", [True, False])
def test_amazons_shape_compact_or_pretty_with_its_specification_on_either_side(
    sqp, parse_sqp, indent, is_gzip, is_behind
):
    document = sqp.document([sqp.row(query) for query in ODD_QUERIES])
    if is_behind:
        document = dict(reversed(document.items()))
    parsed = parse_sqp(json.dumps(document, indent=indent), is_gzip=is_gzip)
    assert parsed.rows == len(ODD_QUERIES)
    assert parsed.specification == sqp.specification
    found = [row["search_query"] for row in cells(parsed)]
    assert found == [copy_text(query) for query in sorted(ODD_QUERIES, key=str.encode)]


def test_each_metric_lands_in_its_column(sqp, parse_sqp):
    row = sqp.row()
    names = iter(range(100, 200))
    for group in ("searchQueryData", "impressionData", "clickData", "cartAddData", "purchaseData"):
        for name, value in row[group].items():
            if isinstance(value, dict):
                row[group][name] = {"amount": next(names), "currencyCode": f"C{next(names)}"}
            elif name != "searchQuery":
                row[group][name] = next(names)
    [line] = cells(parse_sqp(sqp.document([row])))
    values = [line[column].removeprefix("C") for column in METRIC_COLUMNS]
    assert values == [str(number) for number in range(100, 138)]
    assert line["total_impressions"] == "102"
    assert line["asin_median_purchase_price_currency_code"] == "C134"


def test_the_columns_are_those_of_the_table(any_engine):
    columns = [item["name"] for item in sa.inspect(any_engine).get_columns("sqp_data", "chalkola")]
    assert [*COPY_COLUMNS, "created_at", "updated_at"] == columns


def test_numbers_keep_every_digit(sqp, parse_sqp):
    text = json.dumps(sqp.document([sqp.row()])).replace("0.0765", "0.07650000000000000000000001")
    [line] = cells(parse_sqp(text))
    assert line["asin_impression_share"] == "0.07650000000000000000000001"


def test_missing_and_null_prices_and_metrics_are_null(sqp, parse_sqp):
    row = sqp.row()
    row["clickData"]["totalMedianClickPrice"] = None
    del row["clickData"]["asinMedianClickPrice"]
    row["cartAddData"]["totalMedianCartAddPrice"] = {"currencyCode": "USD"}
    row["cartAddData"]["asinMedianCartAddPrice"] = {"amount": None, "currencyCode": None}
    row["purchaseData"]["asinPurchaseShare"] = None
    del row["searchQueryData"]["searchQueryVolume"]
    [line] = cells(parse_sqp(sqp.document([row])))
    nulls = {column for column, value in line.items() if value == "null"}
    assert nulls == {
        "total_median_click_price_amount",
        "total_median_click_price_currency_code",
        "asin_median_click_price_amount",
        "asin_median_click_price_currency_code",
        "total_median_cart_add_price_amount",
        "asin_median_cart_add_price_amount",
        "asin_median_cart_add_price_currency_code",
        "asin_purchase_share",
        "search_query_volume",
        "extra",
    }


def test_unknown_fields_of_every_level_are_kept_and_named(sqp, parse_sqp):
    row = sqp.row("second")
    row["newTop"] = {"nul": "a\0b\\u0000", "n": [1.50, None, True]}
    row["clickData"]["newCount"] = 12345678901234567890.10
    row["clickData"]["totalMedianClickPrice"]["taxes"] = "in\tcl"
    text = json.dumps(sqp.document([sqp.row("first"), row]) | {"nextToken": "x"})
    parsed = parse_sqp(text.replace("1.5,", "1.50,"))
    assert parsed.extra_fields == (
        "clickData.newCount",
        "clickData.totalMedianClickPrice.taxes",
        "newTop",
        "nextToken",
    )
    first, second = cells(parsed)
    assert first["extra"] == "null"
    extra = second["extra"].encode().decode("unicode_escape")
    assert "1.50" in second["extra"]
    assert json.loads(extra)["newTop"]["nul"] == "ab\0" or "ab" in extra
    assert json.loads(extra)["clickData.totalMedianClickPrice.taxes"] == "in\tcl"


def test_of_a_key_that_is_repeated_the_last_row_counts_whole(sqp, parse_sqp):
    with_more, plain = sqp.row("same") | {"more": 1}, sqp.row("same", clicks=7)
    rows = [sqp.row("other") | {"more": 2}, with_more, plain]
    other, same = cells(parse_sqp(sqp.document(rows)))
    assert (other["extra"], same["extra"]) == ('{"more":2}', "null")
    assert same["total_clicks"] == "7"


def test_a_list_for_a_number_is_an_error_however_it_is_indented(sqp, parse_sqp):
    row = sqp.row()
    row["clickData"]["totalClickCount"] = [1, 2]
    text = json.dumps(sqp.document([row]), indent="\t")
    refuse(parse_sqp, text, is_retryable=False, match="total_clicks of B000000001")


def test_a_document_without_rows_is_no_error(sqp, parse_sqp):
    parsed = parse_sqp(sqp.document([]))
    assert (parsed.rows, parsed.path.read_bytes()) == (0, b"")


def test_the_checksum_is_that_of_the_file(sqp, parse_sqp):
    parsed = parse_sqp(sqp.document([sqp.row()]))
    content = parsed.path.read_bytes()
    assert parsed.checksum == xxh3_128(content).hexdigest()


def test_what_is_parsed_survives_json(sqp, parse_sqp):
    parsed = parse_sqp(sqp.document([sqp.row()]) | {"more": 1})
    assert ParsedDocument.from_dict(json.loads(json.dumps(parsed.to_dict()))) == parsed


def test_a_document_of_many_pieces_is_read_whole(sqp, parse_sqp):
    rows = [sqp.row(f"{number} {ODD_QUERIES[number % 5]}") for number in range(4000)]
    rows[2500]["late"] = 1
    parsed = parse_sqp(json.dumps(sqp.document(rows)))
    assert parsed.rows == 4000
    assert parsed.extra_fields == ("late",)
    queries = [row["search_query"] for row in cells(parsed)]
    asked = sorted((row["searchQueryData"]["searchQuery"] for row in rows), key=str.encode)
    assert queries == [copy_text(query) for query in asked]


def test_rows_come_in_runs_in_the_order_of_the_tables_key(sqp, parse_sqp):
    rows = [
        sqp.row(f"{number:05d}", asin=f"B00000000{2 - number % 2}")
        for number in range(RUN_ROWS + 999)
    ]
    found = cells(parse_sqp(sqp.document(rows)))
    first, rest = found[:RUN_ROWS], found[RUN_ROWS:]
    assert len(rest) == 999
    for run in (first, rest):
        keys = [(row["asin"], row["search_query"]) for row in run]
        assert keys == sorted(keys)


def test_the_checksum_of_the_rows_is_the_same_in_another_report(sqp, parse_sqp):
    document = sqp.document([sqp.row("a"), sqp.row("b")])
    parsed = parse_sqp(document)
    again = parse_sqp(document, context=replace(sqp.context, report_id="another"))
    other = parse_sqp(sqp.document([sqp.row("a"), sqp.row("b", clicks=7)]))
    assert parsed.content_checksum == again.content_checksum != other.content_checksum
    assert parsed.checksum != again.checksum


def test_the_lines_of_each_asin_are_counted(sqp, parse_sqp):
    asked, other = sqp.context.asins[:2]
    rows = [sqp.row(f"{number} {query}", asin=asked) for number, query in enumerate(ODD_QUERIES)]
    parsed = parse_sqp(sqp.document([*rows, rows[0], sqp.row("x", asin="B00000STRA")]))
    assert parsed.rows == len(rows) + 2
    # A key that is repeated within a run is one line.
    counts = {asked: len(rows), other: 0, "B00000STRA": 1}
    assert counts.items() <= parsed.rows_by_asin.items()


def test_memory_stays_flat(sqp, tmp_path):
    row = json.dumps(sqp.row("query")).encode()
    specification = json.dumps(sqp.specification).encode()
    raw = tmp_path / "large.gz"
    with gzip.open(raw, "wb", compresslevel=1) as file:
        file.write(b'{"reportSpecification":%b,"dataByAsin":[' % specification)
        file.write(b",".join([row] * 1000))
        for _ in range(59):
            file.write(b"," + b",".join([row] * 1000))
        file.write(b"]}")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    parsed = write_copy_file(raw, is_gzip=True, target=tmp_path / "large.copy", context=sqp.context)
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert parsed.rows == 60_000
    assert grown_mb < 60


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reportType", "GET_BRAND_ANALYTICS_SEARCH_TERMS_REPORT"),
        ("reportOptions", {"reportPeriod": "MONTH", "asin": "B000000001 B000000002"}),
        ("reportOptions", {"reportPeriod": "WEEK", "asin": "B000000001"}),
        ("dataStartTime", "2026-01-18T00:00:00Z"),
        ("dataEndTime", "2026-02-01"),
        ("marketplaceIds", ["A2EUQ1WTGCTBG2"]),
    ],
)
@pytest.mark.parametrize("is_behind", [True, False])
def test_a_document_that_answers_another_request_is_refused(
    sqp, parse_sqp, tmp_path, name, value, is_behind
):
    document = sqp.document([sqp.row()])
    document["reportSpecification"][name] = value
    if is_behind:
        document = dict(reversed(document.items()))
    with pytest.raises(DocumentMismatchError, match="answers another request") as caught:
        parse_sqp(document)
    assert caught.value.specification == document["reportSpecification"]
    assert list((tmp_path / "parsed").iterdir()) == []


def test_a_specification_that_says_it_differently_fits(sqp, parse_sqp):
    document = sqp.document([sqp.row()])
    document["reportSpecification"] |= {
        "dataStartTime": "2026-01-25T00:00:00+00:00",
        "reportOptions": {"reportPeriod": "WEEK", "asin": "B000000002 B000000001", "more": "1"},
    }
    assert parse_sqp(document).rows == 1
    del document["reportSpecification"]
    assert parse_sqp(document).specification == {}


def test_rows_of_other_asins_are_kept_where_the_document_is_ours(sqp, parse_sqp, caplog):
    parsed = parse_sqp(sqp.document([sqp.row(), sqp.row(asin="B0STRANGE\t")]))
    assert parsed.rows == 2
    assert "\tB0STRANGE\\t\t" in parsed.path.read_text()
    assert "not asked for: B0STRANGE" in caplog.text


def test_rows_of_other_asins_are_refused_where_it_does_not_say_whose_it_is(sqp, parse_sqp):
    document = sqp.document([sqp.row(asin="B0STRANGER")])
    del document["reportSpecification"]
    with pytest.raises(DocumentMismatchError, match="B0STRANGER"):
        parse_sqp(document)


def test_rows_of_another_period_are_refused(sqp, parse_sqp):
    row = sqp.row() | {"endDate": "2026-02-01"}
    refuse(parse_sqp, sqp.document([row]), is_retryable=False, match="a row of 2026-01-25 to")


@pytest.mark.parametrize(
    ("break_row", "match"),
    [
        (lambda row: row.pop("asin"), "asin"),
        (lambda row: row["searchQueryData"].pop("searchQuery"), "searchQuery"),
        (lambda row: row.pop("purchaseData"), "purchaseData"),
        (lambda row: row.update(clickData=[]), "clickData"),
        (lambda row: row["searchQueryData"].update(searchQueryScore="5"), "search_query_score of"),
        (lambda row: row["clickData"].update(totalClickCount=True), "total_clicks of B000000001"),
        (lambda row: row["clickData"].update(totalClickRate={"a": 1}), "total_click_rate"),
    ],
)
def test_an_unknown_shape_of_a_row_is_an_error_and_not_downloaded_again(
    sqp, parse_sqp, break_row, match
):
    row = sqp.row()
    break_row(row)
    refuse(parse_sqp, sqp.document([sqp.row(), row]), is_retryable=False, match=match)


@pytest.mark.parametrize(
    ("document", "match"),
    [
        ({"errorDetails": "no"}, "no dataByAsin, but errorDetails"),
        ({"dataByAsin": None}, "no dataByAsin"),
        ({}, "nothing"),
        ([], "no object"),
        ("7", "no object"),
        ({"dataByDepartment": [{"dataByAsin": [{"asin": "B000000001"}]}]}, "dataBySearchQuery"),
        ({"dataByDepartment": {}}, "array"),
    ],
)
def test_an_unknown_document_is_an_error_and_not_downloaded_again(parse_sqp, document, match):
    refuse(parse_sqp, document, is_retryable=False, match=match)


@pytest.mark.parametrize("cut", [0, 1, 20, 400, 700, -1, -2, -300])
def test_a_truncated_document_may_be_downloaded_again(sqp, parse_sqp, tmp_path, cut):
    text = json.dumps(sqp.document([sqp.row(), sqp.row("second")]))[:cut]
    refuse(parse_sqp, text, is_retryable=True, match="damaged")
    assert list((tmp_path / "parsed").iterdir()) == []


@pytest.mark.parametrize(
    "text", ['{"dataByAsin":[{]}', '{"dataByAsin":[]} x', "<html>", '{"dataByAsin":[],}', "NaN"]
)
def test_text_that_is_no_json_may_be_downloaded_again(parse_sqp, text):
    refuse(parse_sqp, text, is_retryable=True, match="damaged")


def test_a_damaged_gzip_and_other_charsets_may_be_downloaded_again(sqp, tmp_path):
    raw = sqp.write(sqp.document([sqp.row()]))
    raw.write_bytes(raw.read_bytes()[:-20])
    latin = sqp.write(json.dumps(sqp.document([sqp.row("é")]), ensure_ascii=False).encode("latin1"))
    for path in (raw, latin):
        with pytest.raises(MalformedDocumentError) as caught:
            write_copy_file(path, is_gzip=True, target=tmp_path / "x", context=sqp.context)
        assert caught.value.is_retryable


def test_half_a_surrogate_pair_is_damage(sqp, parse_sqp):
    text = json.dumps(sqp.document([sqp.row("QUERY")])).replace("QUERY", "\\ud83d")
    refuse(parse_sqp, text, is_retryable=True, match="damaged")
    text = json.dumps(sqp.document([sqp.row() | {"new": "QUERY"}])).replace("QUERY", "\\ud83d")
    refuse(parse_sqp, text, is_retryable=True, match="damaged")


def test_a_byte_order_mark_is_no_damage(sqp, parse_sqp):
    text = json.dumps(sqp.document([sqp.row()]))
    assert parse_sqp(b"\xef\xbb\xbf" + text.encode()).rows == 1


def departments(sqp) -> list[dict]:
    row = sqp.row()
    flat = {name: value for group in list(row.values())[3:] for name, value in group.items()}
    second = flat | {"searchQuery": "second", "searchQueryScore": 1, "new": 7}
    asins = [{"asin": "B000000001", "dataBySearchQuery": [flat, second]}]
    return [{"departmentName": "Office", "dataByAsin": asins}]


@pytest.mark.parametrize("is_bare", [True, False])
def test_the_guides_shape_gives_the_same_rows(sqp, parse_sqp, is_bare):
    nested = departments(sqp)
    parsed = parse_sqp(nested if is_bare else {"dataByDepartment": nested})
    assert parsed.extra_fields == ("departmentName", "new")
    [expected] = cells(parse_sqp(sqp.document([sqp.row()])))
    parsed = parse_sqp(nested if is_bare else {"dataByDepartment": nested})
    first, second = cells(parsed)
    assert first | {"extra": "null"} == expected
    assert json.loads(second["extra"]) == {"departmentName": "Office", "new": 7}
    assert second["search_query"] == "second"


def test_the_guides_shape_is_checked_too(sqp, parse_sqp):
    document = {"reportSpecification": sqp.specification, "dataByDepartment": departments(sqp)}
    assert parse_sqp(document).specification == sqp.specification
    with pytest.raises(DocumentMismatchError):
        parse_sqp(document, context=replace(sqp.context, report_period="MONTH"))


@pytest.mark.parametrize("is_behind", [True, False])
def test_the_specification_alone_names_the_asins(sqp, is_behind):
    document = sqp.document([sqp.row(str(number)) for number in range(2000)])
    if is_behind:
        document = dict(reversed(document.items()))
    raw = sqp.write(document)
    assert read_report_specification(raw, is_gzip=True) == list(sqp.context.asins)
    raw = sqp.write({"dataByAsin": []})
    assert read_report_specification(raw, is_gzip=True) is None
    with pytest.raises(MalformedDocumentError):
        read_report_specification(sqp.write("{"), is_gzip=True)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), min_size=1))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_postgres_reads_back_every_query_as_it_was(sqp, parse_sqp, embedded_postgres, queries):
    parsed = parse_sqp(json.dumps(sqp.document([sqp.row(query) for query in queries])))
    url = embedded_postgres.url("postgres")
    connection = psycopg2.connect(
        host=url.query["host"], user=url.username, password=url.password, dbname=url.database
    )
    with connection, connection.cursor() as cursor, parsed.path.open("rb") as file:
        columns = ", ".join(f"{column} TEXT" for column in COPY_COLUMNS)
        cursor.execute(f"CREATE TEMP TABLE read ({columns}) ON COMMIT DROP")
        cursor.copy_expert("COPY read FROM STDIN (FORMAT text, NULL 'null')", file)
        cursor.execute("SELECT search_query FROM read")
        found = sorted(query for (query,) in cursor.fetchall())
    connection.close()
    assert found == sorted({query.replace("\0", "") for query in queries})
