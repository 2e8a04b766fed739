"""PK Perubahan: started once, copied whole, seen beside the old one, which counts until it is signed."""

import json
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from agreements import amending, drafting, readiness, workflow
from agreements.amending import Basis
from agreements.content import content_of
from agreements.differences import compare
from agreements.drafting import DraftError
from agreements.enums import Change, Ground, Status
from agreements.models import Agreement, AgreementIndicator, Budget, Position, YearPolicy
from agreements.parties import parties_on
from agreements.scope import scope_of
from agreements.workflow import Refused
from evaluations.enums import RealisationStatus
from evaluations.results import results_of
from records import files
from records.history import history_of
from records.models import Event
from tests.agreements.steps import SCAN, actor, complete_draft, in_force, in_signing, take
from tests.agreements.test_drafting import address, send
from tests.factories import (
    add_budget,
    add_promise,
    make_agreement,
    make_assignment,
    make_budget,
    make_indicator,
    make_objective,
    make_official,
    make_period,
    make_realisation,
)

DPPA = Basis(Ground.STRATEGY, "DPPA disahkan 30 September 2026.")
MUTATION = Basis(Ground.OFFICIAL, "Pelantikan 14 Juli 2026.")
OCTOBER = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-10-05 09:00", tick=False):
        yield


@pytest.fixture
def first(government) -> Agreement:
    return in_force(government)


@pytest.fixture
def operator(client, operator_kesehatan):
    client.force_login(operator_kesehatan)
    return client


def amended(g, agreement, basis=DPPA, day=OCTOBER, user=None) -> Agreement:
    user = user or g.users.operator_kesehatan
    fresh = Agreement.objects.get(pk=agreement.pk)
    return amending.start(fresh, basis, scope_of(user), actor(user), day)


def signed(g, draft, day, head=None) -> Agreement:
    """Take a draft through every step, with the document of the day."""
    bureau = g.users.bagian_organisasi
    take("submit", draft, head or g.users.kepala_kesehatan)
    take("declare", draft, bureau)
    take("issue", draft, bureau, facts=workflow.IssueFacts("Contoh Kota", day, paper="a4"))
    return take("sign", draft, bureau, facts=workflow.InkFacts(day, "Contoh Kota", SCAN))


def retarget(g, draft, value) -> None:
    row = AgreementIndicator.objects.get(objective__agreement=draft, indicator=g.stunting)
    fresh = Agreement.objects.get(pk=draft.pk)
    drafting.set_targets(fresh, {row.pk: {"value": Decimal(value)}}, actor(g.users.operator_kesehatan))


def fresh(agreement) -> Agreement:
    return Agreement.objects.with_content().get(pk=agreement.pk)


def comparison_of(draft):
    return compare(fresh(draft), parties_on(draft, OCTOBER))


def texts_of(draft, verdict) -> list[str]:
    found = readiness.checks(fresh(draft), parties_on(draft, OCTOBER))
    return [check.text for check in found if check.verdict == verdict]


# --- starting ------------------------------------------------------------------------------------


def test_an_amendment_begins_as_a_copy_that_continues_every_promise(government, first):
    draft = amended(government, first)
    old = AgreementIndicator.objects.get(objective__agreement=first)
    new = AgreementIndicator.objects.get(objective__agreement=draft)
    assert (draft.status, draft.amends, draft.ground, draft.ground_reason) == (
        Status.DRAFT,
        first,
        Ground.STRATEGY,
        DPPA.reason,
    )
    assert (new.continues, new.indicator, new.value) == (old, old.indicator, old.value)
    assert new.objective.text == old.objective.text
    assert (new.name, new.polarity, new.lower_method, new.weight) == (
        old.name,
        old.polarity,
        old.lower_method,
        old.weight,
    )


def test_the_old_agreement_stays_in_force_until_the_new_one_is_signed(government, first):
    draft = amended(government, first)
    first.refresh_from_db()
    assert first.status == Status.IN_FORCE
    retarget(government, draft, "9")
    signed(government, draft, date(2026, 10, 5))
    first.refresh_from_db()
    draft.refresh_from_db()
    assert (first.status, draft.status) == (Status.SUPERSEDED, Status.IN_FORCE)


def test_amounts_come_from_the_latest_budget_and_stay_where_the_programme_is_gone(government):
    agreement = complete_draft(government)
    add_budget(agreement, make_budget(government.kesehatan, code="1.02.03", amount="500"))
    first = _walk(government, agreement)
    make_budget(government.kesehatan, amount="1250000000.50", version="revised")
    draft = amended(government, first)
    assert [(row.code, row.amount) for row in draft.budgets.all()] == [
        ("1.02.02", Decimal("1250000000.50")),
        ("1.02.03", Decimal(500)),
    ]


def _walk(g, agreement) -> Agreement:
    return signed(g, agreement, date(2026, 1, 20))


def test_the_budget_of_the_old_agreement_is_not_touched(government, first):
    make_budget(government.kesehatan, amount="5", version="revised")
    amended(government, first)
    assert [row.amount for row in first.budgets.all()] == [Decimal("1000000000")]


def test_a_draft_follows_the_policy_and_is_not_outdated_on_its_first_day(government, first):
    YearPolicy.objects.filter(year=2026).update(cap=Decimal(120))
    draft = amended(government, first)
    assert AgreementIndicator.objects.get(objective__agreement=draft).cap == 120
    assert not any("Kamus Indikator berubah" in text for text in texts_of(draft, "gap"))


@pytest.mark.parametrize("name", ["kepala_pendidikan", "bupati", "inspektorat", "orang_luar"])
def test_who_may_not_draft_may_not_amend_and_the_attempt_is_written(name, government, first):
    user = getattr(government.users, name)
    with pytest.raises(Refused):
        amended(government, first, user=user)
    assert not first.amendments.exists()
    event = Event.objects.latest("number")
    assert (event.action, event.refused, event.actor) == ("Buat PK Perubahan", True, user)


@pytest.mark.parametrize("make", [complete_draft, in_signing])
def test_only_an_agreement_in_force_is_amended(make, government):
    agreement = make(government)
    with pytest.raises(DraftError, match="hanya PK yang berlaku"):
        amended(government, agreement)


def test_a_reason_of_nine_letters_is_too_short(government, first):
    with pytest.raises(DraftError, match="paling sedikit 10 huruf"):
        amended(government, first, Basis(Ground.STRATEGY, "  DPPA 2026  "))


def test_the_position_must_still_be_there(government, first):
    Position.objects.filter(pk=government.kadinkes.pk).update(valid_to=date(2026, 9, 30))
    with pytest.raises(DraftError, match="tidak ada lagi"):
        amended(government, first)


def test_a_second_amendment_of_the_same_agreement_is_a_sentence(government, first):
    amended(government, first)
    with pytest.raises(DraftError, match="sedang atau sudah diubah oleh PK Perubahan"):
        amended(government, first)
    assert first.amendments.count() == 1


def test_of_two_people_at_once_the_slower_gets_a_sentence(government, first, monkeypatch):
    """The slower one looked before the other was there; the database lets one of them through."""
    make_agreement(government.kadinkes, amends=first, ground=Ground.STRATEGY, ground_reason="Orang lain.")
    looks, now = [], amending.why_not

    def a_moment_ago(agreement, day):
        looks.append(day)
        return "" if len(looks) == 1 else now(agreement, day)

    monkeypatch.setattr(amending, "why_not", a_moment_ago)
    with pytest.raises(DraftError, match="sedang atau sudah diubah"):
        amended(government, first)
    assert first.amendments.get().ground_reason == "Orang lain."


def test_the_history_of_both_tells_of_it(government, first):
    draft = amended(government, first)
    event = history_of(draft).get()
    assert (event.action, event.reason) == ("Buat PK Perubahan", DPPA.reason)
    assert json.loads(event.after)["dasar"] == Ground.STRATEGY.label
    assert history_of(first)[0].action == "Mulai diubah"
    retarget(government, draft, "9")
    signed(government, draft, date(2026, 10, 5))
    event = history_of(first)[0]
    assert event.action == "Digantikan PK Perubahan"
    assert json.loads(event.after)["status"] == "Digantikan PK Perubahan"


# --- a mutation on 14 July -------------------------------------------------------------------------


@pytest.fixture
def new_head(government, first):
    """The old head left on 13 July; the new one took over on 14 July, with the account of the office."""
    old = government.official_kadinkes
    old.assignments.update(ends=date(2026, 7, 13))
    old.account = None
    old.save()
    official = make_official("drg. Surya Lestari", government.users.kepala_kesehatan)
    return make_assignment(official, government.kadinkes, date(2026, 7, 14))


def test_the_new_head_becomes_pihak_pertama(government, first, new_head):
    draft = amended(government, first, MUTATION, date(2026, 7, 20))
    signed(government, draft, date(2026, 7, 20))
    parties = draft.issues.get().parties.order_by("party")
    assert [party.name for party in parties] == ["drg. Surya Lestari", "H. Arif Santosa, S.E."]
    assert [party.name for party in first.issues.get().parties.order_by("party")] == [
        "dr. Ratna Dewi, M.Kes.",
        "H. Arif Santosa, S.E.",
    ]


def test_a_change_of_person_is_a_change_though_every_target_stays(government, first, new_head):
    draft = amended(government, first, MUTATION, date(2026, 7, 20))
    comparison = comparison_of(draft)
    assert [row.change for row in comparison.rows] == [Change.SAME]
    assert [(party.old, party.new) for party in comparison.parties if party.changed] == [
        ("dr. Ratna Dewi, M.Kes., Kepala Dinas Kesehatan", "drg. Surya Lestari, Kepala Dinas Kesehatan")
    ]
    assert texts_of(draft, "gap") == []


def test_the_second_party_is_resolved_anew(government):
    """The division came under somebody else since."""
    agreement = _walk(government, _draft_of_kabid(government))
    government.kabid.superior = government.sekda
    government.kabid.save()
    draft = amended(government, agreement, MUTATION)
    assert (agreement.second_position, draft.second_position) == (government.kadinkes, government.sekda)


def _draft_of_kabid(g) -> Agreement:
    agreement = make_agreement(g.kabid)
    add_promise(agreement, make_indicator(g.kesehatan, "Cakupan imunisasi"), g.sasaran)
    add_budget(agreement, make_budget(g.bidang, code="1.02.05"))
    return agreement


# --- what changes ---------------------------------------------------------------------------------


def test_nothing_changed_at_all_cannot_be_submitted(government, first):
    draft = amended(government, first)
    assert comparison_of(draft).nothing
    assert any("Belum ada yang berubah" in text for text in texts_of(draft, "gap"))
    with pytest.raises(workflow.TransitionError, match="Belum ada yang berubah"):
        take("submit", draft, government.users.kepala_kesehatan)


def test_a_new_amount_alone_is_a_change(government, first):
    make_budget(government.kesehatan, amount="1200000000", version="revised")
    draft = amended(government, first)
    (line,) = comparison_of(draft).budgets
    assert (line.change, line.old, line.new) == (
        Change.REALLOCATED,
        Decimal("1000000000"),
        Decimal("1200000000"),
    )
    assert texts_of(draft, "gap") == []


def test_every_kind_of_change_is_told_apart(government):
    agreement = complete_draft(government)
    rows = {
        name: add_promise(agreement, make_indicator(government.kesehatan, name), government.sasaran)
        for name in ("Tetap", "Diganti", "Dihapus")
    }
    first = _walk(government, agreement)
    draft = amended(government, first)
    retarget(government, draft, "9")
    user = actor(government.users.operator_kesehatan)
    for name in ("Diganti", "Dihapus"):
        row = AgreementIndicator.objects.get(objective__agreement=draft, name=name)
        row.objective.agreement = fresh(draft)
        drafting.remove_indicator(row, user)
    objective = fresh(draft).objectives.get()
    objective.agreement = fresh(draft)
    drafting.add_indicators(
        objective,
        [make_indicator(government.kesehatan, "Pengganti"), make_indicator(government.kesehatan, "Baru")],
        user,
    )
    new = AgreementIndicator.objects.get(objective__agreement=draft, name="Pengganti")
    drafting.set_replaced(fresh(draft), {new.pk: rows["Diganti"].pk}, user)
    assert {row.name: row.change for row in comparison_of(draft).rows} == {
        "Prevalensi stunting": Change.RETARGETED,
        "Tetap": Change.SAME,
        "Pengganti": Change.REPLACED,
        "Baru": Change.NEW,
        "Dihapus": Change.DROPPED,
    }


def test_an_indicator_that_comes_back_continues_the_old_one(government, first):
    draft = amended(government, first)
    user = actor(government.users.operator_kesehatan)
    row = AgreementIndicator.objects.get(objective__agreement=draft)
    row.objective.agreement = fresh(draft)
    drafting.remove_indicator(row, user)
    objective = fresh(draft).objectives.get()
    objective.agreement = fresh(draft)
    drafting.add_indicators(objective, [government.stunting], user)
    again = AgreementIndicator.objects.get(objective__agreement=draft)
    assert again.continues == AgreementIndicator.objects.get(objective__agreement=first)


def test_a_target_typed_anew_keeps_what_it_continues(operator, government, first):
    draft = amended(government, first)
    row = AgreementIndicator.objects.get(objective__agreement=draft)
    send(operator, "compose", draft, **{f"t{row.pk}_value": "9,5"})
    row.refresh_from_db()
    assert (row.value, row.continues.objective.agreement) == (Decimal("9.5"), first)


def test_an_objective_that_moved_or_went_is_seen(government, first):
    draft = amended(government, first)
    user = actor(government.users.operator_kesehatan)
    row = fresh(draft).objectives.get()
    row.agreement = fresh(draft)
    drafting.remove_objective(row, user)
    other = make_objective(government.kesehatan, "Meningkatnya mutu layanan")
    drafting.add_objectives(fresh(draft), [other], "", user)
    objective = fresh(draft).objectives.get()
    objective.agreement = fresh(draft)
    drafting.add_indicators(objective, [government.stunting], user)
    retarget(government, draft, "10")
    comparison = comparison_of(draft)
    assert [(each.text, each.change) for each in comparison.objectives] == [
        ("Meningkatnya mutu layanan", Change.NEW),
        (government.sasaran.text, Change.DROPPED),
    ]
    assert [(row.change, row.moved) for row in comparison.rows] == [(Change.SAME, True)]
    assert not comparison.nothing


@pytest.mark.parametrize(
    ("fields", "before", "after", "eased"),
    [
        ({"polarity": "lower"}, {"value": Decimal(10)}, {"value": Decimal(12)}, True),
        ({"polarity": "lower"}, {"value": Decimal(10)}, {"value": Decimal(9)}, False),
        ({"polarity": "higher"}, {"value": Decimal(10)}, {"value": Decimal(9)}, True),
        ({"polarity": "higher"}, {"value": Decimal(10)}, {"value": Decimal(11)}, False),
        ({"polarity": "higher"}, {"value": Decimal(0)}, {"value": Decimal(-1)}, True),
        ({"polarity": "exact"}, {"value": Decimal(10)}, {"value": Decimal(9)}, False),
        ({"kind": "range"}, {"low": Decimal(60), "high": Decimal(85)}, {"low": Decimal(55), "high": Decimal(85)}, True),
        ({"kind": "range"}, {"low": Decimal(60), "high": Decimal(85)}, {"low": Decimal(65), "high": Decimal(80)}, False),
        ({"kind": "date"}, {"date": date(2026, 11, 30)}, {"date": date(2026, 12, 1)}, True),
        ({"kind": "date"}, {"date": date(2026, 11, 30)}, {"date": date(2026, 11, 1)}, False),
        ({"polarity": "higher"}, {"value": Decimal(10)}, {"value": None}, False),
    ],
)  # fmt: skip
def test_an_easier_target_is_a_hint_that_shows_the_reason(fields, before, after, eased, government):
    agreement = make_agreement(government.kadinkes)
    indicator = make_indicator(government.kesehatan, "Ukuran", **fields)
    add_promise(agreement, indicator, government.sasaran, **before)
    add_budget(agreement, make_budget(government.kesehatan))
    draft = amended(government, _walk(government, agreement))
    row = AgreementIndicator.objects.get(objective__agreement=draft)
    drafting.set_targets(fresh(draft), {row.pk: after}, actor(government.users.operator_kesehatan))
    hints = [text for text in texts_of(draft, "hint") if "dibuat lebih mudah" in text]
    assert (len(hints) == 1) == eased
    assert all(DPPA.reason in text for text in hints)


# --- the pages ------------------------------------------------------------------------------------


def test_the_page_starts_a_draft_and_leads_to_its_content(operator, government, first):
    page = operator.get(address("detail", first)).content.decode()
    assert "Buat PK Perubahan" in page
    answer = operator.post(
        address("amend", first), {"ground": "strategy", "reason": "DPPA disahkan 30 September."}
    )
    draft = first.amendments.get()
    assert answer.headers["Location"] == address("compose", draft)
    assert draft.year == 2026


def test_a_missing_ground_keeps_the_typed_reason(operator, first):
    answer = operator.post(address("amend", first), {"reason": "DPPA disahkan."})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "DPPA disahkan." in page
    assert not first.amendments.exists()


def test_a_short_reason_is_a_sentence(operator, first):
    answer = operator.post(address("amend", first), {"ground": "strategy", "reason": "DPPA"})
    assert "Isi alasan perubahan paling sedikit 10 huruf." in answer.content.decode()


def test_a_refused_attempt_from_the_page_is_written(client, government, first):
    client.force_login(government.users.inspektorat)
    answer = client.post(address("amend", first), {"ground": "strategy", "reason": DPPA.reason})
    assert answer.status_code == 403
    assert Event.objects.latest("number").refused


def test_an_agreement_being_amended_offers_no_second_amendment(operator, government, first):
    draft = amended(government, first)
    page = operator.get(address("detail", first)).content.decode()
    assert "Buat PK Perubahan" not in page.split("Riwayat perubahan")[0]
    assert f'href="{draft.get_absolute_url()}"' in page
    answer = operator.get(address("amend", first))
    assert answer.headers["Location"] == first.get_absolute_url()


def test_both_pages_lead_to_each_other_with_ground_and_reason(operator, government, first):
    draft = amended(government, first)
    retarget(government, draft, "12")
    page = operator.get(address("detail", draft)).content.decode()
    assert f'href="{first.get_absolute_url()}"' in page
    for words in (Ground.STRATEGY.label, DPPA.reason, "10,00\xa0%", "12,00\xa0%", "Target berubah"):
        assert words in page
    signed(government, draft, date(2026, 10, 5))
    assert "Digantikan oleh" in operator.get(address("detail", first)).content.decode()
    assert "Target berubah" in operator.get(address("detail", draft)).content.decode()


def test_what_replaces_what_is_chosen_beside_the_new_indicator(operator, government, first):
    draft = amended(government, first)
    old = AgreementIndicator.objects.get(objective__agreement=first)
    kept = AgreementIndicator.objects.get(objective__agreement=draft)
    assert f"t{kept.pk}_replaces" not in operator.get(address("compose", draft)).content.decode()
    send(operator, "compose", draft, hapus_indikator=kept.pk)
    row = fresh(draft).objectives.get()
    new = make_indicator(government.kesehatan, "Prevalensi wasting")
    send(operator, "pick_indicators", draft, row.pk, indikator=[new.pk])
    promise = AgreementIndicator.objects.get(objective__agreement=draft)
    name = f"t{promise.pk}_replaces"
    assert f'name="{name}"' in operator.get(address("compose", draft)).content.decode()
    send(operator, "compose", draft, **{f"t{promise.pk}_value": "7", name: old.pk})
    promise.refresh_from_db()
    assert (promise.continues, promise.value) == (old, 7)
    assert "Diganti" in operator.get(address("detail", draft)).content.decode()


def test_one_old_indicator_is_replaced_once(operator, government, first):
    draft = amended(government, first)
    old = AgreementIndicator.objects.get(objective__agreement=first)
    send(
        operator,
        "compose",
        draft,
        hapus_indikator=AgreementIndicator.objects.get(objective__agreement=draft).pk,
    )
    row = fresh(draft).objectives.get()
    new = [make_indicator(government.kesehatan, name).pk for name in ("A", "B")]
    send(operator, "pick_indicators", draft, row.pk, indikator=new)
    promises = list(AgreementIndicator.objects.filter(objective__agreement=draft))
    answer = send(operator, "compose", draft, **{f"t{p.pk}_replaces": old.pk for p in promises})
    assert answer.status_code == 422
    assert "sudah dipilih di atas" in answer.content.decode()


def test_an_indicator_of_another_agreement_cannot_be_named_as_replaced(government, first):
    draft = amended(government, first)
    other = add_promise(make_agreement(government.kadikbud), government.literasi)
    row = AgreementIndicator.objects.get(objective__agreement=draft)
    user = actor(government.users.operator_kesehatan)
    assert drafting.set_replaced(fresh(draft), {row.pk: other.pk}, user) == 0
    row.refresh_from_db()
    assert row.continues.objective.agreement == first


def test_ground_and_reason_can_change_while_it_is_a_draft(operator, government, first):
    draft = amended(government, first)
    data = {"ground": "priority", "reason": "Asumsi makro berubah."}
    assert send(operator, "basis", draft, **data).status_code == 302
    draft.refresh_from_db()
    assert (draft.ground, draft.ground_reason) == (Ground.PRIORITY, "Asumsi makro berubah.")
    stale = operator.post(address("basis", draft), {"version": 1, **data, "reason": "Yang lain sekali."})
    assert stale.status_code == 422
    assert "Yang lain sekali." in stale.content.decode()


def test_an_ordinary_draft_has_no_ground(operator, government):
    draft = complete_draft(government)
    assert send(operator, "basis", draft, ground="priority", reason="Asumsi berubah.").status_code == 302
    draft.refresh_from_db()
    assert draft.ground == ""


def test_a_signed_amendment_that_is_amended_again_keeps_within_its_queries(
    operator, government, first, django_assert_max_num_queries
):
    draft = amended(government, first)
    retarget(government, draft, "9")
    signed(government, draft, date(2026, 10, 5))
    amended(government, draft)
    operator.get(address("detail", draft))
    with django_assert_max_num_queries(20):
        operator.get(address("detail", draft))
    with django_assert_max_num_queries(20):
        operator.get(address("detail", first))


@pytest.mark.parametrize("name", ["detail", "compose", "budgets"])
def test_pages_of_an_amendment_keep_their_queries(name, operator, government, django_assert_max_num_queries):
    agreement = complete_draft(government)
    first = _walk(government, agreement)
    draft = amended(government, first)
    operator.get(address(name, draft))
    with django_assert_max_num_queries(20) as few:
        operator.get(address(name, draft))
    for number in range(20):
        objective = make_objective(government.kesehatan, f"Sasaran {number}")
        add_promise(draft, make_indicator(government.kesehatan, f"J{number}"), objective)
    with django_assert_max_num_queries(20) as many:
        operator.get(address(name, draft))
    assert len(many) == len(few)


# --- after it -------------------------------------------------------------------------------------


def test_a_cancelled_amendment_makes_room_for_another(government, first):
    draft = amended(government, first)
    take("cancel", draft, government.users.bagian_organisasi, reason="DPPA ditunda dulu.")
    again = amended(government, first)
    assert again.amends == first
    first.refresh_from_db()
    assert first.status == Status.IN_FORCE


def test_the_amendment_of_an_amendment_is_called_the_second(government, first):
    second = amended(government, first, MUTATION, date(2026, 7, 20))
    retarget(government, second, "9")
    assert _title(second) == ("title_amended", "PERJANJIAN KINERJA PERUBAHAN TAHUN 2026")
    signed(government, second, date(2026, 7, 20))
    third = amended(government, second)
    retarget(government, third, "8")
    assert _title(third) == ("title_amended_again", "PERJANJIAN KINERJA PERUBAHAN KEDUA TAHUN 2026")
    signed(government, third, date(2026, 10, 5))
    assert [fresh(each).status for each in (first, second, third)] == [
        Status.SUPERSEDED,
        Status.SUPERSEDED,
        Status.IN_FORCE,
    ]
    fourth = amended(government, third)
    assert _title(fourth)[1] == "PERJANJIAN KINERJA PERUBAHAN KETIGA TAHUN 2026"


def _title(agreement) -> tuple[str, str]:
    return content_of(fresh(agreement)).texts[0]


def test_the_check_page_says_which_amendment_took_its_place(client, government, first):
    second = amended(government, first, MUTATION, date(2026, 7, 20))
    retarget(government, second, "9")
    signed(government, second, date(2026, 7, 20))
    third = amended(government, second)
    retarget(government, third, "8")
    signed(government, third, date(2026, 10, 5))

    def said(agreement) -> str:
        return client.get(reverse("reports:check_code", args=(agreement.issues.get().code,))).content.decode()

    assert "Sudah digantikan PK Perubahan tanggal 20 Juli 2026." in said(first)
    assert "Sudah digantikan PK Perubahan Kedua tanggal 5 Oktober 2026." in said(second)
    assert "Perjanjian Kinerja Perubahan Kedua" in said(third)


def test_the_superseded_paper_is_handed_out_as_the_bytes_that_were_signed(operator, government, first):
    before = operator.get(address("pdf", first)).content
    digest = first.issues.get().pdf.sha256
    draft = amended(government, first)
    retarget(government, draft, "9")
    signed(government, draft, date(2026, 10, 5))
    issue = first.issues.get()
    assert operator.get(address("pdf", first)).content == before == files.read(issue.pdf)
    assert issue.pdf.sha256 == digest


def test_both_agreements_read_the_same_realisations(government, first):
    for number, value in ((1, "12"), (2, "11"), (3, "10")):
        make_realisation(
            government.stunting, make_period(number=number), value, status=RealisationStatus.SUBMITTED
        )
    draft = amended(government, first)
    retarget(government, draft, "20")
    assert results_of([fresh(first)], OCTOBER)[first.pk].until.number == 3
    signed(government, draft, date(2026, 10, 1))
    results = results_of([fresh(first), fresh(draft)], OCTOBER)
    old, new = results[first.pk], results[draft.pk]
    assert (old.until.number, new.until.number) == (3, 3)
    assert old.rows[0].cells[2].realisation == new.rows[0].cells[2].realisation
    assert (old.rows[0].result.raw, new.rows[0].result.raw) == (Decimal(100), Decimal(150))


def test_an_amendment_of_a_quarters_last_day_is_what_the_quarter_is_judged_under(government, first):
    make_realisation(government.stunting, make_period(number=3), "10", status=RealisationStatus.SUBMITTED)
    draft = amended(government, first)
    retarget(government, draft, "9")
    signed(government, draft, date(2026, 9, 30))
    assert results_of([fresh(first)], OCTOBER)[first.pk].until.number == 2


def test_an_amendment_is_not_dated_before_the_paper_it_amends(government, first):
    draft = amended(government, first)
    retarget(government, draft, "9")
    with pytest.raises(workflow.TransitionError, match="sebelum tanggal PK yang diubah, 20 Januari 2026"):
        signed(government, draft, date(2026, 1, 19))
    bureau = government.users.bagian_organisasi
    take("issue", draft, bureau, facts=workflow.IssueFacts("Contoh Kota", date(2026, 1, 20), paper="a4"))
    assert fresh(draft).status == Status.IN_SIGNING


def test_issued_again_the_last_document_day_counts(government, first):
    draft = amended(government, first)
    retarget(government, draft, "9")
    bureau = government.users.bagian_organisasi
    take("submit", draft, government.users.kepala_kesehatan)
    take("declare", draft, bureau)
    for day in (date(2026, 10, 4), date(2026, 9, 15)):
        take("issue", draft, bureau, facts=workflow.IssueFacts("Contoh Kota", day, paper="a4"))
    take("sign", draft, bureau, facts=workflow.InkFacts(date(2026, 9, 15), "Contoh Kota", SCAN))
    make_realisation(government.stunting, make_period(number=3), "9", status=RealisationStatus.SUBMITTED)
    assert results_of([fresh(first)], OCTOBER)[first.pk].until.number == 2


def test_nothing_of_the_old_agreement_can_be_reached_through_the_new_one(government, first):
    amended(government, first)
    Budget.objects.update(amount=1)
    assert [row.amount for row in first.budgets.all()] == [Decimal("1000000000")]
    assert AgreementIndicator.objects.get(objective__agreement=first).continues is None
