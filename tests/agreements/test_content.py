"""What an agreement says: read once, hashed, the same on either database."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.content import Signing, canonical, content_of, new_code, read_code, sha256, target_text
from agreements.enums import Form, Ground, Holding, Kind, Paper
from agreements.models import Agreement, AgreementIndicator, Assignment, DocumentText, YearPolicy
from tests.factories import (
    add_budget,
    add_promise,
    make_agreement,
    make_assignment,
    make_budget,
    make_indicator,
    make_objective,
    make_official,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_in_july")]


@pytest.fixture
def _in_july():
    with time_machine.travel("2026-07-20 09:00:00+07:00", tick=False):
        yield


@pytest.fixture
def agreement(government):
    made = make_agreement(government.kadinkes)
    add_promise(made, government.stunting, government.sasaran, value=Decimal("14"))
    add_budget(made, make_budget(government.kesehatan))
    return made


def issued(government, agreement, **changes) -> Signing:
    signing = Signing(
        first=Assignment.objects.get(position=government.kadinkes),
        second=Assignment.objects.get(position=government.regent),
        place="Contoh Kota",
        document_date=date(2026, 1, 20),
        document_number="",
        paper=Paper.A4,
    )
    return replace(signing, **changes)


# --- the target as printed -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "printed"),
    [
        ({"value": Decimal("85"), "decimals": 0, "unit_of_measure": "%"}, "85 %"),
        ({"value": Decimal("3.25"), "decimals": 2, "unit_of_measure": "Indeks"}, "3,25 Indeks"),
        ({"value": Decimal("82.5"), "decimals": 2, "unit_of_measure": "Nilai"}, "82,50 Nilai"),
        ({"value": Decimal("2.345"), "decimals": 2, "unit_of_measure": "%"}, "2,35 %"),
        ({"value": Decimal("-0.5"), "decimals": 1, "unit_of_measure": "%"}, "-0,5 %"),
        ({"value": Decimal("1250000000"), "decimals": 0, "unit_of_measure": "Rupiah"}, "Rp1.250.000.000"),
        ({"value": Decimal("1250.5"), "decimals": 2, "unit_of_measure": "Rp"}, "Rp1.250,50"),
        ({"value": Decimal("7"), "decimals": 0, "unit_of_measure": "Rp miliar"}, "7 Rp miliar"),
        (
            {"kind": Kind.RANGE, "low": Decimal("5.1"), "high": Decimal("5.4"), "unit_of_measure": "%"},
            "5,10–5,40 %",
        ),
        ({"kind": Kind.SCALE, "step": 3, "scale_steps": '["TW", "WDP", "WTP"]'}, "WTP"),
        ({"kind": Kind.DATE, "date": date(2026, 11, 30), "unit_of_measure": "Tanggal"}, "30 November 2026"),
        ({"kind": Kind.RATIO, "value": Decimal("90"), "unit_of_measure": "%"}, "90,00 %"),
        ({"value": None, "unit_of_measure": "%"}, "–"),
        ({"kind": Kind.RANGE, "low": Decimal("5"), "high": None, "unit_of_measure": "%"}, "–"),
        ({"value": Decimal("0"), "decimals": 0, "unit_of_measure": "Kasus"}, "0 Kasus"),
    ],
)
def test_target_prints_with_its_unit(row, printed):
    promised = AgreementIndicator(**{"kind": Kind.NUMBER, "decimals": 2, **row})
    assert target_text(promised).replace("\u00a0", " ") == printed


def test_value_and_unit_are_never_parted_by_a_line_break():
    promised = AgreementIndicator(kind=Kind.NUMBER, decimals=0, value=Decimal(85), unit_of_measure="%")
    assert target_text(promised) == "85\u00a0%"


# --- who and what --------------------------------------------------------------------------------


def test_content_says_what_the_agreement_promises(government, agreement):
    content = content_of(agreement)
    assert (content.year, content.form, content.amended) == (2026, Form.TWO_PARTY, False)
    assert (content.unit_name, content.position_title, content.heads_unit) == (
        "Dinas Kesehatan",
        "Kepala Dinas Kesehatan",
        True,
    )
    assert (content.region, content.government) == ("Kabupaten Contoh", "Pemerintah Kabupaten Contoh")
    assert [(o.text, [(i.name, i.target) for i in o.indicators]) for o in content.objectives] == [
        ("Meningkatnya derajat kesehatan masyarakat", [("Prevalensi stunting", "14,00\u00a0%")])
    ]
    assert [(b.code, b.name, b.amount, b.fund_source) for b in content.budgets] == [
        ("1.02.02", "Program 1.02.02", Decimal(1000000000), "APBD")
    ]


def test_total_is_the_sum_of_the_rows(government, agreement):
    add_budget(agreement, make_budget(government.kesehatan, amount="250000000.50", code="1.02.03"))
    assert content_of(agreement).budget_total == Decimal("1250000000.50")


def test_total_of_no_rows_is_nothing(government):
    assert content_of(make_agreement(government.kadinkes)).budget_total == Decimal(0)


def test_draft_shows_who_holds_the_positions_today(government, agreement):
    content = content_of(agreement)
    assert (content.first.name, content.first.title) == ("dr. Ratna Dewi, M.Kes.", "Kepala Dinas Kesehatan")
    assert content.first.nip == government.official_kadinkes.nip
    assert content.first.rank == "Pembina Utama Muda (IV/c)"
    assert (content.place, content.document_date, content.document_number) == ("Contoh Kota", None, "")


def test_regional_head_has_neither_rank_nor_nip(government, agreement):
    government.official_regent.nip = "197001011995031001"
    government.official_regent.rank = "Pembina Utama (IV/e)"
    government.official_regent.save()
    second = content_of(agreement).second
    assert (second.name, second.title, second.rank, second.nip) == (
        "H. Arif Santosa, S.E.",
        "Bupati Contoh",
        "",
        "",
    )


def _hand_over(government, holding) -> None:
    Assignment.objects.filter(position=government.kadinkes).update(ends=date(2026, 6, 30))
    make_assignment(
        make_official("Siti Rahma, S.K.M."), government.kadinkes, date(2026, 7, 1), holding=holding
    )


def test_acting_holder_signs_with_the_prefix(government, agreement):
    _hand_over(government, Holding.PLT)
    first = content_of(agreement).first
    assert (first.name, first.title) == ("Siti Rahma, S.K.M.", "Plt. Kepala Dinas Kesehatan")


def test_daily_stand_in_is_no_party_and_the_line_stays_open(government, agreement):
    _hand_over(government, Holding.PLH)
    first = content_of(agreement).first
    assert (first.name, first.title, first.rank, first.nip) == ("", "Kepala Dinas Kesehatan", "", "")


def test_issue_fixes_parties_place_date_number_and_paper(government, agreement):
    content = content_of(
        agreement,
        issued(
            government,
            agreement,
            place="Pendopo",
            document_number="000.8/1/2026",
            paper=Paper.F4,
        ),
    )
    assert (content.place, content.document_date, content.document_number, content.paper) == (
        "Pendopo",
        date(2026, 1, 20),
        "000.8/1/2026",
        "f4",
    )
    assert content.first.name == "dr. Ratna Dewi, M.Kes."


def test_regional_head_alone_has_no_second_party(government):
    content = content_of(make_agreement(government.regent))
    assert content.second is None
    assert [key for key, _ in content.texts] == ["title", "opening_single", "promise_single"]


# --- the wording ---------------------------------------------------------------------------------


def test_texts_are_the_years_own_in_the_order_of_the_form(government, agreement):
    content = content_of(agreement)
    assert [key for key, _ in content.texts] == [
        "title",
        "opening",
        "first_party",
        "second_party",
        "promise",
        "supervision",
    ]
    assert content.texts[0][1] == "PERJANJIAN KINERJA TAHUN 2026"


def test_wording_of_the_year_replaces_the_default(government, agreement):
    DocumentText.objects.filter(policy__year=2026, key="promise").update(
        text="{kepala_daerah} di {daerah}, {tahun} {{ settings.SECRET_KEY }} {lain}"
    )
    assert dict(content_of(agreement).texts)["promise"] == (
        "Bupati Contoh di Kabupaten Contoh, 2026 {{ settings.SECRET_KEY }} {lain}"
    )


def test_amendment_has_its_own_title(government, agreement):
    amendment = make_agreement(
        government.kadikbud, amends=agreement, ground=Ground.STRATEGY, ground_reason="APBD perubahan"
    )
    content = content_of(amendment)
    assert content.amended
    assert content.texts[0] == ("title_amended", "PERJANJIAN KINERJA PERUBAHAN TAHUN 2026")


# --- the hash ------------------------------------------------------------------------------------


def test_canonical_text_is_the_same_however_the_rows_were_read(government, agreement):
    signing = issued(government, agreement)
    fresh = Agreement.objects.with_content().get(pk=agreement.pk)
    assert canonical(content_of(fresh, signing)) == canonical(content_of(agreement, signing))


def test_canonical_text_is_sorted_json_with_exact_amounts(government, agreement):
    text = canonical(content_of(agreement, issued(government, agreement)))
    read = json.loads(text)
    assert text == json.dumps(read, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert read["budget_total"] == "1000000000.00"
    assert read["document_date"] == "2026-01-20"
    assert read["first"]["name"] == "dr. Ratna Dewi, M.Kes."


def test_hash_is_that_of_the_canonical_text(government, agreement):
    content = content_of(agreement)
    assert sha256(content) == hashlib.sha256(canonical(content).encode("utf-8")).hexdigest()


def test_layout_is_not_agreed(government, agreement):
    content = content_of(agreement)
    other = replace(content, paper="f4", superior_left=not content.superior_left)
    assert canonical(other) == canonical(content)


@pytest.mark.parametrize(
    "change",
    [
        {"year": 2027},
        {"place": "Pendopo"},
        {"document_date": date(2026, 1, 21)},
        {"document_number": "1"},
        {"budgets": ()},
        {"objectives": ()},
        {"second": None},
        {"amended": True},
        {"texts": ()},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_is_agreed_changes_the_hash(government, agreement, change):
    content = content_of(agreement)
    assert sha256(replace(content, **change)) != sha256(content)


# --- the code ------------------------------------------------------------------------------------


def test_codes_are_readable_and_never_repeat():
    codes = {new_code(2026) for _ in range(2000)}
    assert len(codes) == 2000
    assert all(read_code(code) == code for code in codes)
    assert all(len(code) <= 20 for code in codes)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("PK-2026-7F3K-9Q2M", "PK-2026-7F3K-9Q2M"),
        (" pk 2026 7f3k 9q2m ", "PK-2026-7F3K-9Q2M"),
        ("PK20267F3K9Q2M", "PK-2026-7F3K-9Q2M"),
        ("PK–2O26–7F3K–9Q2M", "PK-2026-7F3K-9Q2M"),
        ("PK-2026-IL0O-9Q2M", "PK-2026-1100-9Q2M"),
        ("PK-2026-7F3K-9Q2", None),
        ("PK-2026-7F3K-9Q2MX", None),
        ("PK-2026-7F3U-9Q2M", None),
        ("LK-2026-7F3K-9Q2M", None),
        ("' OR 1=1 --", None),
        ("", None),
        ("PK-٢٠٢٦-7F3K-9Q2M", None),
    ],
)
def test_code_is_read_as_people_type_it(typed, code):
    assert read_code(typed) == code


# --- queries -------------------------------------------------------------------------------------


def _queries_for(agreement) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        content_of(Agreement.objects.with_content().get(pk=agreement.pk))
    return len(captured)


def test_queries_do_not_grow_with_the_content(government, agreement):
    few = _queries_for(agreement)
    for number in range(5):
        objective = make_objective(government.kesehatan, f"Sasaran {number}")
        for letter in "abc":
            add_promise(agreement, make_indicator(government.kesehatan, f"{number}{letter}"), objective)
        add_budget(agreement, make_budget(government.kesehatan, code=f"1.02.1{number}"))
    assert _queries_for(agreement) == few


def test_policy_of_the_year_decides_paper_and_sides(government, agreement):
    YearPolicy.objects.filter(year=2026).update(paper=Paper.F4, superior_left=False)
    content = content_of(agreement)
    assert (content.paper, content.superior_left) == ("f4", False)
