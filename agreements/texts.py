"""The prescribed wording of a Perjanjian Kinerja (PermenPAN-RB 53/2014, Lampiran I), as defaults.

A year's own wording is in `DocumentText`; these fill a newly opened year. Words in braces are
replaced when the paper is made: {tahun}, {kepala_daerah} (Bupati Contoh), {daerah} (Kabupaten Contoh),
{urutan} (KEDUA, which amendment it is).
"""

OPENING = (
    "Dalam rangka mewujudkan manajemen pemerintahan yang efektif, transparan dan akuntabel serta "
    "berorientasi pada hasil, "
)
PROMISE = (
    "akan mewujudkan target kinerja yang seharusnya sesuai lampiran perjanjian ini, dalam rangka mencapai "
    "target kinerja jangka menengah seperti yang telah ditetapkan dalam dokumen perencanaan. Keberhasilan dan "
    "kegagalan pencapaian target kinerja tersebut menjadi tanggung jawab kami."
)

# Which amendment of a year it is, from the second on; the first is just “Perubahan”.
ORDINALS = (
    "kedua",
    "ketiga",
    "keempat",
    "kelima",
    "keenam",
    "ketujuh",
    "kedelapan",
    "kesembilan",
    "kesepuluh",
)

# key → (what it is, wording)
DEFAULTS: dict[str, tuple[str, str]] = {
    "title": ("Judul", "PERJANJIAN KINERJA TAHUN {tahun}"),
    "title_amended": ("Judul PK Perubahan", "PERJANJIAN KINERJA PERUBAHAN TAHUN {tahun}"),
    "title_amended_again": (
        "Judul PK Perubahan kedua dan seterusnya",
        "PERJANJIAN KINERJA PERUBAHAN {urutan} TAHUN {tahun}",
    ),
    "opening": ("Pembuka, dua pihak", OPENING + "kami yang bertanda tangan di bawah ini:"),
    "opening_single": ("Pembuka, kepala daerah", OPENING + "yang bertanda tangan di bawah ini:"),
    "first_party": ("Sebutan Pihak Pertama", "selanjutnya disebut pihak pertama"),
    "second_party": (
        "Sebutan Pihak Kedua",
        "selaku atasan pihak pertama, selanjutnya disebut pihak kedua",
    ),
    "promise": ("Janji Pihak Pertama", "Pihak pertama berjanji " + PROMISE),
    "promise_single": ("Janji kepala daerah", "Berjanji " + PROMISE),
    "supervision": (
        "Supervisi Pihak Kedua",
        "Pihak kedua akan melakukan supervisi yang diperlukan serta akan melakukan evaluasi terhadap capaian "
        "kinerja dari perjanjian ini dan mengambil tindakan yang diperlukan dalam rangka pemberian penghargaan "
        "dan sanksi.",
    ),
}


def amendment_name(number: int) -> str:
    """What the nth agreement that amends another in a year is called: “Perubahan”, “Perubahan Kedua”, …"""
    return f"Perubahan {ordinal(number).capitalize()}".rstrip()


def ordinal(number: int) -> str:
    """“kedua” for the second amendment; empty for the first and for an agreement that amends none."""
    if number < 2:
        return ""
    return ORDINALS[number - 2] if number - 2 < len(ORDINALS) else f"ke-{number}"
