"""Faults to plant in workbooks of people and of the plan, by kind, and what must be said of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

LONG = "x" * 500
SINCE = date(2021, 1, 1)


@dataclass(frozen=True)
class Plant:
    """One kind of fault: rows (name of our column → cell), and for each what is said, by column."""

    kind: str
    rows: tuple[Mapping[str, Any], ...]
    said: tuple[Mapping[str, str], ...]


def twice(kind: str, first: Mapping[str, Any], second: Mapping[str, Any], **said: str) -> Plant:
    """A kind planted in two rows of which the same is said."""
    return Plant(kind, (first, second), (said, said))


# --- people -----------------------------------------------------------------------------------


def post(number: int, **cells) -> dict[str, Any]:
    """A position without a fault, to plant one in."""
    return {
        "unit": "Dinas Kesehatan", "title": f"Analis {number}", "level": "Pelaksana", "heads_unit": "tidak",
        "superior": "Kepala Dinas Kesehatan", "valid_from": SINCE,
    } | cells  # fmt: skip


def holder(number: int, **cells) -> dict[str, Any]:
    return {
        "name": f"Pegawai {number}", "nip": f"19700101 199503 1 {number:03}", "position": "Kepala Dinas Kesehatan",
        "holding": "Plt.", "starts": "14 Juli 2026",
    } | cells  # fmt: skip


PEOPLE: Mapping[str, tuple[Plant, ...]] = {
    "positions": (
        Plant("unit kosong", (post(1, unit=None),), ({"unit": "“Unit” kosong."},)),
        twice("unit tidak dikenal", post(2, unit="Dinas Kesehatn"), post(3, unit="9.99"), unit="tidak ada di daftar unit."),
        Plant("jabatan kosong", (post(4, title=" "),), ({"title": "“Jabatan” kosong."},)),
        Plant("jabatan terlalu panjang", (post(5, title=LONG),), ({"title": "255 karakter"},)),
        twice("tingkat tidak dikenal", post(6, level="Eselon V"), post(7, level=5), level="Pilih salah satu"),
        twice("bukan ya atau tidak", post(8, heads_unit="mungkin"), post(9, heads_unit=2), heads_unit="Tulis ya atau tidak"),
        twice("atasan tidak dikenal", post(10, superior="Kepala"), post(11, superior="Bupati"), superior="daftar jabatan"),
        Plant("unit atasan salah", (post(12, superior_unit="Setda"),), ({"superior": "tidak ada di Sekretariat Daerah"},)),
        Plant(
            "bawahan dirinya sendiri di berkas",
            (post(13, superior="Analis 14"), post(14, superior="Analis 13")),
            ({"superior": "Analis 13 → Analis 14 → Analis 13"}, {"superior": "bawahan dirinya sendiri"}),
        ),
        Plant(
            "bawahan dirinya sendiri bersama yang tersimpan",
            (post(0, title="Kepala Dinas Kesehatan", level="II", heads_unit="ya", superior="Kepala Bidang Kesehatan Masyarakat"),),
            ({"superior": "bawahan dirinya sendiri"},),
        ),
        twice("tanggal tidak terbaca", post(15, valid_from="kemarin"), post(16, valid_from="2026"), valid_from="tidak terbaca"),
        Plant("sebelum unitnya ada", (post(17, valid_from=date(2020, 5, 1)),), ({"valid_from": "baru berlaku sejak"},)),
        Plant("berakhir sebelum mulai", (post(18, valid_to=date(2020, 5, 1)),), ({"valid_to": "lebih awal"},)),
        twice("kepala kedua", post(19, heads_unit="ya"), post(20, heads_unit="ya"), heads_unit="Satu unit satu pemimpin"),
        Plant("kepala daerah kedua", (post(21, level="Bupati"),), ({"level": "Kepala daerah sudah ada"},)),
        twice("jabatan dua kali", post(22), post(22, title="ANALIS  22"), title="Sisakan satu"),
        Plant("mendahului pemegangnya", (
            post(0, unit="Setda", title="Sekretaris Daerah", level="II", heads_unit="ya", superior="Bupati Contoh",
                 valid_from=date(2024, 1, 1)),
        ), ({"valid_from": "sudah memegang jabatan ini sejak"},)),
    ),
    "officials": (
        Plant("nama kosong", (holder(1, name=None),), ({"name": "“Nama” kosong."},)),
        twice("NIP kurang", holder(2, nip="1970"), holder(3, nip="19700101 199503 1"), nip="NIP terdiri atas 18 angka"),
        Plant("NIP sebagai angka", (holder(4, nip=197001011995031004),), ({"nip": "tersimpan sebagai angka"},)),
        Plant("NIP mustahil", (holder(5, nip="19703101 199503 1 005"),), ({"nip": "tidak ada di kalender"},)),
        Plant("NIP milik orang lain di berkas", (holder(6), holder(7, nip=holder(6)["nip"], starts="15 Juli 2026")),
              ({}, {"nip": "Satu NIP satu orang"})),
        Plant("jabatan tidak dikenal", (holder(8, position="Kepala Dinas Kesehatn"),), ({"position": "Maksudnya"},)),
        Plant("jabatan di unit lain", (holder(9, unit="Setda"),), ({"position": "tetapi di Dinas Kesehatan"},)),
        Plant("sebutan tidak dikenal", (holder(10, holding="Pejabat"),), ({"holding": "Pilih salah satu: Definitif"},)),
        Plant("tanpa tanggal mulai", (holder(11, starts=None),), ({"starts": "“Mulai” kosong."},)),
        Plant("selesai sebelum mulai", (holder(12, ends="1 Juli 2026"),), ({"ends": "lebih awal"},)),
        Plant("sebelum jabatannya ada", (holder(13, starts="1 Juli 2020"),), ({"starts": "baru berlaku sejak"},)),
        twice("definitif kedua", holder(14, holding="Definitif"), holder(15, holding=None), starts="dipegang"),
        twice("baris dua kali", holder(16), holder(16), name="Sisakan satu"),
    ),
}  # fmt: skip


# --- the plan ---------------------------------------------------------------------------------


def objective(number: int, **cells) -> dict[str, Any]:
    return {
        "unit": "Dinas Kesehatan",
        "kind": "Sasaran",
        "code": f"8.{number}",
        "text": f"Sasaran {number}",
    } | cells


def indicator(number: int, **cells) -> dict[str, Any]:
    return {
        "unit": "Dinas Kesehatan", "name": f"Cakupan {number}", "unit_of_measure": "%", "kind": "Angka",
        "polarity": "naik", "accumulation": "Nilai terakhir", "decimals": 2, "calendar": "triwulan",
    } | cells  # fmt: skip


PLAN: Mapping[str, tuple[Plant, ...]] = {
    "objectives": (
        twice("unit tidak dikenal", objective(1, unit="Dinkes"), objective(2, unit="9.99"), unit="tidak ada di daftar unit."),
        Plant("rumusan kosong", (objective(3, text=None),), ({"text": "“Rumusan” kosong."},)),
        Plant("jenis tidak dikenal", (objective(4, kind="Program"),), ({"kind": "Pilih salah satu: Tujuan, Sasaran."},)),
        Plant("kode terlalu panjang", (objective(5, code="8." * 15),), ({"code": "20 karakter"},)),
        Plant("mendukung yang tidak ada", (objective(6, parent="8.99"),), ({"parent": "daftar tujuan dan sasaran"},)),
        Plant(
            "mendukung dirinya sendiri",
            (objective(7, parent="8.8"), objective(8, parent="8.7")),
            ({"parent": "“Sasaran 7” → “Sasaran 8” → “Sasaran 7”"}, {"parent": "mendukung dirinya sendiri"}),
        ),
        twice("kode dua kali", objective(9), objective(10, code="8.9"), text="Sisakan satu"),
        twice("urutan bukan angka", objective(11, order="satu"), objective(12, order="1,5"), order="Tulis"),
    ),
    "indicators": (
        Plant("unit tidak dikenal", (indicator(1, unit="Dinkes"),), ({"unit": "tidak ada di daftar unit."},)),
        Plant("indikator kosong", (indicator(2, name=None),), ({"name": "“Indikator” kosong."},)),
        twice("satuan kosong", indicator(3, unit_of_measure=None), indicator(4, unit_of_measure=" "), unit_of_measure="kosong"),
        Plant("sasaran tidak dikenal", (indicator(5, objective="8.77"),), ({"objective": "daftar tujuan dan sasaran"},)),
        Plant("sasaran yang ditolak", (indicator(6, objective="8.4"),), ({"objective": "yang ditolak"},)),
        twice("arah tidak dikenal", indicator(7, polarity="miring"), indicator(8, polarity=1), polarity="Pilih salah satu"),
        Plant("jenis tidak dikenal", (indicator(9, kind="kira-kira"),), ({"kind": "Pilih salah satu"},)),
        Plant("cara hitung tidak cocok", (indicator(10, accumulation="rasio jumlah"),), ({"accumulation": "hanya untuk"},)),
        Plant("desimal di luar jangkauan", (indicator(11, decimals=5),), ({"decimals": "paling banyak 4"},)),
        Plant("bulan tidak ada", (indicator(12, release_month="Febuari"),), ({"release_month": "bukan nama bulan"},)),
        Plant("skala tidak dikenal", (indicator(13, scale="Skala X"),), ({"scale": "tidak ada di daftar skala"},)),
        Plant("predikat tanpa skala", (indicator(14, kind="predikat"),), ({"scale": "isi skala predikatnya"},)),
        Plant("penanggung jawab tidak ada", (indicator(15, person_in_charge="Kabid"),), ({"person_in_charge": "daftar jabatan"},)),
        Plant("label terlalu panjang", (indicator(16, labels=f"SPM, {LONG}"),), ({"labels": "paling banyak 60"},)),
        twice("dua cara membaca", indicator(17, target_2025="12.5"), indicator(18, baseline="1,3", target_2025="1.250"),
              target_2025="dapat dibaca"),
        twice("target bukan angka", indicator(19, target_2026="Ada"), indicator(20, target_2026="1 : 31"), target_2026="tidak terbaca"),
        twice("rentang terbalik", indicator(21, kind="rentang", target_2026="5,4–5,1"),
              indicator(22, kind="rentang", target_2026="90-80"), target_2026="yang kecil lebih dahulu"),
        Plant("rentang tanpa dua batas", (indicator(23, kind="rentang", target_2026=5),), ({"target_2026": "dua batas"},)),
        Plant("rentang pada angka", (indicator(24, target_2026="5–6"),), ({"target_2026": "bukan rentang"},)),
        Plant("target terlalu besar", (indicator(25, target_2026=10**12),), ({"target_2026": "terlalu besar"},)),
        Plant("tanggal yang tidak ada", (indicator(26, kind="tanggal", target_2026="31/02/2026"),), ({"target_2026": "kalender"},)),
        twice("indikator dua kali", indicator(27), indicator(27, name="CAKUPAN  27"), name="Sisakan satu"),
        Plant("ukuran yang sudah diperjanjikan", (indicator(0, name="Prevalensi stunting", polarity="turun", unit_of_measure="Persen"),),
              ({"unit_of_measure": "sudah diperjanjikan"},)),
        Plant("tahun tidak mungkin", (indicator(28, baseline_year=20025),), ({"baseline_year": "paling banyak"},)),
    ),
}  # fmt: skip
