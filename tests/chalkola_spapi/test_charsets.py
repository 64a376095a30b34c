import pytest

from chalkola_spapi.charsets import decode, find_codec


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("Cp1252", "cp1252"),
        ("windows-31j", "cp932"),
        ("Shift_JIS", "cp932"),
        ("sjis", "cp932"),
        ("ISO-8859-1", "cp1252"),
        ("no-such-charset", None),
        ("a\0b", None),
        ("", None),
        (None, None),
    ],
)
def test_amazons_charsets_have_codecs(charset, codec):
    assert find_codec(charset) == codec


@pytest.mark.parametrize(
    ("raw", "charset", "text"),
    [
        ("Grüße".encode("cp1252"), "Cp1252", "Grüße"),
        ("期間①".encode("cp932"), "Shift_JIS", "期間①"),
        ("Grüße".encode(), None, "Grüße"),
        ("\ufeffGrüße".encode(), "UTF-8", "Grüße"),
        ("Grüße".encode("cp1252"), None, "Grüße"),
        (b"a\x81b", None, "a\ufffdb"),
        (b"6161", "hex", "6161"),
    ],
)
def test_the_named_charset_then_utf8_then_cp1252(raw, charset, text):
    assert decode(raw, charset=charset) == text
