"""Spreadsheets are read as a person sees them; hostile ones are a sentence, in bounded memory and time."""

import io
import resource
import subprocess
import sys
import time
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import openpyxl
import pytest

from records import uploads, workbook_child, workbooks
from records.workbooks import Sheet

XMLNS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
WORKBOOK = (
    f'<workbook xmlns="{XMLNS}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
ROOT = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>"
)
ODS_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body><office:spreadsheet>
<table:table table:name="Data">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"""


def archive(parts: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return stream.getvalue()


def xlsx(rows: str = "", **more: str | bytes) -> bytes:
    """A workbook of one sheet with these rows as XML; ``more`` are further parts, or other ones."""
    sheet = f'<worksheet xmlns="{XMLNS}"><sheetData>{rows}</sheetData></worksheet>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": sheet,
    }
    return archive(parts | more)


def ods(rows: str, **more: str) -> bytes:
    parts = {
        "mimetype": uploads.ODS,
        "content.xml": ODS_CONTENT.format(rows=rows),
        "META-INF/manifest.xml": "<m/>",
    }
    return archive(parts | more)


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def cell(place: str, value: str) -> str:
    return f'<c r="{place}"><v>{value}</v></c>'


def rows_of(content: bytes, name: str = "data.xlsx") -> list[list[workbooks.Cell]]:
    (sheet,) = workbooks.read(content, name).sheets
    return sheet.rows


MOMENT = datetime(2026, 7, 14, 13, 5)  # noqa: DTZ001 a spreadsheet knows no time zone

# --- good files -----------------------------------------------------------------------------------


def test_cells_of_xlsx_are_what_the_person_sees():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    sheet.append(["1.250,5", 12, 12.5, True, date(2026, 7, 14), MOMENT, None, "  ", "ujung"])
    sheet.append(
        [
            timedelta(hours=30),
            -3,
            36.900000000000006,
            198001012005011001,
            "a\nb",
            "x" * workbook_child.MAX_TEXT,
        ]
    )
    sheet.append([0.8, 0.125, 0.29])
    for column, form in enumerate(("0%", '0.0"%"', "#,##0.00 %"), start=1):
        sheet.cell(3, column).number_format = form
    assert rows_of(saved(book)) == [
        ["1.250,5", 12, Decimal("12.5"), True, date(2026, 7, 14), date(2026, 7, 14), None, None, "ujung"],
        ["30:00", -3, Decimal("36.9"), 198001012005011000, "a\nb", "x" * workbook_child.MAX_TEXT],
        ["80%", Decimal("0.125"), "29%"],
    ]


def test_empty_rows_and_columns_before_the_data_are_kept_and_those_behind_are_cut():
    book = openpyxl.Workbook()
    book.active["C3"] = "isi"
    book.active["F9"] = " "
    assert rows_of(saved(book)) == [[], [], [None, None, "isi"]]


def test_merged_cells_are_filled():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Program", None, "Jumlah"], ["Kesehatan", "a", 1], [None, "b", 2], [None, "c", 3]):
        sheet.append(row)
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("A2:A4")
    sheet.merge_cells("E1:E20")
    assert rows_of(saved(book)) == [
        ["Program", "Program", "Jumlah"],
        ["Kesehatan", "a", 1],
        ["Kesehatan", "b", 2],
        ["Kesehatan", "c", 3],
    ]


def test_a_formula_gives_its_saved_value_and_an_error_its_name():
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="e"><f>NA()</f><v>#N/A</v></c></row>'
        '<row r="2"><c r="A2" t="str"><f>"a"&amp;"b"</f><v>ab</v></c></row><row r="4"><c r="D4" t="e"><v>#REF!</v></c></row>'
    )
    assert rows_of(xlsx(rows)) == [[2, "#N/A"], ["ab"], [], [None, None, None, "#REF!"]]


def test_ods_is_read_like_xlsx():
    rows = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell/><table:table-cell office:value-type="string"'
        ' table:number-columns-spanned="2" table:number-rows-spanned="2"><text:p>gabung</text:p></table:table-cell>'
        '<table:covered-table-cell/><table:table-cell office:value-type="float" office:value="1.5"/></table:table-row>'
        '<table:table-row><table:table-cell/><table:covered-table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell office:value-type="date" office:date-value="2026-07-14"/>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
        '<table:table-cell calcext:value-type="error" office:value-type="string" office:string-value="">'
        "<text:p>#DIV/0!</text:p></table:table-cell>"
        '<table:table-cell office:value-type="percentage" office:value="0.8"/>'
        '<table:table-cell office:value-type="string"><text:p>1.250,5</text:p></table:table-cell></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/>'
        "</table:table-row>"
    )
    assert rows_of(ods(rows), "data.ods") == [
        [],
        [],
        [None, "gabung", "gabung", Decimal("1.5")],
        [None, "gabung", "gabung", date(2026, 7, 14), True, "#DIV/0!", "80%", "1.250,5"],
    ]


def test_hidden_sheets_are_known_and_charts_are_passed_over():
    book = openpyxl.Workbook()
    book.active.title = "Data"
    book.active["A1"] = 1
    book.create_sheet("Daftar").sheet_state = "hidden"
    book.create_chartsheet("Grafik")
    assert workbooks.read(saved(book), "data.xlsx").sheets == (
        Sheet("Data", [[1]]),
        Sheet("Daftar", [], hidden=True),
    )


def test_a_picture_may_have_a_document_type():
    rows = f'<row r="1">{cell("A1", "1")}</row>'
    assert rows_of(xlsx(rows, **{"xl/media/image1.svg": "<!DOCTYPE svg><svg/>"})) == [[1]]


@pytest.mark.parametrize("size", ["A1", "A1:XFD1048576"])
def test_the_size_a_file_claims_is_not_believed(size):
    sheet = (
        f'<worksheet xmlns="{XMLNS}"><dimension ref="{size}"/><sheetData><row r="1">{cell("A1", "1")}{cell("B1", "2")}'
        f'</row><row r="2">{cell("A2", "3")}</row></sheetData></worksheet>'
    )
    assert rows_of(xlsx(**{"xl/worksheets/sheet1.xml": sheet})) == [[1, 2], [3]]


CSV = {
    "titik koma": ("Kode;Target\r\nA;1.250,5\r\nB;2,5\r\n", "utf-8"),
    "koma": ('Kode,Target\nA,"1.250,5"\nB,"2,5"\n', "utf-8"),
    "tab": ("Kode\tTarget\nA\t1.250,5\nB\t2,5\n", "utf-8"),
    "disebut": ('sep=,\r\nKode,Target\r\nA,"1.250,5"\r\nB,"2,5"\r\n', "utf-8-sig"),
    "bertanda": ("Kode;Target\nA;1.250,5\nB;2,5\n;\n\n", "utf-8-sig"),
    "teks unicode": ("Kode\tTarget\nA\t1.250,5\nB\t2,5\n", "utf-16"),
}


@pytest.mark.parametrize("kind", CSV)
def test_csv_with_any_delimiter(kind):
    text, encoding = CSV[kind]
    assert workbooks.read(text.encode(encoding), "C:\\data\\renja.csv".replace("\\", "/")).sheets == (
        Sheet("renja", [["Kode", "Target"], ["A", "1.250,5"], ["B", "2,5"]]),
    )


def test_csv_from_windows_keeps_its_letters_and_the_guard_of_our_own_export_is_taken_off():
    text = "Nama;Catatan\nDinas “Café”;'=bukan rumus\nO'Neil;'biasa\n"
    assert rows_of(text.encode("cp1252"), "data.CSV") == [
        ["Nama", "Catatan"],
        ["Dinas “Café”", "=bukan rumus"],
        ["O'Neil", "'biasa"],
    ]


# --- bad files ------------------------------------------------------------------------------------


def bomb() -> bytes:
    return xlsx(**{"xl/media/nol.bin": b"0" * (uploads.MAX_UNZIPPED + 1)})


def squeezed() -> bytes:
    """Within the total, but one part packed as tightly as only a bomb is."""
    return xlsx(**{"xl/media/nol.bin": b"0" * (workbooks.RATIO_COUNTS_FROM + 1)})


def laughing() -> bytes:
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghi")
    )
    sheet = f'<?xml version="1.0"?><!-- x --><!DOCTYPE w [{entities}]><worksheet xmlns="{XMLNS}"><sheetData>'
    return xlsx(
        **{
            "xl/worksheets/sheet1.xml": sheet
            + '<row r="1"><c r="A1" t="str"><v>&i;</v></c></row></sheetData></worksheet>'
        }
    )


def locked() -> bytes:
    """A zip whose first entry says it is encrypted."""
    content = bytearray(xlsx())
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.index(sign)
        content[start + place] |= 1
    return bytes(content)


def many_sheets(names: list[str]) -> bytes:
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId1"/>' for n, name in enumerate(names, 1))
    return xlsx(
        **{"xl/workbook.xml": WORKBOOK.replace('<sheet name="Data" sheetId="1" r:id="rId1"/>', listed)}
    )


def cut_off() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    content = saved(book)
    return content[: len(content) // 2]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)
ENCRYPTED = OLE + "EncryptedPackage".encode("utf-16-le")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
WIDE = '<row r="1">' + "".join(f"<c><v>{n}</v></c>" for n in range(200)) + "</row>"
FAR = f'<row r="1">{cell("A1", "1")}</row><row r="1048576">{cell("XFD1048576", "1")}</row>'
DEEP = f'<row r="1">{cell("A1", "1")}</row><row r="300000">{cell("A300000", "1")}</row>'
LONG = f'<table:table-row><table:table-cell office:value-type="string"><text:p>{"x" * 40_000}</text:p></table:table-cell></table:table-row>'
BAD = {
    "kosong.xlsx": (lambda: b"", "kosong"),
    "kosong.csv": (lambda: b"", "kosong"),
    "besar.csv": (lambda: b"a;b\n" * 7_000_000, "Paling besar 25 MB"),
    "bom.xlsx": (bomb, "terlalu besar setelah dibuka"),
    "padat.xlsx": (squeezed, "terlalu besar setelah dibuka"),
    "bagian.xlsx": (
        lambda: xlsx(**{f"x/{n}": b"" for n in range(uploads.MAX_ENTRIES)}),
        "terlalu banyak bagian",
    ),
    "tawa.xlsx": (laughing, "DOCTYPE"),
    "tawa.ods": (lambda: ods("", **{"styles.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "DOCTYPE"),
    "ulasan.xlsx": (
        lambda: xlsx(**{"docProps/app.xml": "<!--" + "x" * 70_000 + "--><!DOCTYPE a><a/>"}),
        "DOCTYPE",
    ),
    "sandi-huruf.xlsx": (lambda: xlsx(**{"docProps/app.xml": "<a/>".encode("utf-16")}), "rusak"),
    "nama-lain.xlsx": (
        lambda: xlsx(**{"xl/worksheets/lembar.txt": b"\xef\xbb\xbf <!DOCTYPE a><a/>"}),
        "DOCTYPE",
    ),
    "makro.xlsx": (lambda: xlsx(**{"xl/vbaProject.bin": b"x"}), "makro"),
    "makro.xlsm": (lambda: xlsx(**{"xl/vbaProject.bin": b"x"}), "makro"),
    "makro-tipe.xlsx": (
        lambda: xlsx(**{"[Content_Types].xml": "<Types a='sheet.macroEnabled.main+xml'/>"}),
        "makro",
    ),
    "lembar-makro.xlsx": (lambda: xlsx(**{"xl/macrosheets/sheet1.xml": "<a/>"}), "makro"),
    "makro.ods": (lambda: ods("", **{"Basic/Standard/Modul.xml": "<a/>"}), "makro"),
    "lama.xls": (lambda: OLE, "simpan sebagai XLSX"),
    "lama.xlsx": (lambda: OLE, "simpan sebagai XLSX"),
    "biner.xlsb": (lambda: archive({"[Content_Types].xml": TYPES, "xl/workbook.bin": b"x"}), "biner"),
    "sandi.xlsx": (lambda: ENCRYPTED, "kata sandi"),
    "sandi-zip.xlsx": (locked, "kata sandi"),
    "sandi.ods": (lambda: ods("", **{"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "kata sandi"),
    "data.ods": (xlsx, "XLSX, tetapi namanya mengatakan lain"),
    "data.csv": (xlsx, "bukan buku kerja"),
    "teks.xlsx": (lambda: b"a;b\n1;2\n", "bukan buku kerja"),
    "gambar.xlsx": (lambda: PNG, "bukan buku kerja"),
    "gambar.csv": (lambda: PNG, "bukan buku kerja"),
    "naskah.xlsx": (
        lambda: archive({"[Content_Types].xml": TYPES, "word/document.xml": "<a/>"}),
        "bukan buku kerja",
    ),
    "arsip.xlsx": (lambda: archive({"a.txt": "x"}), "bukan buku kerja"),
    "terpotong.xlsx": (cut_off, "rusak"),
    "isi-rusak.xlsx": (lambda: xlsx("<row><c><v>1</c></row>"), "rusak"),
    "tanpa-bagian.xlsx": (lambda: xlsx(**{"xl/_rels/workbook.xml.rels": "<a/>"}), "rusak"),
    "tanpa-lembar.xlsx": (lambda: many_sheets([]), "tidak berisi lembar"),
    "tanpa-lembar.ods": (
        lambda: ods(
            "",
            **{"content.xml": ODS_CONTENT.replace('<table:table table:name="Data">{rows}</table:table>', "")},
        ),
        "tidak berisi lembar",
    ),
    "banyak-lembar.xlsx": (lambda: many_sheets([f"L{n}" for n in range(51)]), "51 lembar; paling banyak 50"),
    "kembar.xlsx": (lambda: many_sheets(["Data", "DATA "]), "lebih dari satu lembar bernama “DATA ”"),
    "lebar.xlsx": (lambda: xlsx(WIDE), "“Data” baris 1 terisi sampai kolom ke-200; paling banyak 60 kolom"),
    "lebar.csv": (lambda: b";".join([b"x"] * 200), "kolom ke-200; paling banyak 60"),
    "dalam.xlsx": (lambda: xlsx(DEEP), "sampai baris 300000; paling banyak 200000"),
    "dalam.csv": (lambda: b"\n" * 200_000 + b"x", "sampai baris 200001"),
    "jauh.xlsx": (lambda: xlsx(FAR), "jauh di bawah"),
    "penuh.csv": (
        lambda: b";".join([b"1"] * 60) + (b"\n" + b";".join([b"1"] * 60)) * 41_667,
        "lebih dari 2500000 sel",
    ),
    "panjang.ods": (lambda: ods(LONG), "“Data” baris 1 kolom ke-1 memuat lebih dari 32767"),
    "panjang.csv": (lambda: b"a;" + b"x" * 40_000, "baris 1 kolom ke-2 memuat lebih dari 32767"),
    "kutip.csv": (lambda: b'a;b\n1;2\n"3;4\n5;6\n', "tanda kutip"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_one_sentence_in_bounded_time(name):
    make, words = BAD[name]
    content = make()
    started = time.monotonic()
    with pytest.raises(workbooks.WorkbookRefused) as refusal:
        workbooks.read(content, name)
    assert words in str(refusal.value)
    assert time.monotonic() - started < workbooks.SECONDS


def test_more_cells_than_a_process_should_hold_are_refused_while_they_are_read(monkeypatch):
    monkeypatch.setattr(workbook_child, "MAX_CELLS", 5)
    rows = "".join("<row><c><v>1</v></c><c><v>2</v></c></row>" for _ in range(4))
    read = workbook_child.messages(io.BytesIO(xlsx(rows)))
    assert [next(read) for _ in range(3)] == [{"sheet": "Data", "hidden": False}, [1, 2], [1, 2]]
    with pytest.raises(workbook_child.Refused, match="cells"):
        next(read)


def test_a_million_empty_rows_cost_nothing():
    empty = '<row r="{0}"><c r="A{0}" s="0"/><c r="B{0}" s="0"/></row>'
    rows = f'<row r="1">{cell("A1", "1")}</row>' + "".join(empty.format(n) for n in range(2, 1_000_001))
    started = time.monotonic()
    assert rows_of(xlsx(rows)) == [[1]]
    assert time.monotonic() - started < workbooks.SECONDS


def test_a_child_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(workbooks, "SECONDS", 0.01)
    with pytest.raises(workbooks.WorkbookRefused, match="terlalu lama dibaca"):
        workbooks.read(xlsx(), "data.xlsx")


def test_a_child_that_uses_too_much_processor_is_too_slow():
    code = "from records import workbook_child as c; c.CPU_SECONDS = 1; c.limit()\nwhile True: pass"
    status = subprocess.run([sys.executable, "-c", code], check=False).returncode
    assert status in workbooks.TIME_IS_UP


@pytest.mark.parametrize(
    ("asked", "given"), [(50, True), (workbook_child.MEMORY_BYTES // workbooks.MB, False)]
)
def test_a_child_gets_no_more_memory_than_its_limit(asked, given):
    code = f"from records import workbook_child as c; c.limit(); bytearray({asked} * 1024 * 1024)"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (child.returncode == 0, "MemoryError" in child.stderr) == (given, not given)


def test_a_bomb_is_not_unpacked_here():
    content = bomb()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(workbooks.WorkbookRefused):
        workbooks.read(content, "bom.xlsx")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024


def test_the_child_knows_no_settings():
    code = "import sys, records.workbook_child; print(any(n.split('.')[0] == 'django' for n in sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


def test_letters_nobody_sees_are_not_read():
    """Copied from a web page they make two names of one; whoever types the name never finds the row."""
    text = "\ufeffUnit;Kode\r\nDinas\u200b Kese\u00adhatan\u2060;\u202e1.02\u202c\r\n\u200b;\u200d\r\nDinas Sosial;"
    (sheet,) = workbooks.read(text.encode(), "unit.csv").sheets
    assert sheet.rows == [["Unit", "Kode"], ["Dinas Kesehatan", "1.02"], [], ["Dinas Sosial"]]
