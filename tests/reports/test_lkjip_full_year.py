"""A report on a year in which everything happened: amendment, new head, revision, every kind of indicator."""

import io
from datetime import date
from decimal import Decimal

import pytest
from pypdf import PdfReader

from agreements.enums import ActionPlanStatus, Change, Status
from agreements.models import ActionPlan, ActionStep, Agreement, Benchmark, IndicatorTarget
from evaluations.enums import Efficiency, RealisationStatus, RevisionStatus, Section
from evaluations.models import EarlierYear, Evidence, EvidenceUse, Realisation, SourceRevision
from evaluations.results import result_of
from perjanjian.numerals import format_percent
from records import files
from reports.contexts.lkjip import lkjip
from reports.contexts.lkjip_proposals import proposal
from reports.contexts.lkjip_source import Source
from reports.lkjip import report_html, report_pdf
from tests.factories import add_promise, make_agreement, make_indicator, put_into
from tests.reports.cases import AFTER, fact
from tests.reports.full_year import full_year

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NBSP = "\u00a0"


@pytest.fixture
def case(government):
    return full_year(government)


@pytest.fixture
def report(government, case):
    return lkjip(government.kesehatan, 2026, AFTER)


@pytest.fixture
def rows(report):
    return {row.name: row for chapter in report.objectives for row in chapter.rows}


def flat(text: str) -> str:
    return " ".join(text.split())


# --- Bab I and II -----------------------------------------------------------------------------------


def test_both_heads_of_the_year_are_named_and_the_new_one_signs(report):
    assert [(each.person.name, each.starts, each.ends) for each in report.structure.heads] == [
        ("dr. Ratna Dewi, M.Kes.", date(2026, 1, 1), date(2026, 7, 13)),
        ("drg. Dian Lestari, M.K.M.", date(2026, 7, 14), date(2026, 12, 31)),
    ]
    assert report.head.name == "drg. Dian Lestari, M.K.M."
    assert report.structure.posts[0].name == "drg. Dian Lestari, M.K.M."


def test_one_head_all_year_is_not_listed(government, case):
    government.official_kadinkes.assignments.update(ends=date(2025, 12, 31))
    case.successor.assignments.update(starts=date(2026, 1, 1))
    assert lkjip(government.kesehatan, 2026, AFTER).structure.heads == ()


def test_posts_are_counted_with_those_nobody_holds(government, case):
    government.official_kabid.assignments.update(ends=date(2026, 9, 30))
    counts = lkjip(government.kesehatan, 2026, AFTER).structure.counts
    assert [(each.label, each.posts, each.held, each.vacant) for each in counts] == [
        ("Eselon II / JPT Pratama", 1, 1, 0),
        ("Eselon III / Administrator", 1, 0, 1),
    ]


def test_the_amendment_says_what_changed_and_on_what_ground(report):
    amendment = report.plan.amendment
    assert amendment.ground == "Perubahan strategi (program, kegiatan, alokasi anggaran)"
    assert amendment.reason == "Pagu bertambah sesudah APBD perubahan."
    assert [(row.name, row.old_target, row.new_target, row.change) for row in amendment.comparison.rows] == [
        ("Prevalensi stunting", f"14,00{NBSP}%", f"13,50{NBSP}%", Change.RETARGETED),
        ("Kematian akibat rabies", "", f"0{NBSP}kasus", Change.NEW),
        ("Pemakaian tempat tidur", "", f"60,00–85,00{NBSP}%", Change.NEW),
        ("Opini atas laporan keuangan", "", "Wajar Tanpa Pengecualian", Change.NEW),
        ("Penetapan Peraturan Daerah KTR", "", "30 November 2026", Change.NEW),
        ("Jumlah kader terlatih", f"100,00{NBSP}orang", "", Change.DROPPED),
    ]
    assert (amendment.comparison.old_total, amendment.comparison.new_total) == (
        Decimal(2000000000),
        Decimal("2850000000.5"),
    )
    assert amendment.changed == 6
    assert report.plan.issue.document_date == date(2026, 10, 5)


def test_sasaran_stand_under_their_tujuan(report):
    assert report.plan.goals == (
        ("Terwujudnya masyarakat sehat", "Meningkatnya derajat kesehatan masyarakat"),
        ("Terwujudnya masyarakat sehat", "Meningkatnya tata kelola kesehatan"),
    )


# --- the seven points -------------------------------------------------------------------------------


def test_1_figures_equal_those_of_the_screen(report, case):
    result = result_of(Agreement.objects.get(pk=case.agreement.pk), AFTER)
    printed = [row for chapter in report.objectives for row in chapter.rows]
    assert [(row.percent, row.reached) for row in printed] == [
        (row.result.raw, row.result.reached) for row in result.rows
    ]
    assert report.result.mean == result.mean


def test_1_a_zero_target_that_was_met_is_reached(rows):
    row = rows["Kematian akibat rabies"]
    assert (row.target, row.value, row.percent, row.reached) == ("0", "0", Decimal(100), True)


def test_2_years_before_are_typed_or_measured_each_against_its_own_target(rows):
    earlier = rows["Prevalensi stunting"].earlier
    # Selisih: (2 × 20 − 21) ÷ 20; the measured year was promised to nobody, so it has no percentage.
    assert [
        (each.year, each.text, each.percent and round(each.percent, 2), each.source) for each in earlier
    ] == [
        (2022, "21,00", Decimal("95.00"), "LKjIP 2022"),
        (2023, "19,20", Decimal("93.33"), "LKjIP 2023"),
        (2024, "17,50", Decimal("97.06"), "LKjIP 2024"),
        (2025, "16,20", None, ""),
    ]


@pytest.mark.parametrize(
    ("name", "change", "verdict"),
    [
        ("Prevalensi stunting", "Turun", "membaik"),
        ("Opini atas laporan keuangan", "Turun", "memburuk"),
        ("Penetapan Peraturan Daerah KTR", "Lebih lambat", "memburuk"),
        ("Kematian akibat rabies", "", ""),
    ],
)
def test_2_the_change_is_told_by_the_direction_of_the_indicator(name, change, verdict, rows):
    assert (rows[name].change, rows[name].change_verdict) == (change, verdict)


def test_2_a_measured_year_counts_before_a_typed_one(government, case):
    EarlierYear.objects.create(
        indicator=case.stunting, year=2025, reached_value=Decimal(99), source="Ketikan"
    )
    row = lkjip(government.kesehatan, 2026, AFTER).objectives[0].rows[0]
    assert (row.earlier[-1].text, row.earlier[-1].source) == ("16,20", "")


def test_2_a_year_that_lacks_a_period_is_compared_with_none(government, case):
    case.deaths.realisations.filter(period__number=4).update(status=RealisationStatus.RETURNED)
    EarlierYear.objects.create(
        indicator=case.deaths, year=2025, reached_value=Decimal(3), source="LKjIP 2025"
    )
    Benchmark.objects.create(
        indicator=case.deaths, year=2026, name="Indonesia", value=Decimal(2), source="P2P"
    )
    row = lkjip(government.kesehatan, 2026, AFTER).objectives[0].rows[1]
    assert (row.note, row.change, row.comparisons[0].verdict) == ("belum lengkap", "", "")


def test_3_progress_is_that_of_the_engine(rows):
    # Lower is better, selisih: (2 × 10 − 13,6) ÷ 10.
    assert rows["Prevalensi stunting"].horizon.percent == Decimal(68)
    assert rows["Kematian akibat rabies"].horizon is None


def test_3_targets_past_the_planning_period_are_another_plans(government, case):
    IndicatorTarget.objects.create(indicator=case.stunting, year=2031, value=Decimal(5))
    assert lkjip(government.kesehatan, 2026, AFTER).objectives[0].rows[0].horizon.year == 2029


def test_4_differences_are_said_in_words(rows):
    found = {each.name: (each.difference, each.verdict) for row in rows.values() for each in row.comparisons}
    assert found == {
        "Indonesia": (f"6,60{NBSP}poin persen lebih rendah", "lebih baik"),
        "Provinsi Contoh": (f"0,30{NBSP}poin persen lebih tinggi", "belum sebaik pembanding"),
        "Kabupaten Tetangga": (f"1{NBSP}tingkat lebih rendah", "belum sebaik pembanding"),
        "Kota Seberang": (f"10{NBSP}hari lebih awal", "lebih baik"),
    }


@pytest.mark.parametrize(
    ("theirs", "verdict"),
    [("90", "lebih baik"), ("70", "belum sebaik pembanding"), ("88.5", "sama dengan pembanding")],
)
def test_4_a_range_is_compared_by_how_far_each_is_from_it(theirs, verdict, government, case):
    Benchmark.objects.create(
        indicator=case.beds, year=2026, name="Indonesia", value=Decimal(theirs), source="Profil"
    )
    row = lkjip(government.kesehatan, 2026, AFTER).objectives[0].rows[2]
    assert row.comparisons[0].verdict == verdict


def test_4_the_latest_year_of_each_benchmark_counts_and_none_after_the_report(government, case):
    for year, value in ((2025, "20"), (2027, "12")):
        Benchmark.objects.create(
            indicator=case.stunting, year=year, name="Indonesia", value=Decimal(value), source="SSGI"
        )
    found = lkjip(government.kesehatan, 2026, AFTER).objectives[0].rows[0].comparisons
    assert [(each.name, each.year, each.text) for each in found] == [
        ("Indonesia", 2026, "19,80"),
        ("Provinsi Contoh", 2026, "12,90"),
    ]


def test_6_efficiency_of_a_sasaran_rests_on_the_programmes_its_steps_name(report):
    first, second = report.objectives
    assert [each.line.name for each in first.resources.lines] == ["Program Pemenuhan Upaya Kesehatan"]
    assert (first.resources.account.absorption, first.resources.verdict) == (
        Decimal(95),
        Efficiency.LEFT_OVER,
    )
    assert first.resources.sentence.endswith("jadi sisa anggaran belum dapat disebut efisiensi.")
    assert (second.resources.lines, second.resources.sentence) == ((), "")


def test_6_efficient_is_said_where_every_target_of_the_sasaran_was_met(government, case):
    case.beds.realisations.filter(period__number=4).update(verified_value=Decimal(80))
    case.revised_fact.verified_value = Decimal(13)
    case.revised_fact.save()
    first = lkjip(government.kesehatan, 2026, AFTER).objectives[0]
    assert first.resources.verdict == Efficiency.EFFICIENT
    assert "jadi penggunaan anggaran efisien" in first.resources.sentence


def test_7_programmes_with_money_work_done_and_the_sasaran_they_serve(report):
    found = [
        (each.line.name, each.original, each.line.ceiling, each.line.physical, each.serves)
        for each in report.money.resources.lines
    ]
    assert found == [
        ("Program Pemenuhan Upaya Kesehatan", Decimal(2000000000), Decimal(2400000000), Decimal(97), (1,)),
        ("Program SDM Kesehatan", Decimal(500000000), Decimal("450000000.5"), None, ()),
    ]
    assert report.money.ceiling_sentence == (
        "Pagu anggaran semula Rp2.500.000.000,00, menjadi Rp2.850.000.000,50, bertambah Rp350.000.000,50."
    )


def test_7_steps_say_how_far_they_are_or_that_nobody_knows(rows):
    stunting, opinion = rows["Prevalensi stunting"].steps[0], rows["Opini atas laporan keuangan"].steps[0]
    assert (stunting.schedule, stunting.percent, stunting.until) == (
        "Februari–November",
        Decimal("92.5"),
        "TW IV",
    )
    assert (opinion.schedule, opinion.percent, opinion.until) == ("Januari–Desember", None, "")


def test_progress_recorded_on_the_first_version_of_a_step_stays_with_its_copy(government, case):
    plan = ActionPlan.objects.get()
    step = ActionStep.objects.get(text__startswith="Makanan")
    ActionPlan.objects.filter(pk=plan.pk).update(status=ActionPlanStatus.SUPERSEDED)
    newer = ActionPlan.objects.create(agreement=case.agreement, number=2)
    ActionStep.objects.create(
        plan=newer, promise=step.promise, origin=step, text="Makanan tambahan", first_month=1, last_month=12
    )
    for status in (ActionPlanStatus.SUBMITTED, ActionPlanStatus.IN_FORCE):
        ActionPlan.objects.filter(pk=newer.pk).update(status=status)
    steps = lkjip(government.kesehatan, 2026, AFTER).objectives[0].rows[0].steps
    assert [(each.text, each.percent) for each in steps] == [("Makanan tambahan", Decimal("92.5"))]


# --- appendices ---------------------------------------------------------------------------------------


def test_revisions_say_what_stood_before(report):
    assert [(each.number, each.before, each.after, each.source) for each in report.appendices.revisions] == [
        ("1.1", f"13,60{NBSP}%", f"13,20{NBSP}%", "Rilis SSGI Januari 2027")
    ]


def test_a_revised_figure_points_to_what_stood_before(rows):
    assert (
        rows["Prevalensi stunting"].note
        == f"direvisi Rilis SSGI Januari 2027 25 Januari 2027, semula 13,60{NBSP}%"
    )
    assert rows["Pemakaian tempat tidur"].note == ""


def test_a_revised_quarter_is_named_beside_a_year_made_of_several(government, case):
    SourceRevision.objects.create(
        realisation=case.deaths.realisations.get(period__number=2), status=RevisionStatus.VERIFIED,
        announced_on=date(2027, 1, 25), source="Kementerian Kesehatan", reason="Hasil laboratorium",
        value=Decimal(3), submitted_by=government.users.operator_kesehatan,
        decided_by=government.users.bagian_organisasi,
    )  # fmt: skip
    rows = lkjip(government.kesehatan, 2026, AFTER).objectives[0].rows
    note = next(row.note for row in rows if row.name == "Kematian akibat rabies")
    assert note == f"TW II direvisi Kementerian Kesehatan 25 Januari 2027, semula 0{NBSP}kasus"


def test_a_revision_nobody_verified_is_not_printed(government, case):
    SourceRevision.objects.create(
        realisation=case.beds.realisations.get(period__number=4), announced_on=date(2027, 1, 30), source="RSUD",
        reason="Salah hitung", value=Decimal(84), submitted_by=government.users.operator_kesehatan,
    )  # fmt: skip
    assert len(lkjip(government.kesehatan, 2026, AFTER).appendices.revisions) == 1


def test_evidence_of_others_and_of_what_nobody_reported_is_not_listed(government, case):
    """The figure of another unit is promised here too; its proof, and that of a draft, are not for this paper."""
    other = make_indicator(government.pendidikan, "Murid yang diperiksa", objective=case.first)
    draft = make_indicator(government.kesehatan, "Masih draf", objective=case.first)
    agreement = make_agreement(government.kabid)
    facts = []
    for indicator in (other, draft):
        add_promise(agreement, indicator, case.first, value=Decimal(10))
        facts.append(fact(government, indicator, "9"))
        proof = Evidence.objects.create(
            unit=indicator.unit,
            year=2026,
            title=f"Bukti {indicator}",
            link="https://contoh.go.id/rahasia",
            added_by=government.users.operator_kesehatan,
        )
        EvidenceUse.objects.create(evidence=proof, realisation=facts[-1])
    Realisation.objects.filter(pk=facts[1].pk).update(status=RealisationStatus.DRAFT)
    result = result_of(put_into(agreement, Status.IN_FORCE), AFTER)
    source = Source(2026)
    source.read(result, {}, {government.kesehatan.pk, government.bidang.pk})
    assert source.evidence == {}
    source.read(result, {}, {government.pendidikan.pk})
    assert set(source.evidence) == {other.pk}


def test_evidence_and_indicator_cards(report):
    assert [(each.number, each.period, each.title, each.page) for each in report.appendices.evidence] == [
        ("1.1", "TW IV", "Laporan SSGI 2026", "12")
    ]
    card = report.appendices.cards[0]
    assert (card.labels, card.formula, card.source) == (
        "IKU PD",
        "Balita stunting ÷ balita yang diukur × 100",
        "Survei Status Gizi Indonesia",
    )


# --- proposals ------------------------------------------------------------------------------------------


def test_a_proposal_of_scales_and_dates_names_no_unit(report):
    text = proposal(report, Section.OBJECTIVE, report.objectives[1].objective_id)
    assert text == (
        "Sasaran “Meningkatnya tata kelola kesehatan” diukur dengan 2 indikator. Belum ada indikator yang "
        f"mencapai target. Rata-rata capaian 86,00{NBSP}% (Tinggi).\n\n"
        "Opini atas laporan keuangan: realisasi Wajar Dengan Pengecualian dari target Wajar Tanpa Pengecualian, "
        f"capaian 75,00{NBSP}%, belum mencapai target. Realisasi turun dari tahun 2025, Wajar Tanpa Pengecualian "
        f"(memburuk). Dibandingkan Kabupaten Tetangga 2025 (Wajar Tanpa Pengecualian): 1{NBSP}tingkat lebih rendah, "
        "belum sebaik pembanding.\n\n"
        "Penetapan Peraturan Daerah KTR: realisasi 10 Desember 2026 dari target 30 November 2026, "
        f"capaian 97,01{NBSP}%, belum mencapai target. Realisasi lebih lambat dari tahun 2025, 28 November 2025 "
        f"(memburuk). Dibandingkan Kota Seberang 2025 (20 Desember 2025): 10{NBSP}hari lebih awal, lebih baik."
    )


def test_proposals_of_money_and_programmes(report):
    first, second = (chapter.objective_id for chapter in report.objectives)
    assert proposal(report, Section.EFFICIENCY, second) == ""
    assert proposal(report, Section.EFFICIENCY, first).startswith(
        "Sasaran ini ditunjang satu program dengan pagu "
    )
    assert proposal(report, Section.PROGRAMMES, first).endswith(
        "Rencana Aksi memuat satu langkah untuk sasaran ini; belum ada yang selesai."
    )
    assert proposal(report, Section.PROGRAMMES, second).endswith("; kemajuannya belum dicatat.")


def test_the_introduction_names_both_heads(report):
    assert (
        "dr. Ratna Dewi, M.Kes. (1 Januari 2026 sampai 13 Juli 2026) dan drg. Dian Lestari, M.K.M. "
        "(14 Juli 2026 sampai 31 Desember 2026)" in proposal(report, Section.INTRODUCTION)
    )


# --- on paper ---------------------------------------------------------------------------------------------


def test_what_is_said_stands_on_the_paper(report, django_assert_num_queries):
    agreement = files.read(report.plan.issue.pdf)
    with django_assert_num_queries(0):
        content = report_pdf(report, None, agreement)
    text = flat(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))
    for phrase in (
        "PERNYATAAN TELAH DIREVIU",
        "Tahun ini pelayanan gizi diperluas.",
        "drg. Dian Lestari, M.K.M., Kepala Dinas Kesehatan, 14 Juli 2026 sampai dengan 31 Desember 2026",
        "C. Perubahan Perjanjian Kinerja",
        "Pagu bertambah sesudah APBD perubahan.",
        Change.RETARGETED.label,
        "7) Analisis program dan kegiatan yang menunjang",
        "Menurut dokumen: LKjIP 2022 untuk 1.1 (2022); LKjIP 2023 untuk 1.1 (2023)",
        "Belum ada pembanding yang tercatat.",
        "0,30 poin persen lebih tinggi",
        "Belanja gizi dihemat lewat pengadaan bersama.",
        "Menunjang sasaran 1",
        "Tidak dikaitkan",
        "LAMPIRAN 5 REVISI SUMBER",
        "https://contoh.go.id/ssgi",
    ):
        assert phrase in text.replace(NBSP, " ")


def test_the_page_and_the_paper_say_the_same_figures(report):
    html = flat(report_html(report)).replace(NBSP, " ")
    for row in (row for chapter in report.objectives for row in chapter.rows):
        assert f'<td class="number">{format_percent(row.percent)}'.replace(NBSP, " ") in html
