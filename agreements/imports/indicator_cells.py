"""The columns of the sheet “Indikator” and what their cells say."""

from decimal import Decimal
from typing import Any

from import_export.widgets import Widget

from agreements.enums import Accumulation, Calendar, Kind, Method, Polarity
from agreements.imports.catalogue import stored_scales
from agreements.imports.lookups import Lookup, fold, short, unit_choices
from agreements.imports.objectives import period_of
from agreements.imports.positions import UNIT, position_named, positions_of, quietly
from agreements.imports.resources import Row
from agreements.imports.spec import Column, Context
from agreements.imports.widgets import NumberWidget, ReferenceWidget, is_empty, text_of
from agreements.models import Position, Scale
from perjanjian.numerals import MONTHS, format_number

TARGET = "target_"


# --- cells ------------------------------------------------------------------------------------


class ScaleWidget(ReferenceWidget):
    def __init__(self) -> None:
        super().__init__(scales_of, lambda context, scale: scale.name if scale else "")


def scales_of(context: Context) -> Lookup[Scale]:
    def make() -> Lookup[Scale]:
        remedy = "Buat dahulu skalanya di Kamus Indikator, atau tulis seperti di sana."
        scales = stored_scales(context).values()
        return Lookup("skala predikat", scales, lambda scale: (scale.name,), remedy=remedy)

    return context.once("scales", make)


class MonthWidget(Widget):
    """A month by name, its first letters or number."""

    def clean(self, value: Any, row: Row | None = None, **kwargs: Any) -> int | None:
        if is_empty(value):
            return None
        word = fold(text_of(value))
        named = [
            n for n, name in enumerate(MONTHS, start=1) if len(word) > 2 and name.casefold().startswith(word)
        ]
        if word.isdigit() and 1 <= int(word) <= len(MONTHS):
            named = [int(word)]
        if len(named) != 1:
            raise ValueError(f"“{short(value)}” bukan nama bulan. Tulis misalnya Februari atau 2.")
        return named[0]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return MONTHS[value - 1] if value else ""


class BaselineWidget(Widget):
    """The kondisi awal as text: a number of the sheet is written the Indonesian way."""

    def clean(self, value: Any, row: Row | None = None, **kwargs: Any) -> str:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return format_number(value, grouping=False)
        if (
            kwargs["context"].dialect != "id"
            and (read := quietly(NumberWidget(), value, kwargs["context"])) is not None
        ):
            return format_number(read, grouping=False)
        return " ".join(text_of(value).split())

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value or ""


class AnswerableWidget(Widget):
    """A position by title, and its unit after a stroke; seen from the unit of the indicator."""

    def clean(self, value: Any, row: Row | None = None, **kwargs: Any) -> Position | None:
        if is_empty(value):
            return None
        context = kwargs["context"]
        text = text_of(value)
        if not positions_of(context).all(text) and "/" in text:
            title, _, unit = text.rpartition("/")
            return position_named(context, title, UNIT.clean(unit, context=context))
        return position_named(context, text, None, quietly(UNIT, (row or {}).get("unit"), context))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if value is None:
            return ""
        context = kwargs["context"]
        alone = len(positions_of(context).all(value.title)) == 1
        return value.title if alone else f"{value.title} / {UNIT.render(value.unit, context=context)}"


# --- columns ----------------------------------------------------------------------------------


def target_years(year: int | None) -> tuple[int, ...]:
    """The years that have a column: those of the planning period that covers the year, else the year alone."""
    found = period_of(year)
    if found is None:
        return () if year is None else (year,)
    return tuple(range(found.first_year, found.last_year + 1))


def scale_choices(context: Context) -> tuple[str, ...]:
    return tuple(Scale.objects.values_list("name", flat=True))


def indicator_columns(year: int | None = None) -> tuple[Column, ...]:
    return (
        Column("unit", "PD pengampu",
               ("unit", "opd", "skpd", "perangkat daerah", "pd", "kode unit", "kode skpd", "penanggung jawab pd"), True,
               "Kode atau nama unit yang mengampu indikator ini.", "Dinas Kesehatan", unit_choices, 34),
        Column("objective", "Sasaran", ("tujuan/sasaran", "sasaran strategis", "tujuan", "kode sasaran"), False,
               "Kode atau rumusan di lembar Tujuan & Sasaran.", "1.2", (), 40),
        Column("code", "Kode", ("kode indikator",), False, "Boleh kosong; indikator lalu dikenal dari namanya.",
               "IKU-1", (), 12),
        Column("name", "Indikator", ("indikator kinerja", "nama indikator", "iku", "indikator kinerja utama"), True, "",
               "Prevalensi stunting", (), 50),
        Column("unit_of_measure", "Satuan", ("satuan ukuran",), True, "Seperti tercetak: %, Indeks, Dokumen.", "%",
               (), 14),
        Column("kind", "Jenis nilai", ("jenis", "tipe"), False, "Kosong: diambil dari targetnya.",
               Kind.NUMBER.label, tuple(Kind.labels), 20),
        Column("polarity", "Arah", ("polaritas", "arah indikator", "polarisasi"), False,
               "naik atau turun; kosong: makin tinggi makin baik.", "turun", tuple(Polarity.labels), 24),
        Column("lower_method", "Rumus makin rendah", (), False, "Kosong: mengikuti kebijakan tahun.", "",
               tuple(Method.labels), 24),
        Column("accumulation", "Cara hitung setahun", ("cara hitung", "akumulasi", "jenis konsolidasi", "tipe perhitungan"),
               False, "Kosong: nilai terakhir.", Accumulation.LAST.label, tuple(Accumulation.labels), 22),
        Column("decimals", "Angka di belakang koma", ("desimal",), False, "0 sampai 4; kosong: seperti targetnya.",
               "2", ("0", "1", "2", "3", "4"), 12),
        Column("factor", "Pengali", ("faktor", "pengali pembilang/penyebut"), False,
               "Untuk pembilang dan penyebut: 100 bagi persen.", "100", (), 12),
        Column("scale", "Skala predikat", ("skala",), False, "Untuk jenis Predikat / tingkat.", "Opini BPK",
               scale_choices, 20),
        Column("calendar", "Diukur", ("frekuensi", "periode pengukuran", "frekuensi pengukuran"), False,
               "Kosong: setiap triwulan.", Calendar.QUARTERLY.label, tuple(Calendar.labels), 18),
        Column("release_month", "Bulan rilis", ("bulan rilis data", "rilis data"), False,
               "Untuk data yang diterbitkan pihak lain, misalnya BPS.", "Februari", MONTHS, 14),
        Column("reference_lag", "Data merujuk tahun N−", ("tahun rujukan data",), False, "0: data tahun berjalan.", "0",
               (), 12),
        Column("part_of_whole", "Bagian dari keseluruhan", ("paling tinggi 100", "bagian keseluruhan"), False,
               "ya bila paling tinggi 100 %.", "ya", ("ya", "tidak"), 14),
        Column("labels", "Label", ("label indikator", "jenis indikator"), False, "Beberapa dipisahkan koma.",
               "IKU PD, SPM", (), 20),
        Column("definition", "Definisi operasional", ("definisi",), False, "", "", (), 40),
        Column("formula_words", "Rumus perhitungan", ("rumus", "formula", "formulasi perhitungan"), False, "", "", (), 40),
        Column("purpose", "Alasan pemilihan", ("alasan", "tujuan indikator"), False, "", "", (), 30),
        Column("source", "Sumber data", ("sumber",), False, "", "Profil kesehatan", (), 24),
        Column("person_in_charge", "Penanggung jawab", ("penanggung jawab data", "pj data"), False,
               "Nama jabatan di PD pengampu.", "Kepala Bidang Kesehatan Masyarakat", (), 36),
        Column("baseline", "Kondisi awal", ("baseline", "data awal", "kondisi awal periode"), False, "", "21,4", (), 14, figures=True),
        Column("baseline_year", "Tahun kondisi awal", ("tahun baseline",), False, "", "2024", (), 12),
        *(
            Column(f"{TARGET}{each}", f"Target {each}", (f"target tahun {each}", str(each), f"target kinerja {each}"),
                   False, "Angka, rentang (5,10–5,40), predikat, atau tanggal, menurut jenis nilainya.", "", (), 14, figures=True)
            for each in target_years(year)
        ),
    )  # fmt: skip
