"""Small PDF files by hand: pages of text lines, and nothing else.

https://opensource.adobe.com/dc-acrobat-sdk-docs/pdfstandards/PDF32000_2008.pdf
"""

from collections.abc import Sequence

_LINE_PT = 18
_MARGIN_PT = 36
_FONT_SIZE_PT = 12

Size = tuple[int, int]
LETTER: Size = (612, 792)
A4: Size = (595, 842)
THERMAL: Size = (288, 432)


def write_pdf(pages: Sequence[Sequence[str]], *, size: Size) -> bytes:
    """A document with a page for each of `pages`, whose lines it shows; `size` in points."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, lines in enumerate(pages):
        page = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>"
        )
        objects += [page.encode(), _content(lines, height=size[1])]
    return _assembled(objects)


def _content(lines: Sequence[str], *, height: int) -> bytes:
    start = f"BT /F1 {_FONT_SIZE_PT} Tf {_LINE_PT} TL {_MARGIN_PT} {height - 2 * _MARGIN_PT} Td"
    shown = [b"(" + _escaped(line) + b") Tj T*" for line in lines]
    stream = b"\n".join([start.encode(), *shown, b"ET"])
    return b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream)


def _escaped(line: str) -> bytes:
    raw = line.encode("cp1252", "replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _assembled(objects: Sequence[bytes]) -> bytes:
    body = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    entries = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, entries)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + table + trailer
