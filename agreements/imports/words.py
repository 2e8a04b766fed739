"""Other words that people write for the values of our lists, besides the labels of the forms."""

from agreements.enums import Accumulation, Calendar, Holding, Kind, Level, Method, ObjectiveKind, Polarity


def _by_word(words: dict[str, str]) -> dict[str, str]:
    """“a, b” of each value turned round: word → value."""
    return {word.strip(): value for value, several in words.items() for word in several.split(",")}


KINDS = _by_word(
    {
        Kind.NUMBER: "bilangan, nilai, nominal, persen, persentase, %, indeks, jumlah, number",
        Kind.RATIO: "rasio, pembilang/penyebut, pembilang penyebut, ratio",
        Kind.RANGE: "range, interval, kisaran, antara",
        Kind.SCALE: "predikat, tingkat, kategori, opini, skala, huruf, kualitatif",
        Kind.DATE: "tgl, waktu, tenggat, date",
    }
)
POLARITIES = _by_word(
    {
        Polarity.HIGHER: "naik, makin tinggi, semakin tinggi, semakin tinggi semakin baik, makin besar makin baik, "
        "semakin besar semakin baik, tinggi, meningkat, positif, maximize, maximise, maksimal, maksimum, ↑",
        Polarity.LOWER: "turun, makin rendah, semakin rendah, semakin rendah semakin baik, makin kecil makin baik, "
        "semakin kecil semakin baik, rendah, menurun, negatif, minimize, minimise, minimal, minimum, ↓",
        Polarity.EXACT: "tepat, tepat target, tetap, stabil, stabilize, dalam rentang, dalam rentang makin baik, rentang",
    }
)
METHODS = _by_word({Method.SELISIH: "selisih", Method.INVERS: "invers, inverse, kebalikan"})
ACCUMULATIONS = _by_word(
    {
        Accumulation.SUM: "jumlah, dijumlah, penjumlahan, sum, total, akumulasi",
        Accumulation.LAST: "terakhir, posisi akhir, nilai akhir, akhir, last, tidak dijumlahkan",
        Accumulation.AVERAGE: "rerata, rata rata, dirata-rata, average",
        Accumulation.RATIO_OF_SUMS: "rasio jumlah, jumlah pembilang/jumlah penyebut, jumlah pembilang dibagi jumlah penyebut",
        Accumulation.ANNUAL: "tahunan, sekali setahun, annual",
        Accumulation.RUNNING_TOTAL: "kumulatif, angka berjalan, progres, running total",
    }
)
CALENDARS = _by_word(
    {
        Calendar.QUARTERLY: "triwulan, triwulanan, per triwulan, tiap triwulan, tw, quarterly",
        Calendar.SEMESTER: "semester, semesteran, per semester, tiap semester, 6 bulan",
        Calendar.ANNUAL: "tahun, tahunan, per tahun, setiap tahun, tiap tahun, annual",
    }
)
OBJECTIVES = _by_word(
    {
        ObjectiveKind.GOAL: "tujuan strategis, tujuan rpjmd, tujuan renstra, goal",
        ObjectiveKind.OBJECTIVE: "sasaran strategis, sasaran rpjmd, sasaran renstra, sasaran program, sasaran kegiatan, objective",
    }
)
LEVELS = _by_word(
    {
        Level.REGIONAL_HEAD: "bupati, wali kota, walikota, kdh",
        Level.DEPUTY_HEAD: "wakil bupati, wakil wali kota, wakil walikota, wakil, wkdh",
        Level.II: "ii, iia, iib, ii.a, ii.b, ii/a, ii/b, eselon ii, eselon iia, eselon iib, eselon ii.a, eselon ii.b, "
        "eselon 2, jpt, jpt pratama, pimpinan tinggi pratama",
        Level.III: "iii, iiia, iiib, iii.a, iii.b, iii/a, iii/b, eselon iii, eselon iiia, eselon iiib, eselon iii.a, "
        "eselon iii.b, eselon 3, administrator",
        Level.IV: "iv, iva, ivb, iv.a, iv.b, iv/a, iv/b, eselon iv, eselon iva, eselon ivb, eselon iv.a, eselon iv.b, "
        "eselon 4, pengawas",
        Level.FUNCTIONAL: "fungsional, jabatan fungsional, jf, fungsional tertentu",
        Level.TEAM_LEAD: "ketua kelompok, koordinator, subkoordinator",
        Level.STAFF: "staf, jfu, fungsional umum",
    }
)
HOLDINGS = _by_word(
    {
        Holding.DEFINITIVE: "def, tetap, pejabat definitif",
        Holding.PLT: "plt, pelaksana tugas",
        Holding.PLH: "plh, pelaksana harian",
        Holding.PJ: "pj, penjabat",
        Holding.PJS: "pjs, penjabat sementara",
    }
)
