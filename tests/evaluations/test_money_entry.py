"""Typing money: running totals of all lines of a unit in one act, nothing lost, nothing impossible, all explained."""

from decimal import Decimal

import pytest

from accounts.permissions import Role
from agreements.enums import BudgetVersion
from evaluations.models import BudgetRealisation, Extension, Period
from evaluations.money import account_of
from evaluations.recording import RECORDED
from records.history import first_broken_link
from records.models import Event
from tests.evaluations.money_pages import address, opened, queries, sent, text_of, typed
from tests.factories import make_budget, make_membership, make_month, make_plan, make_user, spend

WHY = "Pengembalian belanja ke kas daerah"


@pytest.fixture(autouse=True)
def _in_april(time_machine):
    """March is being filled: it opened on 25 March and is due on 10 April."""
    time_machine.move_to("2026-04-05 05:00Z", tick=False)


@pytest.fixture
def budget(government):
    return make_budget(government.kesehatan, amount="1000")


# --- saving -----------------------------------------------------------------------------------


def test_the_unit_itself_types_and_one_event_holds_every_line(client, government, operator_kesehatan, budget):
    other = make_budget(government.kesehatan, amount="500", code="1.02.03")
    spend(budget, "100", month=2)
    data = opened(client, operator_kesehatan, government.kesehatan)
    data |= typed(budget, "250,50", "30", "Honor dan obat") | typed(other, "Rp 12,05")
    response = client.post(address(government.kesehatan), data, follow=True)
    assert "2 baris disimpan" in text_of(response)
    row = BudgetRealisation.objects.get(budget=budget, month=3)
    assert (row.spent, row.physical, row.note, row.version) == (
        Decimal("250.50"),
        Decimal(30),
        "Honor dan obat",
        1,
    )
    assert row.changed_by == operator_kesehatan
    event = Event.objects.get(action=RECORDED)
    assert (event.subject, event.unit_name, event.capacity) == (
        "Maret 2026",
        "Dinas Kesehatan",
        "Operator PD",
    )
    assert event.before == ""
    assert f'"{budget.pk}":{{"fisik":"30","keterangan":"Honor dan obat"' in event.after
    assert '"realisasi":"12,05"' in event.after
    assert first_broken_link() is None


def test_a_change_says_what_stood_before(client, government, operator_kesehatan, budget):
    spend(budget, "100", month=3)
    data = opened(client, operator_kesehatan, government.kesehatan)
    client.post(address(government.kesehatan), data | typed(budget, "120"))
    row = BudgetRealisation.objects.get()
    assert (row.spent, row.version) == (Decimal(120), 2)
    event = Event.objects.get(action=RECORDED)
    assert '"realisasi":"100,00"' in event.before
    assert '"realisasi":"120,00"' in event.after


def test_the_page_shows_the_running_total_and_the_months_own_part(
    client, government, operator_kesehatan, budget
):
    spend(budget, "100", month=1)
    spend(budget, "180", month=3, physical="40")
    client.force_login(operator_kesehatan)
    page = text_of(client.get(address(government.kesehatan)))
    assert "Realisasi s.d. Maret (Rp)" in page
    assert "s.d. Januari: Rp100,00" in page
    assert "Sejak akhir Januari: Rp80,00" in page
    assert "serapan 18,00\xa0%" in page


def test_rows_left_alone_are_not_written(client, government, operator_kesehatan, budget):
    spend(budget, "100", month=3)
    make_budget(government.kesehatan, code="1.02.03")
    data = opened(client, operator_kesehatan, government.kesehatan)
    assert "Tidak ada yang berubah" in text_of(client.post(address(government.kesehatan), data, follow=True))
    assert BudgetRealisation.objects.get().version == 1
    assert not Event.objects.exists()


def test_who_keeps_the_budgets_types_for_every_unit(client, government, anggaran, budget):
    data = opened(client, anggaran, government.kesehatan)
    client.post(address(government.kesehatan), data | typed(budget, "1"))
    assert Event.objects.get(action=RECORDED).capacity == "Pengelola anggaran"


def test_who_keeps_the_budgets_of_some_units_types_for_no_other(client, government, budget):
    person = make_user("bendahara_dikbud")
    make_membership(person, Role.BUDGET, government.pendidikan)
    make_budget(government.pendidikan)
    client.force_login(person)
    assert client.get(address(government.pendidikan)).context["typeable"]
    assert client.get(address(government.kesehatan)).status_code == 404


def test_who_reads_sees_figures_and_no_form_and_a_try_is_written(client, government, pimpinan, budget):
    spend(budget, "100", month=3)
    client.force_login(pimpinan)
    page = text_of(client.get(address(government.kesehatan)))
    assert "Rp100,00" in page
    assert "-spent" not in page
    assert client.post(address(government.kesehatan), typed(budget, "1")).status_code == 403
    event = Event.objects.get()
    assert (event.action, event.refused, event.unit_name) == (RECORDED, True, "Dinas Kesehatan")
    assert BudgetRealisation.objects.get().spent == 100


def test_a_unit_without_budgets_says_so(client, government, operator_pendidikan):
    client.force_login(operator_pendidikan)
    assert "tidak mempunyai anggaran tahun 2026" in text_of(client.get(address(government.pendidikan)))


# --- what is typed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        ({"spent": "-1"}, "Isi angka paling sedikit 0"),
        ({"spent": "10", "physical": "100,01"}, "Isi angka paling banyak 100"),
        ({"spent": "", "physical": "10"}, "0 bila belum ada yang dibelanjakan"),
        ({"spent": "12,345"}, "angka di belakang koma"),
        ({"spent": "99999999999999"}, "Angka terlalu besar: paling banyak 13 angka di depan koma"),
        ({"spent": "seratus"}, "seratus"),
        ({"spent": "50 %"}, "Isi jumlah rupiah, bukan persen"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_typed_is_lost(
    client, government, operator_kesehatan, budget, figures, sentence
):
    other = make_budget(government.kesehatan, code="1.02.03")
    data = opened(client, operator_kesehatan, government.kesehatan)
    response = client.post(
        address(government.kesehatan), data | typed(budget, **figures) | typed(other, "77", note="tetap ada")
    )
    page = text_of(response)
    assert sentence in page
    assert "tetap ada" in page
    assert 'value="77"' in page
    assert not BudgetRealisation.objects.exists()
    assert not Event.objects.exists()


def test_fifteen_digits_keep_their_sen(client, government, operator_kesehatan):
    budget = make_budget(government.kesehatan, amount="9999999999999.99")
    data = opened(client, operator_kesehatan, government.kesehatan)
    client.post(address(government.kesehatan), data | typed(budget, "9.999.999.999.999,99"))
    row = BudgetRealisation.objects.get()
    assert row.spent == Decimal("9999999999999.99")
    assert account_of([government.kesehatan.pk], 2026).absorption == 100
    # Sending the page back changes nothing.
    again = opened(client, operator_kesehatan, government.kesehatan)
    client.post(address(government.kesehatan), again)
    row.refresh_from_db()
    assert (row.spent, row.version) == (Decimal("9999999999999.99"), 1)


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        ({"spent": "90"}, "Angka berjalan turun dari Rp100,00 (Februari)"),
        ({"spent": "1.000,01"}, "Realisasi melebihi pagu Rp1.000,00"),
        ({"spent": "110", "physical": "19,99"}, "Realisasi fisik turun dari 20\xa0% (Februari)"),
        ({"spent": "501"}, "Angka s.d. Mei sudah tercatat lebih rendah: Rp500,00"),
    ],
)
def test_what_is_strange_wants_words_and_is_then_saved(
    client, government, operator_kesehatan, budget, figures, sentence
):
    spend(budget, "100", month=2, physical="20")
    spend(budget, "500", month=5)
    data = opened(client, operator_kesehatan, government.kesehatan) | typed(budget, **figures)
    assert sentence in text_of(client.post(address(government.kesehatan), data))
    assert sentence in text_of(
        client.post(address(government.kesehatan), data | typed(budget, note="pendek"))
    )
    assert not BudgetRealisation.objects.filter(month=3).exists()
    client.post(address(government.kesehatan), data | typed(budget, note=WHY))
    assert BudgetRealisation.objects.get(month=3).note == WHY


def test_work_that_is_done_while_nothing_was_paid_wants_words(client, government, operator_kesehatan, budget):
    data = opened(client, operator_kesehatan, government.kesehatan) | typed(budget, "0", "100")
    page = text_of(client.post(address(government.kesehatan), data))
    assert "Fisik 100\xa0% tetapi belum ada yang dibelanjakan" in page
    client.post(address(government.kesehatan), data | typed(budget, note=WHY))
    assert BudgetRealisation.objects.get().physical == 100


@pytest.mark.parametrize(("physical", "remarked"), [("50", False), ("49,99", True), ("", False)])
def test_money_far_ahead_of_the_work_is_saved_and_remarked(
    client, government, operator_kesehatan, budget, physical, remarked
):
    data = opened(client, operator_kesehatan, government.kesehatan) | typed(budget, "800", physical)
    response = client.post(address(government.kesehatan), data, follow=True)
    assert BudgetRealisation.objects.get().spent == 800
    assert ("uang mendahului fisik" in text_of(response)) is remarked


def test_what_was_explained_once_is_not_asked_again(client, government, operator_kesehatan, budget):
    spend(budget, "1100", month=2, note=WHY)
    data = opened(client, operator_kesehatan, government.kesehatan)
    client.post(address(government.kesehatan), data | typed(budget, "1100"))
    assert BudgetRealisation.objects.get(month=3).spent == 1100


def test_the_plan_of_the_month_stands_beside_what_is_typed(client, government, operator_kesehatan, budget):
    make_plan(budget, {3: ("500", "40"), 12: ("1000", "100")})
    client.force_login(operator_kesehatan)
    assert "Rencana s.d. Maret Rp500,00; fisik 40,00\xa0%" in text_of(
        client.get(address(government.kesehatan))
    )
    spend(budget, "375", month=3, physical="45")
    page = text_of(client.get(address(government.kesehatan)))
    assert "Rencana s.d. Maret Rp500,00, deviasi −12,50\xa0%; fisik 40,00\xa0%, deviasi +5,00\xa0%" in page
    assert "rencana s.d. Maret Rp500,00, deviasi −12,50\xa0%" in page


# --- the same as last month ---------------------------------------------------------------------


def test_last_month_is_copied_into_empty_rows_and_saved_only_when_asked(
    client, government, operator_kesehatan, budget
):
    other = make_budget(government.kesehatan, code="1.02.03")
    fresh = make_budget(government.kesehatan, code="1.02.04")
    spend(budget, "1234.50", month=2, physical="12.5", note="lama")
    spend(other, "5", month=1)
    BudgetRealisation.objects.filter(budget=budget).update(spent="234.50")
    data = opened(client, operator_kesehatan, government.kesehatan)
    response = client.post(address(government.kesehatan), data | typed(other, "7") | {"same": "semua"})
    page = text_of(response)
    assert "1 baris diisi sama dengan bulan sebelumnya" in page
    assert not BudgetRealisation.objects.filter(month=3).exists()
    shown = sent(response)
    assert (shown[f"b{budget.pk}-spent"], shown[f"b{budget.pk}-physical"]) == ("234,50", "12,5")
    assert (shown[f"b{other.pk}-spent"], shown[f"b{fresh.pk}-spent"]) == ("7", "")
    client.post(address(government.kesehatan), shown)
    kept = BudgetRealisation.objects.get(budget=budget, month=3)
    assert (kept.spent, kept.physical, kept.note) == (Decimal("234.50"), Decimal("12.5"), "")


def test_last_month_is_copied_into_one_row_over_what_stands_there(
    client, government, operator_kesehatan, budget
):
    spend(budget, "100", month=2)
    data = opened(client, operator_kesehatan, government.kesehatan)
    response = client.post(
        address(government.kesehatan), data | typed(budget, "9") | {"same": str(budget.pk)}
    )
    assert sent(response)[f"b{budget.pk}-spent"] == "100"


# --- versions of the budget -----------------------------------------------------------------------


def test_two_fund_sources_of_one_programme_are_two_lines(client, government, operator_kesehatan, budget):
    grant = make_budget(government.kesehatan, amount="400", fund_source="DAK")
    data = opened(client, operator_kesehatan, government.kesehatan)
    client.post(address(government.kesehatan), data | typed(budget, "10") | typed(grant, "40"))
    lines = account_of([government.kesehatan.pk], 2026).lines
    assert [(line.fund_source, line.spent) for line in lines] == [("APBD", 10), ("DAK", 40)]


def test_a_month_typed_on_the_first_budget_is_changed_there_after_the_revision(
    client, government, operator_kesehatan, budget
):
    spend(budget, "100", month=3)
    revised = make_budget(government.kesehatan, amount="2000", version=BudgetVersion.REVISED)
    data = opened(client, operator_kesehatan, government.kesehatan)
    assert data[f"b{revised.pk}-spent"] == "100"
    client.post(address(government.kesehatan), data | typed(revised, "150"))
    row = BudgetRealisation.objects.get()
    assert (row.budget, row.spent) == (budget, Decimal(150))
    later = opened(client, operator_kesehatan, government.kesehatan, 3)
    assert later[f"b{revised.pk}-version"] == "2"


def test_a_programme_the_revision_dropped_stays_while_money_was_spent(
    client, government, operator_kesehatan, budget
):
    dropped = make_budget(government.kesehatan, amount="70", code="1.02.04")
    make_budget(government.kesehatan, amount="50", code="1.02.05")
    spend(dropped, "9", month=2)
    make_budget(government.kesehatan, amount="300", version=BudgetVersion.REVISED)
    client.force_login(operator_kesehatan)
    response = client.get(address(government.kesehatan))
    assert [line.line.budget.programme.code for _, line, _ in response.context["rows"]] == [
        "1.02.02",
        "1.02.04",
    ]
    assert "Tidak ada lagi di versi anggaran terbaru" in text_of(response)
    data = sent(response)
    page = text_of(client.post(address(government.kesehatan), data | typed(dropped, "12")))
    assert "Realisasi melebihi pagu Rp0,00" in page
    client.post(address(government.kesehatan), data | typed(dropped, "9"))
    assert BudgetRealisation.objects.get(month=3).spent == 9


# --- windows ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "typeable"),
    [
        ("2026-03-24 16:59Z", False),
        ("2026-03-24 17:00Z", True),
        ("2026-04-20 16:59Z", True),
        ("2026-04-20 17:00Z", False),
    ],
)
def test_a_month_may_be_typed_from_its_last_week_until_it_locks_in_local_time(
    client, government, operator_kesehatan, budget, time_machine, moment, typeable
):
    time_machine.move_to(moment, tick=False)
    client.force_login(operator_kesehatan)
    assert client.get(address(government.kesehatan)).context["typeable"] is typeable
    data = typed(budget, "1") | {f"b{budget.pk}-version": "0", f"b{budget.pk}-mark": "x"}
    client.post(address(government.kesehatan), data)
    assert BudgetRealisation.objects.exists() is typeable


def test_past_the_lock_only_an_extension_opens_the_month(
    client, government, operator_kesehatan, bagian_organisasi, budget, time_machine
):
    time_machine.move_to("2026-04-25 05:00Z", tick=False)
    client.force_login(operator_kesehatan)
    page = text_of(client.get(address(government.kesehatan)))
    assert "Maret sudah dikunci sejak 21 April 2026" in page
    Extension.objects.create(
        period=make_month(number=3),
        unit=government.kesehatan,
        reason=WHY,
        expires="2026-04-30",
        granted_by=bagian_organisasi,
    )
    response = client.get(address(government.kesehatan))
    assert "waktu diperpanjang sampai" in text_of(response)
    client.post(address(government.kesehatan), sent(response) | typed(budget, "5"))
    assert BudgetRealisation.objects.get().spent == 5


def test_a_month_that_locked_while_the_page_was_open_says_so(
    client, government, operator_kesehatan, budget, time_machine
):
    data = opened(client, operator_kesehatan, government.kesehatan)
    time_machine.move_to("2026-04-22 05:00Z", tick=False)
    client.force_login(operator_kesehatan)
    page = text_of(client.post(address(government.kesehatan), data | typed(budget, "5", note="masih ada")))
    assert "sudah dikunci" in page
    assert "masih ada" in page
    assert not BudgetRealisation.objects.exists()


def test_a_year_without_months_is_not_there(client, government, operator_kesehatan):
    Period.objects.of_budget(2026).delete()
    client.force_login(operator_kesehatan)
    assert client.get(address(government.kesehatan)).status_code == 404


# --- two people ---------------------------------------------------------------------------------


@pytest.fixture
def clash(client, government, operator_kesehatan, anggaran, budget):
    """The operator opened the page, then BPKAD saved 40; the operator sends 55."""
    data = opened(client, operator_kesehatan, government.kesehatan)
    other = opened(client, anggaran, government.kesehatan)
    client.post(address(government.kesehatan), other | typed(budget, "40", "10"))
    client.force_login(operator_kesehatan)
    return data | typed(budget, "55", "20", "SP2D akhir bulan")


def test_two_people_on_one_line_see_both(client, government, budget, clash):
    page = text_of(client.post(address(government.kesehatan), clash))
    assert "diubah orang lain" in page
    assert "Rp40,00 · fisik 10 %" in page
    assert "Rp55 · fisik 20 % · SP2D akhir bulan" in page
    assert BudgetRealisation.objects.get().spent == 40


def test_ones_own_figures_may_be_kept(client, government, budget, clash):
    client.post(address(government.kesehatan), clash | {"mine": str(budget.pk)})
    row = BudgetRealisation.objects.get()
    assert (row.spent, row.version) == (Decimal(55), 2)
    assert '"realisasi":"40,00"' in Event.objects.order_by("-number").first().before


def test_the_stored_figures_may_be_kept_and_both_stand_in_the_history(client, government, budget, clash):
    response = client.post(address(government.kesehatan), clash | {"theirs": str(budget.pk)})
    assert response.status_code == 302
    assert BudgetRealisation.objects.get().spent == 40
    event = Event.objects.order_by("-number").first()
    assert '"spent":"55"' in event.before
    assert '"realisasi":"40,00"' in event.after


def test_lines_one_did_not_touch_do_not_clash(client, government, operator_kesehatan, anggaran, budget):
    other = make_budget(government.kesehatan, code="1.02.03")
    data = opened(client, operator_kesehatan, government.kesehatan)
    theirs = opened(client, anggaran, government.kesehatan)
    client.post(address(government.kesehatan), theirs | typed(budget, "40"))
    client.force_login(operator_kesehatan)
    client.post(address(government.kesehatan), data | typed(other, "3"))
    assert {row.budget_id: row.spent for row in BudgetRealisation.objects.all()} == {
        budget.pk: 40,
        other.pk: 3,
    }


def test_a_clash_writes_nothing_of_the_other_lines(client, government, budget, clash):
    other = make_budget(government.kesehatan, code="1.02.03")
    data = clash | typed(other, "3") | {f"b{other.pk}-version": "0", f"b{other.pk}-mark": "x"}
    client.post(address(government.kesehatan), data)
    assert not BudgetRealisation.objects.filter(budget=other).exists()


# --- queries ------------------------------------------------------------------------------------


def many(government, count, start=10):
    return [
        make_budget(government.kesehatan, code=f"1.02.{number}") for number in range(start, start + count)
    ]


@pytest.mark.slow
def test_the_page_takes_as_many_queries_for_thirty_lines_as_for_three(client, government, operator_kesehatan):
    for budget in many(government, 3):
        spend(budget, "1", month=2)
    client.force_login(operator_kesehatan)
    few = queries(client, address(government.kesehatan))
    for budget in many(government, 37, start=20):
        spend(budget, "1", month=2)
    found = queries(client, address(government.kesehatan))
    assert len(found) == len(few) <= 20
    # Of its own: the year, the months, the unit, budgets, figures, extensions.
    own = [sql for sql in found if any(f'"{name}"' in sql for name in MONEY_TABLES)]
    assert len(own) <= 8
    assert len(client.get(address(government.kesehatan)).context["rows"]) == 30
    assert len(client.get(address(government.kesehatan), {"hal": 2}).context["rows"]) == 10


MONEY_TABLES = (
    "agreements_budget",
    "evaluations_budgetrealisation",
    "evaluations_period",
    "evaluations_extension",
    "agreements_yearpolicy",
)


@pytest.mark.slow
def test_saving_thirty_lines_takes_as_many_queries_as_two(client, government, operator_kesehatan):
    budgets = many(government, 30)
    for budget in budgets[:15]:
        spend(budget, "1", month=3)
    counts = []
    # The first request of a session writes more.
    for amount, chosen in (("1,5", budgets[:1]), ("2", [budgets[0], budgets[20]]), ("3", budgets)):
        data = opened(client, operator_kesehatan, government.kesehatan)
        for budget in chosen:
            data |= typed(budget, amount)
        counts.append(len(queries(client, address(government.kesehatan), "post", data)))
    assert counts[1] == counts[2] <= 40
    assert BudgetRealisation.objects.filter(month=3, spent=3).count() == 30
