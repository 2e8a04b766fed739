"""Positions and officials from a workbook: what is new, changed and the same, and every sentence."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.enums import Holding, Level, RowOutcome, UnitKind
from agreements.imports.workflow import TransitionError
from agreements.models import Assignment, HandOver, ImportRun, Official, Position
from perjanjian.numerals import format_nip
from tests.agreements.books import Importer, book, counts, examined, exported, remarks_of, said_of, xlsx
from tests.factories import make_agreement, make_assignment, make_official, make_position, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]
POSITIONS = [
    "Unit",
    "Jabatan",
    "Tingkat",
    "Memimpin unit",
    "Atasan langsung",
    "Berlaku sejak",
    "Berlaku sampai",
    "Alasan atasan lain",
]
OFFICIALS = ["Nama", "NIP", "Pangkat/golongan", "Jabatan", "Unit", "Sebagai", "Mulai", "Sampai dengan"]
SINCE = date(2021, 1, 1)
REASON = "Menurut peraturan bupati."
NIP = "19700101 199503 1 009"
KADINKES = ["Dinas Kesehatan", "Kepala Dinas Kesehatan", "II.b", "ya", "Bupati Contoh", SINCE]


def people(*, positions=(), officials=()):
    sheets = [("Jabatan", [POSITIONS, *positions]), ("Pejabat", [OFFICIALS, *officials])]
    return book(*(sheet for sheet in sheets if len(sheet[1]) > 1))


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Position, Official, Assignment)]


def test_an_export_comes_back_all_the_same(government):
    old = make_unit("Seksi Gizi", government.bidang, UnitKind.SECTION)
    make_position(old, "Kepala Seksi", Level.IV, government.kabid)
    other = make_unit("Seksi Promosi", government.bidang, UnitKind.SECTION)
    make_position(other, "Kepala Seksi", Level.IV, government.kabid)
    make_assignment(government.official_kabid, government.kadinkes, holding=Holding.PLH)
    found = examined("people", exported("people"))
    assert found.counts == {RowOutcome.SAME: 13}
    assert list(found.findings()) == []


def test_new_changed_and_same_are_told_apart_and_nothing_is_written(government):
    before = everything()
    found = examined(
        "people",
        people(
            positions=[
                KADINKES,
                ["Bagian Organisasi", "Kepala Bagian Organisasi", "Administrator", "ya", "Sekretaris Daerah", SINCE],
            ],
            officials=[
                ["dr. Ratna Dewi, M.Kes.", government.official_kadinkes.nip, "Pembina Utama Madya (IV/d)",
                 "Kepala Dinas Kesehatan", None, "Definitif", date(2022, 1, 3)],
                ["Sri Wahyuni, S.H.", NIP, "Pembina (IV/a)", "Kepala Bagian Organisasi", "Bagian Organisasi",
                 "pelaksana tugas", "14 Juli 2026", "3/8/2026"],
            ],
        ),
    )  # fmt: skip
    assert said_of(found) == []
    assert found.counts == {RowOutcome.NEW: 2, RowOutcome.CHANGED: 1, RowOutcome.SAME: 1}
    position, changed, new = found.findings()
    assert ("Atasan langsung", "", "Sekretaris Daerah") in position.differences
    assert changed.differences == (
        ("Pangkat/golongan", "Pembina Utama Muda (IV/c)", "Pembina Utama Madya (IV/d)"),
    )
    assert {label: after for label, _, after in new.differences} == {
        "Jabatan": "Kepala Bagian Organisasi",
        "Sebagai": "Plt.",
        "Mulai": "14 Juli 2026",
        "Sampai dengan": "3 Agustus 2026",
        "Nama": "Sri Wahyuni, S.H.",
        "NIP": "197001011995031009",
        "Pangkat/golongan": "Pembina (IV/a)",
    }
    assert everything() == before


POSITION_SENTENCES = [
    (
        ["Dinas Kesehatn", *KADINKES[1:]],
        "A",
        "“Dinas Kesehatn” tidak ada di daftar unit. Maksudnya “Dinas Kesehatan”?",
    ),
    ([None, *KADINKES[1:]], "A", "“Unit” kosong. Isi kolom ini, misalnya Dinas Kesehatan."),
    (
        ["Setda", "Asisten", "Eselon V", "tidak", "Sekretaris Daerah", SINCE],
        "C",
        "“Eselon V” tidak dikenal. Pilih salah satu: Kepala daerah,",
    ),
    (["Setda", "Asisten", "II", "mungkin", "Sekretaris Daerah", SINCE], "D", "“mungkin” bukan ya atau tidak."),
    (
        ["Setda", "Asisten", "II", "tidak", "Sekretari Daerah", SINCE],
        "E",
        "“Sekretari Daerah” tidak ada di daftar jabatan. Maksudnya “Sekretaris Daerah”?",
    ),
    (
        ["Setda", "Asisten", "II", "tidak", "Sekretaris Daerah", date(2020, 1, 1)],
        "F",
        "Sekretariat Daerah baru berlaku sejak 1 Januari 2021. Isi tanggal itu atau sesudahnya.",
    ),
    (
        ["Setda", "Asisten", "II", "tidak", "Sekretaris Daerah", date(2026, 2, 1), date(2026, 1, 1)],
        "G",
        "Tanggal akhir lebih awal daripada tanggal mulai. Periksa keduanya.",
    ),
    (
        [*KADINKES, date(2026, 6, 30)],
        "G",
        "dr. Ratna Dewi, M.Kes. memegang jabatan ini melewati tanggal itu. Akhiri dulu masa tugasnya",
    ),
    (
        [*KADINKES[:5], date(2023, 1, 1)],
        "F",
        "dr. Ratna Dewi, M.Kes. sudah memegang jabatan ini sejak 3 Januari 2022. Majukan tanggalnya.",
    ),
    (
        ["Setda", "Sekda Kedua", "II", "ya", "Bupati Contoh", SINCE],
        "D",
        "Sekretariat Daerah sudah dipimpin Sekretaris Daerah pada masa itu. Satu unit satu pemimpin:",
    ),
    (
        ["Setda", "Bupati Kedua", "Bupati", "tidak", None, SINCE],
        "C",
        "Kepala daerah sudah ada: Bupati Contoh. Pilih tingkat yang lain.",
    ),
    (["Setda", "x" * 256, "II", "tidak", "Sekretaris Daerah", SINCE], "B", "255 karakter"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "column", "sentence"), POSITION_SENTENCES)
def test_what_is_wrong_with_a_position_is_said_where_it_stands(row, column, sentence):
    ((number, where, text),) = said_of(examined("people", people(positions=[row])))
    assert (number, where) == (2, column)
    assert sentence in text


def holder(name="Sri Wahyuni, S.H.", nip=NIP, title="Kepala Dinas Kesehatan", **cells):
    row = {"rank": None, "unit": None, "holding": "Plt.", "starts": date(2026, 7, 14), "ends": None} | cells
    return [name, nip, row["rank"], title, row["unit"], row["holding"], row["starts"], row["ends"]]


OFFICIAL_SENTENCES = [
    (holder(name=None), "A", "“Nama” kosong."),
    (holder(nip="19700101 199503 1 00"), "B", "NIP terdiri atas 18 angka"),
    (holder(nip="19701301 199503 1 009"), "B", "Tanggal lahir dalam NIP (19701301) tidak ada di kalender."),
    (holder(nip=197001011995031009), "B", "tersimpan sebagai angka, sehingga angka terakhirnya hilang."),
    (
        holder(title="Kepala Dinas Kesehatn"),
        "D",
        "“Kepala Dinas Kesehatn” tidak ada di daftar jabatan. Maksudnya “Kepala Dinas Kesehatan”?",
    ),
    (
        holder(unit="Setda"),
        "D",
        "“Kepala Dinas Kesehatan” tidak ada di Sekretariat Daerah, tetapi di Dinas Kesehatan.",
    ),
    (holder(title=None), "D", "“Jabatan” kosong. Isi kolom ini, misalnya Kepala Dinas Kesehatan."),
    (holder(unit="Dinkes"), "E", "“Dinkes” tidak ada di daftar unit."),
    (
        holder(holding="Pelaksana"),
        "F",
        "“Pelaksana” tidak dikenal. Pilih salah satu: Definitif, Plt., Plh., Pj., Pjs.",
    ),
    (holder(starts=None), "G", "“Mulai” kosong. Isi kolom ini, misalnya 4 Januari 2026."),
    (holder(starts="14 Jully 2026"), "G", "Tanggal “14 Jully 2026” tidak terbaca."),
    (holder(starts=date(2020, 1, 1)), "G", "Kepala Dinas Kesehatan baru berlaku sejak 1 Januari 2021."),
    (holder(ends=date(2026, 7, 1)), "H", "Tanggal akhir lebih awal daripada tanggal mulai."),
    (
        holder(holding="Definitif"),
        "G",
        "Kepala Dinas Kesehatan dipegang dr. Ratna Dewi, M.Kes. sejak 3 Januari 2022. Isi kolom “Sampai dengan” "
        "pejabat itu sehari sebelumnya, pakai Serah terima jabatan, atau catat yang ini sebagai Plt.",
    ),
    (holder(rank="x" * 81), "C", "80 karakter"),
]


@pytest.mark.parametrize(("row", "column", "sentence"), OFFICIAL_SENTENCES)
def test_what_is_wrong_with_an_official_is_said_where_it_stands(row, column, sentence):
    ((number, where, text),) = said_of(examined("people", people(officials=[row])))
    assert (number, where) == (2, column)
    assert sentence in text


def test_who_holds_a_new_position_that_is_refused_is_refused_with_it():
    position = ["Setda", "Asisten", "Eselon V", "tidak", "Sekretaris Daerah", "31/02/2026"]
    found = examined("people", people(positions=[position], officials=[holder(title="Asisten")]))
    by_row = [(finding.sheet, finding.row) for finding in found.findings() if finding.faults]
    assert by_row == [("Jabatan", 2), ("Pejabat", 2)]


def test_a_circle_among_superiors_is_refused_within_the_file_and_with_what_is_stored():
    found = examined(
        "people",
        people(
            positions=[
                ["Setda", "A", "III", "tidak", "B", SINCE],
                ["Setda", "B", "III", "tidak", "A", SINCE],
                ["Setda", "Sekretaris Daerah", "II", "ya", "Kepala Bagian", SINCE],
                ["Bagian Organisasi", "Kepala Bagian", "III", "ya", "Sekretaris Daerah", SINCE],
            ]
        ),
    )
    said = said_of(found)
    assert [(row, where) for row, where, _ in said] == [(2, "E"), (3, "E"), (4, "E"), (5, "E")]
    assert (
        said[0][2] == "Jabatan ini menjadi bawahan dirinya sendiri: A → B → A. Perbaiki salah satu atasannya."
    )


def test_who_stands_above_is_proposed_by_rule_where_the_cell_is_empty(government):
    found = examined(
        "people",
        people(
            positions=[
                ["Bagian Organisasi", "Analis", "pelaksana"],
                ["Bagian Organisasi", "Kepala Bagian Organisasi", "III", "ya"],
                ["Dinas Kesehatan", "Sekretaris Dinas", "III", "tidak"],
            ]
        ),
    )
    assert said_of(found) == []
    superiors = [work.instance.superior.title for work in found.sheets[0].works]
    assert superiors == ["Kepala Bagian Organisasi", "Sekretaris Daerah", "Kepala Dinas Kesehatan"]
    assert (
        2,
        "E",
        "Kosong: diusulkan Kepala Bagian Organisasi menurut aturan. Isi bila atasannya lain.",
    ) in remarks_of(found)


def test_the_rule_is_that_of_the_form_also_for_posts_new_in_the_file(government):
    """An Asisten and a bagian below one are new in the same file; a Subbagian answers to the Sekretaris."""
    staff = make_unit("Asisten Pemerintahan", government.setda, UnitKind.STAFF)
    make_unit("Bagian Hukum", staff, UnitKind.BUREAU)
    found = examined(
        "people",
        people(
            positions=[
                ["Bagian Hukum", "Kepala Bagian Hukum", "III", "ya"],
                ["Asisten Pemerintahan", "Asisten Pemerintahan", "II", "ya"],
                ["Dinas Kesehatan", "Kepala Subbagian Umum", "IV", "tidak"],
                ["Dinas Kesehatan", "Sekretaris Dinas", "III", "tidak"],
            ]
        ),
    )
    assert said_of(found) == []
    superiors = [work.instance.superior.title for work in found.sheets[0].works]
    assert superiors == [
        "Asisten Pemerintahan",
        "Sekretaris Daerah",
        "Sekretaris Dinas",
        "Kepala Dinas Kesehatan",
    ]


def test_another_superior_than_the_one_by_rule_needs_its_reason(government):
    def look(superior, reason=None):
        row = ["Dinas Kesehatan", "Analis", "staf", "tidak", superior, SINCE, None, reason]
        return examined("people", people(positions=[row]))

    refused = said_of(look("Sekretaris Daerah"))
    assert [(row, where) for row, where, _ in refused] == [(2, "H")]
    assert refused[0][2] == (
        "Menurut aturan atasannya Kepala Dinas Kesehatan, bukan Sekretaris Daerah. Isi alasannya, paling sedikit "
        "10 huruf, atau kosongkan Atasan langsung."
    )
    kept = look("Sekretaris Daerah", REASON)
    assert said_of(kept) == []
    (work,) = kept.sheets[0].works
    assert (work.instance.superior.title, work.instance.superior_reason) == ("Sekretaris Daerah", REASON)
    assert said_of(look("Kepala Dinas Kesehatan")) == []


def test_a_superior_of_a_common_title_is_the_nearest_or_named_with_its_unit(government):
    for name in ("Seksi Gizi", "Seksi Promosi"):
        unit = make_unit(name, government.bidang, UnitKind.SECTION)
        make_position(unit, "Kepala Seksi", Level.IV, government.kabid)
    near, far = (
        examined("people", people(positions=[[unit, "Analis", "staf", "tidak", "Kepala Seksi", SINCE]]))
        for unit in ("Seksi Gizi", "Setda")
    )
    assert near.sheets[0].works[0].instance.superior.unit.name == "Seksi Gizi"
    assert said_of(far) == [(2, "E", "Ada 2 jabatan bernama “Kepala Seksi”. Tulis juga unitnya.")]


def test_two_definitive_holders_are_refused_within_the_file_and_one_after_the_other_is_not(government):
    bureau = ["Bagian Organisasi", "Kepala Bagian Organisasi", "III", "ya", "Sekretaris Daerah", SINCE]

    def both(ends):
        rows = [
            holder(
                "A", NIP, "Kepala Bagian Organisasi", holding="Definitif", starts=date(2024, 1, 2), ends=ends
            ),
            holder("B", "19700101 199503 1 010", "Kepala Bagian Organisasi", holding=None),
        ]
        return examined("people", people(positions=[bureau], officials=rows))

    assert [(row, where) for row, where, _ in said_of(both(None))] == [(2, "G"), (3, "G")]
    assert "dipegang B (baris 3) sejak 14 Juli 2026" in said_of(both(None))[0][2]
    assert said_of(both(date(2026, 7, 13))) == []
    assert (3, "F", "Kosong: dicatat sebagai Definitif") in remarks_of(both(date(2026, 7, 13)))


def test_the_predecessor_ends_in_the_same_file(government):
    found = examined(
        "people",
        people(
            officials=[
                ["dr. Ratna Dewi, M.Kes.", format_nip(government.official_kadinkes.nip), None, "Kepala Dinas Kesehatan", None, "Definitif",
                 date(2022, 1, 3), "13 Juli 2026"],
                holder(holding="Definitif"),
            ]
        ),
    )  # fmt: skip
    assert said_of(found) == []
    assert [f.outcome for f in found.findings()] == [RowOutcome.CHANGED, RowOutcome.NEW]


def test_one_official_holds_two_posts_in_two_rows():
    found = examined(
        "people",
        people(officials=[holder(), holder(title="Kepala Dinas Pendidikan dan Kebudayaan")]),
    )
    assert said_of(found) == []
    first, second = (work.instance.official for work in found.sheets[0].works)
    assert first is second


def test_one_nip_is_one_person():
    found = examined(
        "people", people(officials=[holder(), holder("Budi", title="Kepala Dinas Pendidikan dan Kebudayaan")])
    )
    assert said_of(found) == [
        (3, "B", "NIP ini di baris 2 milik “Sri Wahyuni, S.H.”. Satu NIP satu orang: perbaiki salah satunya.")
    ]


def test_without_a_number_the_exact_name_tells_who_it_is(government):
    regent = ["H. Arif Santosa, S.E.", None, None, "Bupati Contoh", None, "Definitif", date(2025, 2, 20)]
    found = examined("people", people(officials=[regent]))
    assert (found.counts, remarks_of(found)) == ({RowOutcome.SAME: 1}, [])
    assert remarks_of(examined("people", people(officials=[holder(nip=None)]))) == [
        (2, "B", "NIP kosong. Isi bila pejabat ini punya NIP.")
    ]
    make_official("Sri Wahyuni, S.H.", nip="197001011995031009")
    make_official("Sri Wahyuni, S.H.", nip="197001011995031010")
    assert said_of(examined("people", people(officials=[holder(nip=None)]))) == [
        (2, "A", "Ada 2 pejabat bernama “Sri Wahyuni, S.H.”. Isi NIP-nya.")
    ]


def test_a_prefix_before_the_title_says_how_the_post_is_held():
    found = examined("people", people(officials=[holder(title="Plt. Kepala Dinas Kesehatan", holding=None)]))
    assert said_of(found) == []
    assert found.sheets[0].works[0].instance.holding == Holding.PLT


def test_the_same_row_twice_names_both_rows():
    assert [
        (row, where) for row, where, _ in said_of(examined("people", people(officials=[holder(), holder()])))
    ] == [
        (2, "A"),
        (3, "A"),
    ]
    positions = people(positions=[["Setda", "A", "III"], ["Setda", "a", "III"]])
    assert said_of(examined("people", positions)) == [
        (2, "B", "“A” juga ada di baris 3. Sisakan satu baris saja."),
        (3, "B", "“a” juga ada di baris 2. Sisakan satu baris saja."),
    ]


def test_a_later_term_of_the_same_official_is_another_row_and_a_corrected_start_is_not(government):
    make_assignment(government.official_kabid, government.kadinkes, date(2021, 5, 1), ends=date(2021, 12, 31))
    term = [
        "Siti Aminah, S.K.M.",
        government.official_kabid.nip,
        None,
        "Kepala Dinas Kesehatan",
        None,
        "Definitif",
    ]
    corrected = examined("people", people(officials=[[*term, date(2021, 5, 3), date(2021, 12, 31)]]))
    assert [f.outcome for f in corrected.findings()] == [RowOutcome.CHANGED]
    later = examined("people", people(officials=[[*term[:5], "Plt.", date(2026, 7, 14)]]))
    assert [f.outcome for f in later.findings()] == [RowOutcome.NEW]


def test_examining_asks_the_database_as_often_for_300_rows_as_for_3():
    def queries(count: int) -> int:
        positions = [
            ["Setda", f"Analis {n}", "staf", "tidak", f"Analis {n - 1}", None, None, REASON]
            if n
            else ["Setda", "Analis 0", "staf"]
            for n in range(count)
        ]
        officials = [
            holder(f"Pegawai {n}", f"19700101 199503 1 {n:03}", f"Analis {n}", starts="04/01/2026")
            for n in range(count)
        ]
        workbook = people(positions=positions, officials=officials)
        with CaptureQueriesContext(connection) as asked:
            assert said_of(examined("people", workbook)) == []
        return len(asked)

    assert queries(300) == queries(3)


# --- applied and taken back -------------------------------------------------------------------


@pytest.fixture
def importer(bagian_organisasi):
    with time_machine.travel("2026-07-20 09:00", tick=True):
        yield Importer("people", bagian_organisasi)


def file_of(*, positions=(), officials=()):
    return xlsx(("Jabatan", [POSITIONS, *positions]), ("Pejabat", [OFFICIALS, *officials]))


def test_a_reorganised_post_and_its_new_holder_come_in_one_file_and_go_again(importer, government):
    """The old head ends before the new one begins, in one transaction, though both head one unit."""
    before = everything()
    ratna = government.official_kadinkes
    content = file_of(
        positions=[
            [*KADINKES, date(2026, 7, 13)],
            ["Dinas Kesehatan", "Kepala Dinas Kesehatan dan KB", "II", "ya", "Bupati Contoh", date(2026, 7, 14)],
            ["Bidang Kesehatan Masyarakat", "Kepala Bidang Kesehatan Masyarakat", "III", "ya",
             "Kepala Dinas Kesehatan dan KB", SINCE],
        ],
        officials=[
            [ratna.name, ratna.nip, ratna.rank, "Kepala Dinas Kesehatan", None, "Definitif", date(2022, 1, 3), "13/07/2026"],
            [ratna.name, ratna.nip, ratna.rank, "Kepala Dinas Kesehatan dan KB", None, "Definitif", "14/07/2026"],
        ],
    )  # fmt: skip
    run = importer.examine(content)
    assert counts(run) == (2, 3, 0, 0)
    importer.apply(run)
    new = Position.objects.get(title="Kepala Dinas Kesehatan dan KB")
    assert Assignment.objects.get(position=new).official == ratna
    assert Position.objects.get(pk=government.kabid.pk).superior == new
    assert counts(importer.examine(content)) == (0, 0, 5, 0)
    importer.undo(run)
    assert everything() == before


def test_a_new_holder_follows_the_old_one_in_one_file_and_goes_again(importer, government):
    before = everything()
    ratna = government.official_kadinkes
    old = [ratna.name, ratna.nip, None, "Kepala Dinas Kesehatan", None, "Definitif", date(2022, 1, 3)]
    run = importer.examine(file_of(officials=[[*old, "13 Juli 2026"], holder(holding="Definitif")]))
    assert counts(run) == (1, 1, 0, 0)
    importer.apply(run)
    assert [
        str(a.official) for a in Assignment.objects.on(date(2026, 7, 14)).filter(position=government.kadinkes)
    ] == ["Sri Wahyuni, S.H."]
    corrected = importer.examine(
        file_of(officials=[[*old, "13 Juli 2026"], holder(holding="Definitif", rank="Pembina")])
    )
    assert counts(corrected) == (0, 1, 1, 0)
    importer.undo(run)
    assert everything() == before


def test_a_post_ends_with_its_holder_in_either_sheet():
    ended = [*KADINKES, date(2026, 7, 13)]
    ((row, where, text),) = said_of(examined("people", people(positions=[ended])))
    assert (row, where) == (2, "G")
    assert text.endswith("Akhiri dulu masa tugasnya di riwayat jabatan, atau di lembar Pejabat.")


# --- what nobody may give themselves ------------------------------------------------------------


def own_official(government, user):
    official = make_official("Pegawai Sendiri", user, nip="197001011995031077")
    post = make_position(government.bureau, "Analis", Level.STAFF, heads=False)
    return official, make_assignment(official, post, date(2024, 1, 2))


def test_nobody_appoints_themselves_or_changes_the_own_term_by_a_file(
    importer, government, bagian_organisasi
):
    own, term = own_official(government, bagian_organisasi)
    rows = [
        holder(own.name, own.nip),
        holder(own.name, own.nip, title="Analis", holding="Definitif", starts=term.starts, ends=date(2026, 12, 31)),
    ]  # fmt: skip
    for row in rows:
        run = importer.examine(file_of(officials=[row]))
        assert counts(run) == (0, 0, 0, 1)
    same = holder(own.name, own.nip, title="Analis", holding="Definitif", starts=term.starts)
    assert counts(importer.examine(file_of(officials=[same]))) == (0, 0, 1, 0)
    own.refresh_from_db()
    assert [row.pk for row in own.assignments.all()] == [term.pk]


def test_nobody_raises_the_own_post_by_a_file(importer, government, bagian_organisasi):
    own_official(government, bagian_organisasi)
    raised = ["Bagian Organisasi", "Analis", "Kepala Daerah", "ya", None, SINCE]
    run = importer.examine(file_of(positions=[raised]))
    assert counts(run) == (0, 0, 0, 1)
    assert "Anda pegang sendiri" in run.examined.get().faults


def test_nobody_takes_an_import_back_that_ended_the_own_term(
    importer, government, bagian_organisasi, kepegawaian
):
    own, term = own_official(government, bagian_organisasi)
    row = holder(
        own.name, own.nip, title="Analis", holding="Definitif", starts=term.starts, ends=date(2026, 6, 30)
    )
    run = Importer("people", kepegawaian).examine(file_of(officials=[row]))
    importer_of_another = Importer("people", kepegawaian)
    importer_of_another.apply(run)
    with pytest.raises(TransitionError, match="Riwayat jabatan Anda sendiri"):
        importer.undo(ImportRun.objects.get(pk=run.pk))
    importer_of_another.undo(ImportRun.objects.get(pk=run.pk))
    term.refresh_from_db()
    assert term.ends is None


def test_nobody_leads_two_posts_by_definitive_appointment_through_a_file(government):
    ratna = government.official_kadinkes
    second = holder(
        ratna.name, ratna.nip, "Kepala Bidang Baru", holding="Definitif", starts=date(2026, 7, 14)
    )
    unit = make_unit("Bidang Baru", government.pendidikan, UnitKind.DIVISION)
    make_position(unit, "Kepala Bidang Baru", Level.III, government.kadikbud)
    ((_, where, text),) = said_of(examined("people", people(officials=[second])))
    assert (where, text) == (
        "D",
        "dr. Ratna Dewi, M.Kes. memegang Kepala Dinas Kesehatan secara definitif pada masa itu. "
        "Akhiri dulu masa tugasnya di sana, atau catat yang ini sebagai Plt.",
    )
    ended = holder(
        ratna.name, ratna.nip, holding="Definitif", starts=date(2022, 1, 3), ends=date(2026, 7, 13)
    )
    assert said_of(examined("people", people(officials=[ended, second]))) == []


@pytest.mark.parametrize("what", ["papers", "tasks"])
def test_a_position_with_open_work_does_not_end_by_a_file(government, what):
    term = government.official_kadinkes.assignments.get()
    Assignment.objects.filter(pk=term.pk).update(ends=date(2026, 6, 30))
    if what == "papers":
        make_agreement(government.kadinkes)
    else:
        HandOver.objects.create(
            position=government.kadinkes, day=date(2026, 7, 1), outgoing=term, follow_up="wait",
            recorded_by=government.users.kepegawaian,
        )  # fmt: skip
    row = [*KADINKES, date(2026, 6, 30)]
    ((_, where, text),) = said_of(examined("people", people(positions=[row])))
    assert where == "G"
    assert ("PK yang belum selesai" if what == "papers" else "Serah terima yang belum selesai") in text


def test_an_import_whose_posts_are_held_longer_by_now_is_not_taken_back(importer, government):
    Position.objects.filter(pk=government.kabid.pk).update(valid_to=date(2026, 8, 31))
    Assignment.objects.filter(position=government.kabid).update(ends=date(2026, 8, 31))
    row = [
        "Bidang Kesehatan Masyarakat",
        government.kabid.title,
        "III",
        "ya",
        "Kepala Dinas Kesehatan",
        SINCE,
    ]
    run = importer.examine(file_of(positions=[[*row, date(2026, 12, 31)]]))
    importer.apply(run)
    make_assignment(make_official("Made"), government.kabid, date(2026, 9, 1), ends=date(2026, 12, 31))
    with pytest.raises(TransitionError, match="Made – Kepala Bidang"):
        importer.undo(ImportRun.objects.get(pk=run.pk))
