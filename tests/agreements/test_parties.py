"""Who signs with whom."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from agreements.enums import Form, Holding, Level, UnitKind
from agreements.models import Assignment
from agreements.parties import form_for, next_superior, parties_on, proposed_superior
from tests.factories import make_agreement, make_assignment, make_official, make_position, make_unit

DAY = date(2026, 1, 20)


def test_the_regent_signs_alone(government):
    assert form_for(government.regent) == Form.SINGLE_PARTY
    assert proposed_superior(government.regent) is None


def test_a_camat_signs_with_the_regent_whatever_the_echelon(government):
    unit = make_unit("Kecamatan Contoh", government.root, UnitKind.DISTRICT, signs_with_head=True)
    camat = make_position(unit, "Camat Contoh", Level.III, superior=government.sekda)
    assert proposed_superior(camat) == government.regent


def test_an_asisten_signs_with_the_sekda(government):
    unit = make_unit("Asisten Pemerintahan", government.setda, UnitKind.STAFF)
    asisten = make_position(unit, "Asisten Pemerintahan", Level.II, superior=government.sekda)
    assert proposed_superior(asisten) == government.sekda


def test_below_the_head_the_direct_superior(government):
    assert proposed_superior(government.kabid) == government.kadinkes


def test_a_sekretaris_who_acts_as_head_gets_the_next_superior(government):
    """Sekretaris and Plt. Kepala are one person: the regent is proposed as second party."""
    sekretaris = make_position(government.bidang, "Sekretaris", Level.III, government.kadinkes, heads=False)
    person = make_official("Dewi")
    make_assignment(person, sekretaris)
    held = government.official_kadinkes.assignments.get()
    held.ends = date(2025, 12, 31)
    held.save()
    make_assignment(person, government.kadinkes, date(2026, 1, 1), holding=Holding.PLT)
    assert next_superior(sekretaris, DAY) == government.regent
    assert next_superior(sekretaris, date(2025, 12, 1)) == government.kadinkes


@pytest.mark.parametrize(
    ("day", "name"),
    [(date(2026, 7, 13), "dr. Ratna Dewi, M.Kes."), (date(2026, 7, 14), "Baru"), (date(2021, 6, 1), None)],
)
def test_the_holder_is_asked_for_a_day(day, name, government):
    held = government.official_kadinkes.assignments.get()
    held.ends = date(2026, 7, 13)
    held.save()
    make_assignment(make_official("Baru"), government.kadinkes, date(2026, 7, 14))
    found = Assignment.objects.party_of(government.kadinkes.pk, day)
    assert (found.official.name if found else None) == name


def test_the_definitive_holder_signs_though_a_plh_runs_the_day(government):
    make_assignment(make_official("Harian"), government.kadinkes, date(2026, 1, 1), holding=Holding.PLH)
    assert Assignment.objects.party_of(government.kadinkes.pk, DAY).official == government.official_kadinkes


def test_a_problem_is_a_sentence(government):
    agreement = make_agreement(government.kadinkes)
    assert parties_on(agreement, DAY).problem == ""
    assert "tidak ada pejabatnya" in parties_on(agreement, date(2021, 5, 1)).problem
    agreement.second_position = None
    assert "Pihak Kedua belum dipilih" in parties_on(agreement, DAY).problem


# --- two definitive holders ---------------------------------------------------------------------


CLASHES = [
    (date(2023, 1, 1), None, True),
    (date(2021, 2, 1), date(2022, 1, 2), False),
    (date(2021, 2, 1), date(2022, 1, 3), True),
    (date(2021, 2, 1), None, True),
]


@pytest.mark.parametrize(("starts", "ends", "clash"), CLASHES)
def test_no_two_definitive_holders_on_a_day(starts, ends, clash, government):
    """The head holds the post from 3 January 2022 on; form and database say the same."""
    new = Assignment(official=make_official("Kedua"), position=government.kadinkes, starts=starts, ends=ends)
    if not clash:
        new.full_clean()
        new.save()
        return
    with pytest.raises(ValidationError, match=r"dipegang dr\. Ratna Dewi"):
        new.full_clean()
    with pytest.raises(IntegrityError, match="dua pejabat definitif"), transaction.atomic():
        new.save()


def test_an_assignment_is_not_moved_onto_another(government):
    second = make_assignment(
        make_official("Kedua"), government.kadinkes, date(2021, 2, 1), date(2021, 12, 31)
    )
    with pytest.raises(IntegrityError, match="dua pejabat definitif"), transaction.atomic():
        Assignment.objects.filter(pk=second.pk).update(ends=None)


def test_a_plt_beside_the_definitive_holder_is_possible(government):
    make_assignment(make_official("Pengganti"), government.kadinkes, DAY, holding=Holding.PLT)
    assert Assignment.objects.on(DAY).filter(position=government.kadinkes).count() == 2
