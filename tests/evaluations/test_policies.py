"""The policies of a year: shown in groups, seen before they are saved, and of one year alone."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements import texts
from agreements.enums import BudgetRhythm, Method, Rhythm
from agreements.models import AgreementIndicator, YearPolicy
from evaluations.enums import RealisationStatus, Subject
from evaluations.forms.policies import GROUPS
from evaluations.models import Period
from evaluations.policy_effects import effects_of
from evaluations.policy_examples import example_of
from evaluations.results import result_of
from records.models import Event
from tests.factories import (
    add_promise,
    make_agreement,
    make_indicator,
    make_period,
    make_position,
    make_realisation,
    make_unit,
    put_into,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]
DAY = date(2026, 7, 20)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-07-20 09:00", tick=False):
        yield


@pytest.fixture
def bureau(client, bagian_organisasi):
    client.force_login(bagian_organisasi)
    return client


def page(group: str, year: int = 2026) -> str:
    return reverse("evaluations:policy_edit", args=(year, group))


def typed(client, group: str, year: int = 2026, **fields) -> dict:
    """What a browser would send back unchanged, with some fields typed anew."""
    form = client.get(page(group, year)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)} | fields


def save(client, group: str, data: dict, year: int = 2026):
    """Send, look at what it would change, send again."""
    seen = client.post(page(group, year), data)
    return client.post(page(group, year), data | {"dilihat": seen.context["mark"]})


def errors_of(response) -> dict[str, str]:
    return {name: " ".join(found) for name, found in response.context["form"].errors.items()}


@pytest.fixture
def stunting(government):
    """Dinas Kesehatan in force: stunting 17,2 of 15,8, lower is better."""
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, government.stunting, value=Decimal("15.8"))
    put_into(agreement, "in_force")
    make_realisation(government.stunting, make_period(number=2), "17.2", status=RealisationStatus.SUBMITTED)
    return agreement


# --- saving -----------------------------------------------------------------------------------


def test_all_groups_stand_on_the_page_with_what_is_decided(bureau):
    content = bureau.get("/pengaturan/kebijakan/2026/").content.decode()
    for group in GROUPS.values():
        assert f'href="{page(group.key)}"' in content
    assert "Selisih: (2 × target − realisasi) ÷ target" in content


def test_every_policy_belongs_to_one_group():
    named = [name for group in GROUPS.values() for name in group.fields]
    columns = {field.name for field in YearPolicy._meta.concrete_fields} - {"id", "year"}
    assert sorted(named) == sorted(columns)


def test_what_is_sent_once_is_shown_and_not_saved(bureau):
    data = typed(bureau, "perhitungan", cap="110", lower_method=Method.INVERS)
    answer = bureau.post(page("perhitungan"), data)
    assert answer.status_code == 200
    said = {label: (before, after) for label, before, after in answer.context["changed"]}
    assert said["batas capaian untuk rata-rata (%)"] == ("", "110")
    assert YearPolicy.objects.get(year=2026).cap is None
    assert Event.objects.count() == 0


def test_who_sees_no_results_is_told_how_many_change_but_not_whose(client, bureau, stunting, administrator):
    """The administrator keeps settings and reads no agreement: the preview is no way around that."""

    def told() -> tuple[str, str]:
        example = client.get(page("perhitungan")).content.decode()
        data = typed(client, "perhitungan", lower_method=Method.INVERS)
        return example, client.post(page("perhitungan"), data).content.decode()

    example, preview = told()
    assert "stunting" in example
    assert "Dinas Kesehatan</a>" in preview
    client.force_login(administrator)
    example, preview = told()
    assert "stunting" not in example
    assert "Contoh umum" in example
    assert "capaian berubah" in preview
    assert "Dinas Kesehatan</a>" not in preview


def test_what_was_seen_is_saved_with_before_and_after_and_no_other_year_changes(bureau):
    others = list(YearPolicy.objects.exclude(year=2026).values())
    data = typed(bureau, "perhitungan", lower_method=Method.INVERS, cap="110")
    assert save(bureau, "perhitungan", data).status_code == 302
    policy = YearPolicy.objects.get(year=2026)
    assert (policy.lower_method, policy.cap) == (Method.INVERS, Decimal(110))
    event = Event.objects.get()
    assert event.action == "mengubah kebijakan tahun"
    assert '"batas capaian untuk rata-rata (%)":"110' in event.after
    assert list(YearPolicy.objects.exclude(year=2026).values()) == others


def test_changed_again_after_it_was_seen_it_is_shown_anew(bureau):
    data = typed(bureau, "perhitungan", cap="110")
    seen = bureau.post(page("perhitungan"), data).context["mark"]
    answer = bureau.post(page("perhitungan"), data | {"cap": "130", "dilihat": seen})
    assert answer.status_code == 200
    assert YearPolicy.objects.get(year=2026).cap is None


def test_a_group_saves_its_own_columns_alone(bureau):
    data = typed(bureau, "perhitungan", cap="110")
    YearPolicy.objects.filter(year=2026).update(fill_days=12, verify_days=20)
    save(bureau, "perhitungan", data)
    policy = YearPolicy.objects.get(year=2026)
    assert (policy.cap, policy.fill_days) == (Decimal(110), 12)


def test_no_cap_is_an_empty_field_and_not_nothing(bureau):
    YearPolicy.objects.update(cap=Decimal(120))
    assert save(bureau, "perhitungan", typed(bureau, "perhitungan", cap="")).status_code == 302
    assert YearPolicy.objects.get(year=2026).cap is None
    assert "tanpa batas" in bureau.get(reverse("agreements:policy_list")).content.decode()


def test_texts_are_saved_with_before_and_after(bureau):
    data = typed(bureau, "dokumen", text_title="PERJANJIAN KINERJA {daerah}")
    assert save(bureau, "dokumen", data).status_code == 302
    policy = YearPolicy.objects.get(year=2026)
    assert policy.texts.get(key="title").text == "PERJANJIAN KINERJA {daerah}"
    event = Event.objects.get()
    assert '"teks Judul":"PERJANJIAN KINERJA TAHUN {tahun}"' in event.before
    assert "promise" not in event.after


def test_which_amendment_it_is_can_be_said_in_its_title_alone(bureau):
    text = "PERJANJIAN KINERJA PERUBAHAN {urutan} {daerah} TAHUN {tahun}"
    assert save(bureau, "dokumen", typed(bureau, "dokumen", text_title_amended_again=text)).status_code == 302
    assert YearPolicy.objects.get(year=2026).texts.get(key="title_amended_again").text == text
    refused = bureau.post(page("dokumen"), typed(bureau, "dokumen", text_title=text))
    assert "Tanda “{urutan}” tidak dikenal" in errors_of(refused)["text_title"]


def test_the_due_day_of_amendments_is_a_policy(bureau):
    data = typed(bureau, "batas-waktu", amendment_due="30 Oktober 2026")
    assert save(bureau, "batas-waktu", data).status_code == 302
    assert YearPolicy.objects.get(year=2026).amendment_due == date(2026, 10, 30)


@pytest.mark.parametrize("group", list(GROUPS))
def test_saving_what_is_there_writes_no_history(bureau, group):
    assert bureau.post(page(group), typed(bureau, group)).status_code == 302
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("group", "fields", "name", "sentence"),
    [
        ("predikat", {"bound_2": "95", "word_1": "Istimewa"}, "bound_2", "harus lebih rendah"),
        ("irama", {"verify_days": 5}, "verify_days", "tidak boleh lebih awal"),
        ("irama", {"budget_fill_days": 15, "budget_lock_days": 14}, "budget_lock_days", "lebih awal"),
        ("perhitungan", {"cap": "90"}, "cap", "100"),
        ("dokumen", {"text_promise": "Kami {bupati} berjanji"}, "text_promise", "“{bupati}” tidak dikenal"),
        ("dokumen", {"text_promise": "Kami { berjanji"}, "text_promise", "tidak dikenal"),
        ("dokumen", {"text_title": ""}, "text_title", "tidak boleh kosong"),
    ],
)
def test_an_impossible_policy_is_refused_beside_the_field(bureau, group, fields, name, sentence):
    before = YearPolicy.objects.filter(year=2026).values().get()
    response = bureau.post(page(group), typed(bureau, group) | fields)
    assert response.status_code == 422
    assert sentence in errors_of(response)[name]
    assert all(str(value) in response.content.decode() for value in fields.values())
    assert YearPolicy.objects.filter(year=2026).values().get() == before


def test_texts_changed_by_somebody_else_meanwhile_are_not_overwritten(bureau):
    data = typed(bureau, "dokumen", text_title="JUDUL SAYA")
    YearPolicy.objects.get(year=2026).texts.filter(key="title").update(text="JUDUL REKAN")
    response = bureau.post(page("dokumen"), data)
    assert "orang lain menyimpan" in errors_of(response)["__all__"]
    assert YearPolicy.objects.get(year=2026).texts.get(key="title").text == "JUDUL REKAN"


def test_every_text_of_the_form_is_offered(bureau):
    answer = bureau.get(page("dokumen"))
    assert {f"text_{key}" for key in texts.DEFAULTS} <= set(answer.context["form"].fields)
    assert "{kepala_daerah} menjadi sebutan" in answer.content.decode()


def test_a_year_or_a_group_that_is_not_there_has_no_page(bureau):
    assert bureau.get("/pengaturan/kebijakan/2031/").status_code == 404
    assert bureau.get(page("perhitungan", 2031)).status_code == 404
    assert bureau.get(page("lainnya")).status_code == 404


def test_a_rhythm_makes_the_periods_of_the_year_when_it_is_saved(bureau):
    data = typed(bureau, "irama", indicator_rhythm=Rhythm.SEMESTER, budget_rhythm=BudgetRhythm.QUARTER)
    bureau.post(page("irama"), data)
    assert Period.objects.filter(year=2026).count() == 16
    assert save(bureau, "irama", data).status_code == 302
    rows = Period.objects.filter(year=2026, subject=Subject.INDICATORS)
    assert list(rows.values_list("number", flat=True)) == [2, 4]
    assert Period.objects.filter(year=2025).count() == 16


def test_a_rhythm_with_facts_in_the_way_is_refused_beside_the_field(bureau, stunting, government):
    make_realisation(government.literasi, make_period(number=1))
    response = bureau.post(page("irama"), typed(bureau, "irama", indicator_rhythm=Rhythm.SEMESTER))
    assert "1 realisasi sudah ada pada TW I" in errors_of(response)["indicator_rhythm"]
    assert Period.objects.filter(year=2026, subject=Subject.INDICATORS).count() == 4


# --- what it would change ---------------------------------------------------------------------


def unsaved(**fields) -> tuple[YearPolicy, YearPolicy]:
    before, after = (YearPolicy.objects.get(year=2026) for _ in range(2))
    for name, value in fields.items():
        setattr(after, name, value)
    return before, after


def test_a_bound_rates_offices_anew_at_once(bureau, stunting):
    found = effects_of(*unsaved(bound_1=Decimal(95)), DAY)
    assert found.amended is None
    assert found.at_once is not None
    assert (found.at_once.achievements, found.at_once.ratings) == (0, 1)
    assert found.at_once.moved[0].text == "Sangat Tinggi → Tinggi (91,14\xa0% → 91,14\xa0%)"
    data = typed(bureau, "predikat", bound_1="95")
    assert "1 predikat berubah" in bureau.post(page("predikat"), data).content.decode()


def test_a_formula_reaches_no_frozen_agreement_and_says_what_an_amendment_would_come_to(stunting):
    found = effects_of(*unsaved(lower_method=Method.INVERS), DAY)
    assert found.at_once is None
    assert found.amended is not None
    assert found.amended.headline == "1 dari 1 capaian berubah, 0 predikat berubah, 1 rata-rata berubah"
    assert found.amended.moved[0].text == "91,14\xa0% → 91,86\xa0%"
    assert AgreementIndicator.objects.get().lower_method == Method.SELISIH
    assert result_of(stunting, DAY).rows[0].result.raw < Decimal("91.2")


def test_drafts_that_keep_the_rule_of_before_are_counted(government):
    draft = make_agreement(government.kadinkes)
    add_promise(draft, government.stunting)
    add_promise(draft, make_indicator(government.kesehatan, "Imunisasi"))
    assert effects_of(*unsaved(lower_method=Method.INVERS), DAY).drafts == 1
    assert effects_of(*unsaved(cap=Decimal(120)), DAY).drafts == 2


def test_a_policy_that_calculates_nothing_changes_no_achievement(stunting):
    found = effects_of(*unsaved(fill_days=12), DAY)
    assert (found.at_once, found.amended, found.drafts) == (None, None, 0)


def test_questions_do_not_grow_with_the_offices(bureau, government, stunting):
    data = typed(bureau, "perhitungan", lower_method=Method.INVERS, cap="100")

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert bureau.post(page("perhitungan"), data).status_code == 200
        return len(queries)

    few = count()
    for number in range(3):
        unit = make_unit(f"Dinas {number}", government.root, on_map=True, signs_with_head=True)
        agreement = make_agreement(make_position(unit, f"Kepala Dinas {number}", superior=government.regent))
        indicator = make_indicator(unit, f"Angka {number}", polarity="lower")
        add_promise(agreement, indicator)
        put_into(agreement, "in_force")
        make_realisation(indicator, make_period(number=2), "12", status=RealisationStatus.SUBMITTED)
    assert count() == few
    assert few <= 20


# --- what it means ----------------------------------------------------------------------------


def said(group: str, **fields) -> str:
    _, policy = unsaved(**fields)
    return " ".join(example_of(group, policy, DAY))


def test_the_formula_is_explained_on_an_own_indicator(stunting):
    text = said("perhitungan").replace("\xa0", " ")
    assert "Prevalensi stunting: target 15,80 %, realisasi 17,20 %" in text
    assert "selisih 91,14 %, invers 91,86 %" in text


def test_the_cap_names_the_office_most_concerned(government):
    agreement = make_agreement(government.kadikbud)
    for name, value in (("Literasi", "20"), ("Numerasi", "6")):
        indicator = make_indicator(government.pendidikan, name)
        add_promise(agreement, indicator)
        make_realisation(indicator, make_period(number=2), value, status=RealisationStatus.SUBMITTED)
    put_into(agreement, "in_force")
    text = said("perhitungan", cap=Decimal(120)).replace("\xa0", " ")
    assert "Dinas Pendidikan dan Kebudayaan: 1 capaian; rata-ratanya" in text
    assert "dengan batas 120,00 %" in text


def test_words_are_counted_on_own_achievements(stunting):
    assert "Sangat Tinggi: 1 · Tinggi: 0" in said("predikat")


@pytest.mark.parametrize("group", ["perhitungan", "predikat"])
def test_without_figures_the_example_says_it_is_a_general_one(group):
    assert "Contoh umum, karena belum ada realisasi tahun ini" in said(group)


@pytest.mark.parametrize("group", list(GROUPS))
def test_every_page_opens_with_few_questions(bureau, stunting, group, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        assert bureau.get(page(group)).status_code == 200


def test_levels_and_checkers_are_said_in_counts(government):
    assert "Eselon III / Administrator: 1 jabatan, ya" in said("penanda-tangan")
    assert "1 jabatan di bawah kepala perangkat daerah" in said("pemeriksa")
    assert "Kepala Dinas Kesehatan" in said("serah-terima") or "Sekretaris Daerah" in said("serah-terima")
