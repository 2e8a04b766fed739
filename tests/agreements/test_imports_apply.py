"""Applying an import and taking it back: all or nothing, once, and only what differs."""

from datetime import date

import pytest
import time_machine

from accounts.permissions import Role
from agreements.enums import ImportState, UnitKind
from agreements.imports import applying, runs, workflow
from agreements.imports.workflow import Refused, TransitionError
from agreements.models import ImportChange, ImportRow, ImportRun, Unit
from records.history import Act, record
from records.models import Event
from tests.agreements.books import Importer, counts, xlsx
from tests.factories import make_membership, make_position, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]
HEAD = ["Kode SKPD", "Nama unit", "Nama pendek", "Jenis", "Bagian dari", "Menggantikan"]
OFFICES = (
    ["2.15.1", "Bidang Angkutan", "Angkutan", "Bidang", "2.15", None],
    ["2.15", "Dinas Perhubungan", "Dishub", "Dinas", None, "Dinas Pendidikan dan Kebudayaan"],
    [None, "Dinas Kesehatan", "Dinkes", "Dinas", None, None],
)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-07-20 09:00", tick=True):
        yield


@pytest.fixture
def importer(bagian_organisasi):
    return Importer("units", bagian_organisasi)


def units(*rows):
    return xlsx(("Unit Kerja", [HEAD, *rows]))


def stored():
    return {name: list(Unit.objects.order_by("pk").values()) for name in ("units",)} | {
        "pairs": sorted(Unit.predecessors.through.objects.values_list("from_unit__name", "to_unit__name"))
    }


def test_an_import_is_applied_with_one_event_and_the_same_file_changes_nothing_more(importer, government):
    run = importer.examine(units(*OFFICES))
    assert counts(run) == (2, 1, 0, 0)
    importer.apply(run)
    office = Unit.objects.get(code="2.15")
    assert Unit.objects.get(code="2.15.1").parent == office
    assert list(office.predecessors.all()) == [government.pendidikan]
    assert Unit.objects.get(pk=government.kesehatan.pk).short_name == "Dinkes"
    event = Event.objects.get(action="menerapkan impor")
    assert '"baru":2' in event.after
    assert run.file.sha256 in event.after
    assert Event.objects.count() == 1
    again = importer.examine(units(*OFFICES))
    assert counts(again) == (0, 0, 3, 0)
    with pytest.raises(TransitionError, match="sama dengan yang tersimpan"):
        importer.apply(again)


def test_a_corrected_file_changes_only_what_differs(importer):
    importer.apply(importer.examine(units(*OFFICES)))
    before = {row["id"]: row for row in Unit.objects.values()}
    corrected = [["2.15.1", "Bidang Angkutan Jalan", "Angkutan", "Bidang", "2.15", None], *OFFICES[1:]]
    run = importer.examine(units(*corrected))
    assert counts(run) == (0, 1, 2, 0)
    importer.apply(run)
    differing = [
        (row["name"], key)
        for row in Unit.objects.values()
        for key in row
        if row[key] != before[row["id"]][key]
    ]
    assert differing == [("Bidang Angkutan Jalan", "name")]


def test_nothing_is_applied_while_rows_are_refused_unless_the_person_leaves_them_out(importer):
    run = importer.examine(units(*OFFICES, ["9/9", "Dinas Salah", None, "Dinas", None, None]))
    before = stored()
    with pytest.raises(TransitionError, match="Ada 1 baris yang ditolak"):
        importer.apply(run)
    assert stored() == before
    importer.apply(ImportRun.objects.get(pk=run.pk), leave_out=True)
    assert not Unit.objects.filter(name="Dinas Salah").exists()
    assert Unit.objects.filter(name="Dinas Perhubungan").exists()
    assert ImportRun.objects.get(pk=run.pk).left_out == 1
    assert '"dilewati":1' in Event.objects.get(action="menerapkan impor").after


def test_what_changed_since_the_preview_is_noticed_and_nothing_is_applied(importer, government):
    run = importer.examine(units(*OFFICES))
    Unit.objects.filter(pk=government.kesehatan.pk).update(short_name="Kesehatan")
    before = stored()
    with pytest.raises(TransitionError, match="berubah sejak berkas ini diperiksa"):
        importer.apply(run)
    assert stored() == before
    assert ImportRun.objects.get(pk=run.pk).state == ImportState.EXAMINED
    assert not Event.objects.exists()


def test_what_changes_while_it_is_examined_again_is_noticed_under_the_lock(importer, government, monkeypatch):
    run = importer.examine(units(*OFFICES))
    hold_off = applying.hold_off_others

    def somebody_was_faster(subject):
        Unit.objects.filter(pk=government.kesehatan.pk).update(short_name="Kesehatan")
        record(importer.actor, Act("mengubah unit", government.kesehatan))
        hold_off(subject)

    monkeypatch.setattr(applying, "hold_off_others", somebody_was_faster)
    with pytest.raises(TransitionError, match="berubah sejak berkas ini diperiksa"):
        importer.apply(run)
    assert not Unit.objects.filter(code="2.15").exists()


def test_two_tabs_apply_once(importer):
    run = importer.examine(units(*OFFICES))
    other = ImportRun.objects.get(pk=run.pk)
    importer.apply(run)
    with pytest.raises(TransitionError):
        importer.apply(other)
    with pytest.raises(TransitionError):
        importer.apply(run)
    assert Unit.objects.filter(code="2.15").count() == 1
    assert Event.objects.filter(action="menerapkan impor").count() == 1


def test_who_may_not_import_the_subject_is_refused(importer, operator_kesehatan):
    run = importer.examine(units(*OFFICES))
    with pytest.raises(Refused):
        Importer("units", operator_kesehatan).apply(run)
    assert not Unit.objects.filter(code="2.15").exists()


def test_an_import_is_taken_back_whole(importer):
    before = stored()
    run = importer.apply(importer.examine(units(*OFFICES)))
    assert stored() != before
    importer.undo(run)
    assert stored() == before
    assert ImportRun.objects.get(pk=run.pk).state == ImportState.UNDONE
    assert Event.objects.filter(action="membatalkan impor").count() == 1
    with pytest.raises(TransitionError):
        importer.undo(run)


def use_by_a_position(g):
    make_position(Unit.objects.get(code="2.15"), "Kepala Dinas Perhubungan")


def use_by_a_unit(g):
    make_unit("Seksi Terminal", Unit.objects.get(code="2.15.1"), UnitKind.SECTION)


def use_by_the_region(g):
    g.region.bureau = Unit.objects.get(code="2.15")
    g.region.save()


def use_by_a_role(g):
    make_membership(g.users.orang_luar, Role.OPERATOR, Unit.objects.get(code="2.15"))


def change_what_was_created(g):
    Unit.objects.filter(code="2.15").update(valid_to=date(2030, 1, 1))


def change_what_was_changed(g):
    Unit.objects.filter(pk=g.kesehatan.pk).update(short_name="Kes")


USES = [
    (use_by_a_position, "Dinas Perhubungan sudah dipakai oleh jabatan “Kepala Dinas Perhubungan”."),
    (use_by_a_unit, "Bidang Angkutan sudah dipakai oleh unit “Seksi Terminal”."),
    (use_by_the_region, "Dinas Perhubungan sudah dipakai oleh identitas daerah “Kabupaten Contoh”."),
    (use_by_a_role, "sudah dipakai oleh “Orang Luar – Operator PD” dan “Dinas Perhubungan”."),
    (change_what_was_created, "Dinas Perhubungan sudah diubah sesudahnya (berlaku sampai)."),
    (change_what_was_changed, "Dinas Kesehatan sudah diubah sesudahnya (nama pendek)."),
]


@pytest.mark.parametrize(("use", "sentence"), USES)
def test_what_something_was_built_on_is_not_taken_back(importer, government, use, sentence):
    run = importer.apply(importer.examine(units(*OFFICES)))
    use(government)
    after = stored()
    with pytest.raises(TransitionError) as refused:
        importer.undo(run)
    assert sentence in str(refused.value)
    assert stored() == after
    assert ImportRun.objects.get(pk=run.pk).state == ImportState.APPLIED


def test_only_the_last_import_is_taken_back(importer):
    first = importer.apply(importer.examine(units(*OFFICES)))
    second = importer.apply(importer.examine(units(["3.1", "Dinas Pangan", None, "Dinas", None, None])))
    with pytest.raises(TransitionError, match="impor lain"):
        importer.undo(ImportRun.objects.get(pk=first.pk))
    importer.undo(second)
    importer.undo(ImportRun.objects.get(pk=first.pk))
    assert not Unit.objects.filter(code__startswith="2.15").exists()


def test_a_second_examination_replaces_the_first(importer):
    run = importer.examine(units(*OFFICES))
    assert ImportRow.objects.filter(run=run).count() == 3
    runs.examine_now(workflow.perform("examine", run, importer.scope), importer.scope)
    assert ImportRow.objects.filter(run=run).count() == 3
    assert not ImportChange.objects.exists()
