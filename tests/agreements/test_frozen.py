"""Nothing signed ever changes: refused in Python with a sentence, in SQL by triggers."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from agreements import signing, workflow
from agreements.enums import FROZEN, Status
from agreements.frozen import Frozen
from agreements.models import (
    Agreement,
    AgreementBudget,
    AgreementIndicator,
    AgreementObjective,
    Indicator,
    Issue,
    IssueParty,
    Signature,
)
from records import triggers
from records.models import Event, StoredFile
from tests.agreements.steps import complete_draft, in_force, in_signing, ready, take
from tests.factories import make_agreement, put_into


@pytest.fixture
def frozen(government):
    return ready(government)


ROWS = {
    "sasaran": (AgreementObjective, {"text": "lain"}),
    "indikator": (AgreementIndicator, {"value": 99}),
    "anggaran": (AgreementBudget, {"amount": 1}),
}


@pytest.mark.parametrize("name", ROWS)
def test_python_refuses_to_change_content(name, frozen):
    model, change = ROWS[name]
    row = model.objects.get()
    for field, value in change.items():
        setattr(row, field, value)
    for write in (
        row.save,
        row.delete,
        lambda: model.objects.update(**change),
        lambda: model.objects.all().delete(),
        lambda: model.objects.bulk_update([row], list(change)),
        lambda: model.objects.bulk_create([row]),
    ):
        with pytest.raises(Frozen, match="PK Perubahan"):
            write()


def test_a_draft_is_still_written(government):
    complete_draft(government)
    assert AgreementIndicator.objects.update(value=7) == 1
    AgreementBudget.objects.all().delete()
    assert not AgreementBudget.objects.exists()


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return "perjanjian: " in str(error)
    return False


CONTENT_SQL = (
    "UPDATE agreements_agreementobjective SET text = 'lain'",
    "UPDATE agreements_agreementindicator SET value = 99",
    "UPDATE agreements_agreementindicator SET name = 'lain'",
    "UPDATE agreements_agreementbudget SET amount = 1",
    "DELETE FROM agreements_agreementbudget",
    "DELETE FROM agreements_agreementindicator",
    "DELETE FROM agreements_agreement",
    "UPDATE agreements_agreement SET year = 2025",
    "UPDATE agreements_agreement SET budget_waiver = 'x'",
    "UPDATE agreements_agreement SET second_position_id = NULL",
    "UPDATE agreements_agreement SET status = 'submitted'",
)


@pytest.mark.parametrize("sql", CONTENT_SQL)
def test_sql_refuses_to_change_content(sql, frozen):
    assert refused(sql)


@pytest.mark.parametrize("sql", CONTENT_SQL[:5])
def test_the_same_sql_passes_on_a_draft(sql, government):
    complete_draft(government)
    assert not refused(sql)


SIGNED_SQL = (
    "UPDATE agreements_agreement SET status = 'draft'",
    "UPDATE agreements_agreement SET status = 'in_signing'",
    "UPDATE agreements_agreement SET status = 'cancelled'",
    "UPDATE agreements_issue SET place = 'x'",
    "DELETE FROM agreements_signature",
    "UPDATE agreements_signature SET place = 'x'",
    "UPDATE agreements_issueparty SET name = 'x'",
    "UPDATE records_storedfile SET sha256 = 'x'",
    "UPDATE records_event SET reason = 'x'",
    "DELETE FROM records_event",
)


@pytest.mark.parametrize("sql", SIGNED_SQL)
def test_sql_refuses_to_change_what_is_signed(sql, government):
    in_force(government)
    assert refused(sql)


def test_append_only_rows_exist_to_be_refused(government):
    in_force(government)
    for model in (Issue, IssueParty, Signature, StoredFile, Event):
        assert model.objects.exists()


def test_a_promised_indicator_keeps_its_measure(frozen, government):
    for column, value in (
        ("polarity", "higher"),
        ("unit_of_measure", "orang"),
        ("kind", "ratio"),
        ("accumulation", "sum"),
    ):
        with pytest.raises(DatabaseError, match="perjanjian: "), transaction.atomic():
            Indicator.objects.filter(pk=government.stunting.pk).update(**{column: value})
    assert Indicator.objects.filter(pk=government.stunting.pk).update(definition="boleh diperjelas") == 1


def test_a_later_edit_of_the_catalogue_does_not_reach_the_promise(frozen, government):
    Indicator.objects.filter(pk=government.stunting.pk).update(name="Nama baru")
    assert AgreementIndicator.objects.get().name == "Prevalensi stunting"


def test_a_later_edit_of_an_official_does_not_reach_the_paper(government):
    in_force(government)
    government.official_kadinkes.name = "Nama Baru"
    government.official_kadinkes.save()
    assert Issue.objects.get().parties.get(party="first").name == "dr. Ratna Dewi, M.Kes."


def test_ready_goes_back_only_while_nobody_signed(government):
    agreement = ready(government)
    assert Agreement.objects.filter(pk=agreement.pk).update(status=Status.DRAFT) == 1


def test_what_was_drawn_up_but_never_printed_is_not_issued(government):
    agreement, bureau = ready(government), government.users.bagian_organisasi
    facts = workflow.IssueFacts("Contoh Kota", date(2026, 1, 20))
    with pytest.raises(ValueError, match="once it is printed"):
        take("issue", agreement, bureau, facts=facts, printed=signing.drawn_up(agreement, facts))
    assert not Issue.objects.exists()


def test_an_issued_paper_comes_into_force_by_its_signatures_alone(government):
    in_signing(government)
    assert refused("UPDATE agreements_agreement SET status = 'in_force'")
    assert Agreement.objects.get().status == Status.IN_SIGNING


@pytest.mark.parametrize("state", [state for state in Status if state != Status.DRAFT])
def test_an_agreement_begins_as_a_draft(state, government):
    with pytest.raises(DatabaseError, match="perjanjian: "), transaction.atomic():
        make_agreement(government.kadinkes, status=state)


def test_a_cancelled_agreement_stays_cancelled(government):
    agreement = take(
        "cancel", ready(government), government.users.bagian_organisasi, reason="Jabatan dihapus bulan ini."
    )
    assert agreement.status == Status.CANCELLED
    assert refused("UPDATE agreements_agreement SET status = 'draft'")


@pytest.mark.django_db
def test_every_registered_trigger_is_installed():
    assert triggers.missing() == []
    assert len(triggers.registered()) > 20


@pytest.mark.django_db
def test_a_missing_trigger_is_noticed():
    from records.checks import triggers_are_installed

    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON agreements_agreement"
        cursor.execute(f"DROP TRIGGER agreement_frozen_delete{on}")
    assert [w.id for w in triggers_are_installed(None, ["default"])] == ["records.W001"]


def test_frozen_states_are_those_after_the_declaration():
    assert set(Status) - set(FROZEN) == {Status.DRAFT, Status.SUBMITTED}


@pytest.mark.parametrize(
    ("state", "skipped_to"),
    [
        (Status.DRAFT, Status.READY),
        (Status.DRAFT, Status.IN_FORCE),
        (Status.SUBMITTED, Status.IN_SIGNING),
        (Status.SUBMITTED, Status.SUPERSEDED),
    ],
)
def test_sql_refuses_to_skip_a_step_before_the_freeze(state, skipped_to, government):
    agreement = complete_draft(government)
    if state == Status.SUBMITTED:
        put_into(agreement, state)
    sql = "UPDATE agreements_agreement SET status = "
    assert refused(f"{sql}'{skipped_to}'")
    assert not refused(f"{sql}'cancelled'")
