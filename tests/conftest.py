"""The cast: people named for what they are, in one small government."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import TransactionTestCase

from accounts.permissions import Role
from agreements.enums import Level, UnitKind
from agreements.models import Region
from agreements.years import open_year
from evaluations.years import make_periods
from records import triggers
from tests.factories import (
    make_assignment,
    make_indicator,
    make_membership,
    make_objective,
    make_official,
    make_position,
    make_unit,
    make_user,
)

PEOPLE = (
    "bagian_organisasi",
    "operator_kesehatan",
    "kepala_kesehatan",
    "operator_pendidikan",
    "kepala_pendidikan",
    "sekda",
    "bupati",
    "pimpinan",
    "perencana",
    "anggaran",
    "kepegawaian",
    "inspektorat",
    "tamu",
    "administrator",
    "orang_luar",
)


def _drop_triggers() -> None:
    with connection.cursor() as cursor:
        for trigger in triggers.registered():
            on = "" if connection.vendor == "sqlite" else f" ON {trigger.table}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}{on}")


@pytest.fixture(autouse=True, scope="session")
def _tables_can_be_emptied_after_a_test():
    """Tests with transactions of their own end with a flush, which the triggers rightly refuse.

    They go just before it; the flush itself ends with post_migrate, which installs them again.
    """
    flush = TransactionTestCase._fixture_teardown

    def teardown(case) -> None:
        _drop_triggers()
        flush(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        # TestCase, which rolls back, has a teardown of its own and is left as it is.
        yield


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_its_own(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def government(db) -> SimpleNamespace:
    return make_government()


def make_government() -> SimpleNamespace:
    """A region with four units, their heads, one official below, two open years and the accounts."""
    g = SimpleNamespace()
    g.root = make_unit("Pemerintah Kabupaten Contoh", kind=UnitKind.REGION, short_name="Kabupaten Contoh")
    g.region = Region.objects.create(name="Contoh", seat="Contoh Kota")
    g.setda = make_unit("Sekretariat Daerah", g.root, UnitKind.SECRETARIAT, short_name="Setda", order=1)
    g.bureau = make_unit("Bagian Organisasi", g.setda, UnitKind.BUREAU, order=2)
    g.kesehatan = make_unit("Dinas Kesehatan", g.root, order=3)
    g.pendidikan = make_unit("Dinas Pendidikan dan Kebudayaan", g.root, short_name="Dikbud", order=4)
    g.bidang = make_unit("Bidang Kesehatan Masyarakat", g.kesehatan, UnitKind.DIVISION, order=5)
    for unit in (g.setda, g.kesehatan, g.pendidikan):
        unit.signs_with_head = unit.on_map = unit.writes_report = True
        unit.save()
    g.region.bureau = g.bureau
    g.region.save()
    g.users = SimpleNamespace(**{name: make_user(name) for name in PEOPLE})
    _posts(g)
    _roles(g)
    for year in (2025, 2026):
        make_periods(open_year(year))
    g.sasaran = make_objective(g.kesehatan)
    g.stunting = make_indicator(g.kesehatan, polarity="lower", objective=g.sasaran)
    g.literasi = make_indicator(g.pendidikan, "Literasi SMP")
    return g


def _posts(g) -> None:
    g.regent = make_position(g.root, "Bupati Contoh", Level.REGIONAL_HEAD)
    g.sekda = make_position(g.setda, "Sekretaris Daerah", Level.II, g.regent)
    g.kadinkes = make_position(g.kesehatan, "Kepala Dinas Kesehatan", Level.II, g.regent)
    g.kadikbud = make_position(g.pendidikan, "Kepala Dinas Pendidikan dan Kebudayaan", Level.II, g.regent)
    g.kabid = make_position(g.bidang, "Kepala Bidang Kesehatan Masyarakat", Level.III, g.kadinkes)
    users = g.users
    g.official_regent = make_official("H. Arif Santosa, S.E.", users.bupati, nip=None)
    g.official_kadinkes = make_official("dr. Ratna Dewi, M.Kes.", users.kepala_kesehatan)
    g.official_kadikbud = make_official("Drs. Joko Purnomo, M.Pd.", users.kepala_pendidikan)
    g.official_sekda = make_official("Ir. Bambang Wibowo, M.Si.", users.sekda)
    g.official_kabid = make_official("Siti Aminah, S.K.M.")
    make_assignment(g.official_regent, g.regent, date(2025, 2, 20))
    make_assignment(g.official_kadinkes, g.kadinkes)
    make_assignment(g.official_kadikbud, g.kadikbud)
    make_assignment(g.official_sekda, g.sekda)
    make_assignment(g.official_kabid, g.kabid)


def _roles(g) -> None:
    users = g.users
    make_membership(users.bagian_organisasi, Role.BUREAU)
    make_membership(users.operator_kesehatan, Role.OPERATOR, g.kesehatan)
    make_membership(users.operator_pendidikan, Role.OPERATOR, g.pendidikan)
    make_membership(users.pimpinan, Role.LEADER)
    make_membership(users.perencana, Role.PLANNER)
    make_membership(users.anggaran, Role.BUDGET)
    make_membership(users.kepegawaian, Role.PERSONNEL)
    make_membership(users.inspektorat, Role.INSPECTORATE)
    make_membership(users.tamu, Role.GUEST, g.kesehatan, first_year=2025, last_year=2025)
    make_membership(users.administrator, Role.ADMINISTRATOR)


def _person(name):
    @pytest.fixture(name=name)
    def person(government):
        return getattr(government.users, name)

    return person


for _name in PEOPLE:
    globals()[_name] = _person(_name)
