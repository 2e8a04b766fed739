"""Two people, two tabs and a changing plan at one draft: nobody's work is lost, nothing is a 500."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements import drafting, readiness, years
from agreements.budgets import lines_for
from agreements.copying import promise
from agreements.enums import Holding
from agreements.models import (
    Agreement,
    AgreementIndicator,
    Assignment,
    DocumentText,
    Indicator,
    Objective,
    Position,
    Scale,
    ScaleStep,
    YearPolicy,
)
from agreements.parties import parties_on
from records.history import history_of
from tests.agreements.steps import actor, complete_draft, take
from tests.agreements.test_drafting import address, send
from tests.factories import (
    SINCE,
    add_budget,
    add_promise,
    make_agreement,
    make_assignment,
    make_budget,
    make_indicator,
)

DAY = date(2026, 1, 10)


@pytest.fixture
def operator(client, operator_kesehatan):
    client.force_login(operator_kesehatan)
    return client


@pytest.fixture
def draft(government) -> Agreement:
    return make_agreement(government.kadinkes)


@pytest.fixture
def colleague(government):
    """Changes a draft behind the operator's back."""
    return actor(government.users.kepala_kesehatan)


def fresh(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


def shown_version(answer) -> str:
    return answer.context["form"]["version"].value()


# --- conflicts ------------------------------------------------------------------------------------


def test_after_a_conflict_budgets_are_saved_the_second_time(operator, draft, government):
    make_budget(government.kesehatan)
    drafting.set_budgets(fresh(draft), lines_for(draft), actor(government.users.kepala_kesehatan))
    answer = operator.post(address("budgets", draft), {"version": draft.version})
    assert answer.status_code == 422
    assert "Tersimpan dengan centang" in answer.content.decode()
    answer = operator.post(address("budgets", draft), {"version": shown_version(answer)})
    assert answer.status_code == 302
    assert not draft.budgets.exists()


def test_a_target_the_page_knew_nothing_of_stays(operator, draft, colleague, government):
    """A colleague adds an indicator with its target while the page is open."""
    own = add_promise(draft, government.stunting, government.sasaran)
    theirs = add_promise(draft, make_indicator(government.kesehatan, "Lain"), government.sasaran, value=None)
    drafting.set_targets(fresh(draft), {theirs.pk: {"value": Decimal(77)}}, colleague)
    answer = operator.post(address("compose", draft), {"version": draft.version, f"t{own.pk}_value": "12"})
    field = answer.context["form"][f"t{theirs.pk}_value"]
    assert (answer.status_code, field.value()) == (422, "77")
    operator.post(
        address("compose", draft),
        {
            "version": shown_version(answer),
            f"t{own.pk}_value": "12",
            f"t{theirs.pk}_value": field.value(),
        },
    )
    own.refresh_from_db()
    theirs.refresh_from_db()
    assert (own.value, theirs.value) == (12, 77)


def test_what_is_not_sent_is_not_emptied(operator, draft, government):
    promised = add_promise(draft, government.stunting, government.sasaran)
    assert send(operator, "compose", draft).status_code == 302
    promised.refresh_from_db()
    assert promised.value == 10


def test_parties_are_not_overwritten_silently(operator, draft, colleague, government):
    drafting.set_parties(fresh(draft), government.sekda, "Kebijakan.", "Tanpa anggaran.", colleague)
    typed = {"second_position": government.regent.pk, "budget_waiver": "Alasan saya"}
    answer = operator.post(address("parties", draft), {"version": draft.version, **typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Tanpa anggaran." in page
    assert "Alasan saya" in page
    assert fresh(draft).second_position == government.sekda
    operator.post(address("parties", draft), {"version": shown_version(answer), **typed})
    assert fresh(draft).budget_waiver == "Alasan saya"


@pytest.mark.parametrize("name", ["parties", "objectives", "pick_indicators", "budgets", "compose"])
def test_a_page_without_its_version_changes_nothing(name, operator, government):
    agreement = complete_draft(government)
    row = [agreement.objectives.get().pk] if name == "pick_indicators" else []
    answer = operator.post(address(name, agreement, *row), {"new_text": "Baru"})
    assert answer.status_code == 422
    assert "Muat ulang" in answer.content.decode()


@pytest.mark.parametrize("name", ["parties", "objectives", "pick_indicators", "budgets", "compose"])
def test_submitted_in_the_same_moment_is_a_sentence(name, operator, government, monkeypatch):
    """The head submits between the check and the write."""
    agreement = complete_draft(government)
    other = make_indicator(government.kesehatan, "Lain")
    real = drafting.touch

    def late(draft):
        take("submit", draft, government.users.kepala_kesehatan)
        real(draft)

    monkeypatch.setattr(drafting, "touch", late)
    row = [agreement.objectives.get().pk] if name == "pick_indicators" else []
    answer = send(
        operator,
        name,
        agreement,
        *row,
        second_position=government.regent.pk,
        new_text="Sasaran baru",
        indikator=other.pk,
    )
    assert answer.status_code == 422
    assert "tidak dapat disusun lagi" in answer.content.decode()


def test_ticks_survive_a_conflict(operator, draft, government):
    promised = add_promise(draft, government.stunting, government.sasaran)
    other = make_indicator(government.kesehatan, "Lain")
    where = address("pick_indicators", draft, promised.objective_id)
    answer = operator.post(where, {"version": 0, "indikator": other.pk})
    assert answer.status_code == 422
    assert f'value="{other.pk}" id="i{other.pk}" checked' in answer.content.decode()
    answer = operator.post(where, {"version": shown_version(answer), "indikator": other.pk})
    assert answer.status_code == 302


# --- two tabs, odd addresses ------------------------------------------------------------------------


def test_two_tabs_start_one_draft(government, monkeypatch):
    real = drafting.next_superior

    def slow(position, day):
        make_agreement(position)
        return real(position, day)

    monkeypatch.setattr(drafting, "next_superior", slow)
    with pytest.raises(drafting.DraftError, match="sudah ada"):
        drafting.create_draft(government.kadinkes, 2026, DAY, actor(government.users.operator_kesehatan))


def test_two_tabs_open_one_year(government, monkeypatch):
    opened = years.open_year(2027)

    class Late:
        """Finds the year only when it is asked a second time."""

        def __getattr__(self, name):
            return getattr(YearPolicy, name)

        def __call__(self, **given):
            return YearPolicy(**given)

        class objects:
            get = YearPolicy.objects.get

            @staticmethod
            def filter(**asked):
                return YearPolicy.objects.filter(**asked).exclude(year=2027)

    monkeypatch.setattr(years, "YearPolicy", Late())
    assert years.open_year(2027) == opened
    assert DocumentText.objects.filter(policy=opened).count() == opened.texts.count() > 0


@pytest.mark.parametrize("number", ["²", "9" * 30, "-1", "x"])
def test_an_odd_number_of_an_indicator_is_a_sentence(number, operator, draft, government):
    row = add_promise(draft, government.stunting, government.sasaran).objective_id
    answer = send(operator, "pick_indicators", draft, row, indikator=number)
    assert answer.status_code == 422
    assert "Belum ada indikator yang dipilih" in answer.content.decode()


def test_a_search_drops_what_a_database_refuses(operator, draft, government):
    row = add_promise(draft, government.stunting, government.sasaran).objective_id
    answer = operator.get(address("pick_indicators", draft, row), {"cari": "\0stun\0 ting "})
    assert answer.context["text"] == "stun ting"


def test_an_objective_of_the_same_wording_is_one(operator, draft):
    send(operator, "objectives", draft, new_text="Sasaran baru sama")
    answer = send(operator, "objectives", draft, new_text=" sasaran  Baru\nsama ")
    assert answer.status_code == 302
    assert (draft.objectives.count(), Objective.objects.filter(text__iexact="Sasaran baru sama").count()) == (
        1,
        1,
    )


# --- the second party --------------------------------------------------------------------------------


def both_posts(g) -> None:
    """The head of the Dinas is Plt. Kepala Bidang as well."""
    Assignment.objects.filter(official=g.official_kabid).update(ends=date(2025, 12, 31))
    make_assignment(g.official_kadinkes, g.kabid, date(2026, 1, 1), holding=Holding.PLT)


def test_a_superior_passed_over_is_explained_by_the_draft(government):
    both_posts(government)
    made = drafting.create_draft(government.kabid, 2026, DAY, actor(government.users.operator_kesehatan))
    assert (made.second_position, made.second_reason) == (
        government.regent,
        "dr. Ratna Dewi, M.Kes. memegang kedua jabatan.",
    )


def test_another_second_party_without_a_reason_is_a_gap(government):
    agreement = make_agreement(government.kabid, second=government.regent)
    found = [gap.text for gap in readiness.gaps(agreement, parties_on(agreement, DAY))]
    assert any("Isi alasan memilih Bupati Contoh" in text for text in found)
    agreement.second_reason = "Kebijakan daerah."
    found = [gap.text for gap in readiness.gaps(agreement, parties_on(agreement, DAY))]
    assert not any("Isi alasan" in text for text in found)


def test_the_page_of_the_parties_names_the_next_superior(operator, government):
    both_posts(government)
    agreement = make_agreement(government.kabid)
    page = operator.get(address("parties", agreement)).content.decode()
    assert "memegang kedua jabatan. Karena itu yang diusulkan: Bupati Contoh" in page
    send(operator, "parties", agreement, second_position=government.regent.pk)
    assert fresh(agreement).second_reason == "dr. Ratna Dewi, M.Kes. memegang kedua jabatan."


@pytest.fixture
def crowd(government) -> Position:
    """A unit with many posts; one of them by a name of its own."""
    Position.objects.bulk_create(
        Position(unit=government.kesehatan, title=f"Epidemiolog {n:03}", level="functional", valid_from=SINCE)
        for n in range(120)
    )
    return Position.objects.create(
        unit=government.pendidikan, title="Pengawas Langka", level="iv", valid_from=SINCE
    )


def test_of_many_positions_only_superiors_are_listed(operator, draft, crowd):
    page = operator.get(address("parties", draft)).content.decode()
    assert "Epidemiolog" not in page
    assert "Bupati Contoh – Kabupaten Contoh" in page
    found = operator.get(address("parties", draft), {"pilih": "1", "cari": "langka"}).content.decode()
    assert f'value="{crowd.pk}"' in found
    page = operator.get(address("parties", draft), {"pilih": "1", "atasan": crowd.pk}).content.decode()
    assert f'value="{crowd.pk}" selected' in page
    send(operator, "parties", draft, second_position=crowd.pk, second_reason="Kebijakan daerah.")
    assert fresh(draft).second_position == crowd


def test_of_many_positions_the_first_are_offered_and_the_rest_found(client, bagian_organisasi, crowd):
    YearPolicy.objects.filter(year=2026).update(signs_iv=True, signs_functional=True)
    client.force_login(bagian_organisasi)
    where = reverse("agreements:create", args=(2026,))
    page = client.get(where).content.decode()
    assert page.count("<option") == 51
    assert "Pengawas Langka" not in page
    page = client.get(where, {"cari": "langka"}).content.decode()
    assert "Pengawas Langka – Dikbud" in page
    client.post(f"{where}?cari=langka", {"position": crowd.pk})
    assert Agreement.objects.get().position == crowd


def test_a_year_one_does_not_write_is_refused(client, government, operator_kesehatan):
    operator_kesehatan.memberships.update(first_year=2025, last_year=2025)
    client.force_login(operator_kesehatan)
    assert client.get(reverse("agreements:create", args=(2026,))).status_code == 403


# --- buttons beside what is typed -------------------------------------------------------------------


def test_removing_a_row_saves_what_was_typed_in_the_others(operator, draft, government):
    going = add_promise(draft, government.stunting, government.sasaran)
    staying = add_promise(draft, make_indicator(government.kesehatan, "Lain"), government.sasaran, value=None)
    # What is typed in the row that goes need not be right any more.
    typed = {f"t{going.pk}_value": "bukan angka", f"t{staying.pk}_value": "74,2"}
    send(operator, "compose", draft, hapus_indikator=going.pk, **typed)
    assert [(row.pk, row.value) for row in AgreementIndicator.objects.all()] == [
        (staying.pk, Decimal("74.2"))
    ]


def test_nothing_is_removed_while_something_typed_is_wrong(operator, draft, government):
    going = add_promise(draft, government.stunting, government.sasaran)
    staying = add_promise(draft, make_indicator(government.kesehatan, "Lain"), government.sasaran)
    answer = send(
        operator, "compose", draft, hapus_indikator=going.pk, **{f"t{staying.pk}_value": "bukan angka"}
    )
    assert answer.status_code == 422
    assert 'value="bukan angka"' in answer.content.decode()
    assert AgreementIndicator.objects.count() == 2


def test_enter_saves_and_removes_nothing(operator, draft, government):
    """A browser presses the first button of a form on Enter."""
    add_promise(draft, government.stunting, government.sasaran)
    main = operator.get(address("compose", draft)).content.decode().split("<main")[1]
    assert main.index(">Simpan target<") < main.index("hapus_sasaran")


def test_a_held_line_the_budget_lost_can_be_removed(operator, draft, government):
    gone = make_budget(government.kesehatan)
    add_budget(draft, gone)
    gone.delete()
    page = operator.get(address("budgets", draft)).content.decode()
    assert "Belum ada anggaran" not in page
    assert "Tidak ada lagi di anggaran" in page
    line = draft.budgets.get()
    send(operator, "budgets", draft, lines=f"{line.programme_id}|{line.fund_source}")
    assert draft.budgets.get().amount == line.amount
    send(operator, "budgets", draft)
    assert not draft.budgets.exists()


# --- history and queries ----------------------------------------------------------------------------


def test_events_keep_every_line(draft, colleague, government):
    for source, amount in (("APBD", "100"), ("DAK", "200")):
        make_budget(government.kesehatan, fund_source=source, amount=amount)
    drafting.set_budgets(draft, lines_for(draft), colleague)
    after = json.loads(history_of(draft)[0].after)["anggaran"]
    assert [(row["sumber_dana"], row["jumlah"]) for row in after] == [("APBD", "100.00"), ("DAK", "200.00")]
    twins = [
        add_promise(draft, make_indicator(government.kesehatan, "Kembar"), government.sasaran)
        for _ in range(2)
    ]
    drafting.set_targets(draft, {row.pk: {"value": Decimal(5)} for row in twins}, colleague)
    assert len(json.loads(history_of(draft)[0].after)) == 2


def test_targets_are_written_with_the_same_few_queries(draft, colleague, government):
    counts = []
    for more in (1, 2, 20):  # the first makes the head of the history
        for number in range(more):
            indicator = make_indicator(government.kesehatan, f"I{more}-{number}")
            add_promise(draft, indicator, government.sasaran)
        pks = AgreementIndicator.objects.values_list("pk", flat=True)
        targets = {pk: {"value": Decimal(50 + more)} for pk in pks}
        with CaptureQueriesContext(connection) as asked:
            drafting.set_targets(draft, targets, colleague)
        counts.append(len(asked))
    assert counts[1] == counts[2]


# --- the catalogue changes ----------------------------------------------------------------------------


def change(indicator: Indicator, **columns) -> None:
    Indicator.objects.filter(pk=indicator.pk).update(**columns)


def test_a_changed_catalogue_is_a_gap_until_it_is_taken_over(operator, government):
    agreement = complete_draft(government)
    change(government.stunting, kind="ratio", polarity="higher", unit_of_measure="per mil")
    page = operator.get(agreement.get_absolute_url()).content.decode()
    assert "Kamus Indikator berubah sejak indikator ini dipilih: satuan, jenis nilai, arah." in page
    row = AgreementIndicator.objects.get()
    send(operator, "compose", agreement, perbarui=row.pk, **{f"t{row.pk}_value": "14"})
    row.refresh_from_db()
    assert (row.kind, row.polarity, row.unit_of_measure, row.value) == ("ratio", "higher", "per mil", 14)
    read = Agreement.objects.with_content().get(pk=agreement.pk)
    assert readiness.gaps(read, parties_on(read, DAY)) == []


def test_a_changed_policy_is_a_gap_too(government):
    agreement = complete_draft(government)
    YearPolicy.objects.filter(year=2026).update(cap=Decimal(110))
    assert "batas (%)" in readiness.gaps(agreement, parties_on(agreement, DAY))[0].text


def test_a_target_of_another_kind_is_asked_again(draft, colleague, government):
    row = add_promise(draft, government.stunting, government.sasaran)
    change(government.stunting, kind="date", unit_of_measure="tanggal")
    drafting.refresh_promise(row, colleague)
    row.refresh_from_db()
    assert (row.kind, row.value, row.has_target) == ("date", None, False)
    assert "Perbarui indikator dari kamus" in history_of(draft)[0].action


def test_a_step_the_scale_lost_is_asked_again(draft, colleague, government):
    scale = Scale.objects.create(name="Opini BPK")
    for rank, name in enumerate(("TMP", "TW", "WDP"), start=1):
        ScaleStep.objects.create(scale=scale, rank=rank, name=name)
    opinion = make_indicator(government.kesehatan, "Opini", kind="scale", scale=scale)
    first = add_promise(draft, government.stunting, government.sasaran).objective
    row = promise(first, opinion, YearPolicy.objects.get(year=2026), step=3)
    row.save()
    scale.steps.filter(rank=3).delete()
    assert any("tingkat skala" in gap.text for gap in readiness.gaps(draft, parties_on(draft, DAY)))
    drafting.refresh_promise(row, colleague)
    row.refresh_from_db()
    assert (row.steps, row.step) == (("TMP", "TW"), None)
