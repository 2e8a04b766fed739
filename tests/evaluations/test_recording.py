"""Recording money, as other code calls it: all lines of an act or none, nobody's figures lost."""

from decimal import Decimal

import pytest

from agreements.scope import scope_of
from evaluations import recording
from evaluations.models import BudgetRealisation
from evaluations.recording import SpendingConflict, Spent, record
from evaluations.spending import spending_lines
from evaluations.spending_checks import Figures
from evaluations.workflow import Refused, TransitionError, Who
from records.history import Actor
from records.models import Event
from tests.factories import make_budget, make_month, spend


@pytest.fixture(autouse=True)
def _in_april(time_machine):
    """March is being filled: it opened on 25 March and is due on 10 April."""
    time_machine.move_to("2026-04-05 05:00Z", tick=False)


@pytest.fixture
def budget(government):
    return make_budget(government.kesehatan, amount="1000")


def who(account) -> Who:
    return Who(scope_of(account), Actor(account.pk, account.name))


def lines_of(*units) -> dict:
    found = spending_lines([unit.pk for unit in units], 2026)
    return {line.budget.pk: line for own in found.values() for line in own}


def test_many_units_in_one_act_give_one_event_each(government, anggaran, budget):
    other = make_budget(government.pendidikan, amount="10")
    second = make_budget(government.pendidikan, amount="10", code="1.02.03")
    lines = lines_of(government.kesehatan, government.pendidikan)
    spent = [Spent(lines[each.pk], 0, Figures(Decimal(1), None)) for each in (budget, other, second)]
    rows = record(make_month(number=3), spent, who(anggaran), invented=True)
    assert {row.invented for row in rows.values()} == {True}
    assert [event.unit_name for event in Event.objects.order_by("number")] == [
        "Dinas Kesehatan",
        "Dinas Pendidikan dan Kebudayaan",
    ]


def test_a_unit_one_may_not_type_for_stops_the_whole_act(government, operator_kesehatan, budget):
    other = make_budget(government.pendidikan)
    lines = lines_of(government.kesehatan, government.pendidikan)
    spent = [Spent(lines[each.pk], 0, Figures(Decimal(1), None)) for each in (budget, other)]
    with pytest.raises(Refused):
        record(make_month(number=3), spent, who(operator_kesehatan))
    assert not BudgetRealisation.objects.exists()
    assert (Event.objects.get().refused, Event.objects.get().unit_name) == (True, government.pendidikan.name)


def test_what_was_not_explained_is_not_recorded_whoever_calls(government, anggaran, budget):
    line = lines_of(government.kesehatan)[budget.pk]
    with pytest.raises(TransitionError, match="melebihi pagu"):
        record(make_month(number=3), [Spent(line, 0, Figures(Decimal(2000), None))], who(anggaran))


def test_a_version_nobody_saw_is_a_conflict(government, anggaran, budget):
    line = lines_of(government.kesehatan)[budget.pk]
    stored = spend(budget, "5", month=3)
    with pytest.raises(SpendingConflict) as conflict:
        record(make_month(number=3), [Spent(line, 0, Figures(Decimal(7), None))], who(anggaran))
    assert conflict.value.rows == {budget.pk: stored}


def test_a_row_made_in_the_same_moment_is_a_conflict(government, anggaran, budget, monkeypatch):
    line = lines_of(government.kesehatan)[budget.pk]
    spend(budget, "5", month=3)
    monkeypatch.setattr(recording, "_stored", _blind_once(recording._stored))
    with pytest.raises(SpendingConflict) as conflict:
        record(make_month(number=3), [Spent(line, 0, Figures(Decimal(7), None))], who(anggaran))
    assert conflict.value.rows[budget.pk].spent == 5


def _blind_once(real):
    """The rows as another connection would not yet have shown them, then as they are."""
    seen = []

    def stored(*args):
        seen.append(1)
        return {} if len(seen) == 1 else real(*args)

    return stored
