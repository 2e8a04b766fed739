"""A one-page PDF, so that the evidence of the demo is a file that opens."""

LEADING = 18


def note(lines: list[str]) -> bytes:
    """A page of plain lines, the first one larger. Letters outside Windows-1252 become question marks."""
    heading, *others = [f"({_escaped(line)}) Tj T*" for line in lines]
    drawn = [f"BT 56 770 Td {LEADING} TL /F 15 Tf", heading, "T* /F 11 Tf", *others, "ET"]
    stream = "\n".join(drawn).encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
        b"/Encoding /WinAnsiEncoding >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    written, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(written))
    )


def _escaped(line: str) -> str:
    """A line as it stands between the brackets of a PDF string."""
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
