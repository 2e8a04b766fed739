"""The menu in SAKIP order, the year in the header, and what every page shows of the government."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts.permissions import OPEN_END, Capability, Scope
from agreements.models import Region
from agreements.views.settings import colours_of


@dataclass(frozen=True)
class Item:
    label: str
    address: str
    current: bool


@dataclass(frozen=True)
class Group:
    label: str
    icon: str
    items: tuple[Item, ...]
    current: bool


def _views(scope: Scope, year: int) -> bool:
    return scope.reads_something()


def _enters(scope: Scope, year: int) -> bool:
    return scope.may_somewhere(Capability.ENTER, year)


def _organises(scope: Scope, year: int) -> bool:
    return permissions.may_organise(scope)


def _imports(scope: Scope, year: int) -> bool:
    return permissions.may_import_something(scope)


def _sets(scope: Scope, year: int) -> bool:
    return permissions.may_change_settings(scope)


def _manages_accounts(scope: Scope, year: int) -> bool:
    return permissions.may_manage_accounts(scope)


def _reads_history(scope: Scope, year: int) -> bool:
    return permissions.may_read_history(scope)


def _everyone(scope: Scope, year: int) -> bool:
    return True


REPORTS = "reports:lkjip_list"
# group, icon, (label, route, takes the year, who sees it)
MENU = (
    (
        "Perencanaan Kinerja",
        "map",
        (
            ("Tujuan & Sasaran", "agreements:objective_list", True, _views),
            ("Pohon Kinerja", "agreements:tree", True, _views),
            ("Kamus Indikator", "agreements:indicator_list", True, _views),
            ("Pemeriksaan Rencana", "agreements:plan_checks", True, _views),
            ("Program & Anggaran", "agreements:budget_list", True, _views),
        ),
    ),
    (
        "Perjanjian Kinerja",
        "document-text",
        (
            ("Daftar PK", "agreements:list", True, _views),
            ("PK Perubahan", "agreements:amendment_list", True, permissions.may_draft_somewhere),
            ("Rencana Aksi", "agreements:plan_list", True, _views),
            ("Penandatanganan", "reports:signing_day", True, permissions.may_issue_somewhere),
        ),
    ),
    (
        "Pengukuran Kinerja",
        "chart-bar",
        (
            ("Isi Realisasi", "evaluations:entry_list", True, _enters),
            ("Verifikasi", "evaluations:verify_list", True, permissions.may_verify_somewhere),
            ("Realisasi Anggaran", "evaluations:money_list", True, _views),
            ("Peta Capaian", "reports:map", True, _views),
            ("Capaian", "reports:achievement", True, _views),
            ("Indikator Terendah", "reports:worst", True, _views),
            ("Yang Terlambat", "reports:late", True, _views),
            ("Kepatuhan", "reports:compliance", True, _views),
            ("Serapan dan Efisiensi", "reports:absorption", True, _views),
            ("Jadwal Pengukuran", "evaluations:calendar", True, _views),
            ("Simulasi Perhitungan", "evaluations:simulation", False, _everyone),
        ),
    ),
    (
        "Pelaporan",
        "book-open",
        (
            ("LKjIP", REPORTS, True, _views),
            ("Unduhan", "reports:job_list", False, _views),
        ),
    ),
    (
        "Organisasi & Pejabat",
        "user-group",
        (
            ("Unit Kerja & Jabatan", "agreements:unit_list", False, _views),
            ("Pejabat", "agreements:official_list", False, _organises),
            ("Serah Terima Jabatan", "agreements:hand_over_list", False, _organises),
            ("Impor Data", "agreements:import_list", False, _imports),
        ),
    ),
    (
        "Pengaturan",
        "cog-6-tooth",
        (
            ("Penyiapan", "reports:setup", False, _sets),
            ("Identitas Daerah", "agreements:region_settings", False, _sets),
            ("Kebijakan Tahun", "agreements:policy_list", False, _sets),
            ("Akun", "agreements:account_list", False, _manages_accounts),
            ("Riwayat Perubahan", "reports:history", False, _reads_history),
        ),
    ),
)


def year_of(request, years: list[int]) -> int:
    """The year the page is about: the one in its address if it is open, else the running one or the nearest."""
    match = request.resolver_match
    if match and match.kwargs.get("year") in years:
        return match.kwargs["year"]
    today = timezone.localdate().year
    open_until_now = [year for year in years if year <= today]
    return open_until_now[0] if open_until_now else (years[-1] if years else today)


def same_page(request, year: int) -> str:
    """The address of the present page in another year; the Beranda where the page has no other year."""
    match = request.resolver_match
    if match and set(match.kwargs) == {"year"}:
        return reverse(match.view_name, args=(year,))
    return reverse("reports:year_home", args=(year,))


def menu_for(scope: Scope, year: int | None, route: str, report_term: str = "LKjIP") -> tuple[Group, ...]:
    """The entries the account may open; before a year is open (None) only those that are of no year.

    What the report is called is the region's word.
    """
    groups = []
    for label, icon, entries in MENU:
        items = tuple(
            Item(
                report_term if name == REPORTS else text,
                reverse(name, args=(year,) if takes_year else ()),
                current=name == route,
            )
            for text, name, takes_year, seen_by in entries
            if seen_by(scope, year or timezone.localdate().year) and (year or not takes_year)
        )
        if items:
            groups.append(Group(label, icon, items, any(item.current for item in items)))
    return tuple(groups)


def unread(scope: Scope, year: int) -> str:
    """Why an account that reads other years finds nothing in this one; empty where it reads the year."""
    if scope.reads_something(year) or not scope.reads_something():
        return ""
    spans = sorted(
        grant.years for grant in scope.grants if Capability.VIEW in grant.capabilities and grant.years
    )
    texts = dict.fromkeys(_span(first, last) for first, last in spans)
    return (
        f"Akun ini membaca data kinerja tahun {' dan '.join(texts)}, bukan tahun {year}. "
        "Pilih tahun itu di kanan atas."
    )


def _span(first: int, last: int) -> str:
    if first == last:
        return str(first)
    if not first:
        return f"sampai {last}"
    return f"{first}–{last}" if last < OPEN_END else f"{first} dan sesudahnya"


def navigation(request) -> dict:
    """Context of every page: region, menu, years."""
    region = getattr(request, "region", None)
    user = getattr(request, "user", None)
    # Before there is a region row its words are those of an unsaved one.
    named = region or Region()
    words = {
        "region": region,
        "unit_heading": named.unit_heading,
        "unit_word": named.unit_word,
        "report_term": named.report_term,
        "colours": colours_of(region),
    }
    if user is None or not user.is_authenticated:
        return words
    years = [policy.year for policy in request.policies]
    year = year_of(request, years)
    route = request.resolver_match.view_name if request.resolver_match else ""
    return words | {
        "menu": menu_for(request.scope, year if years else None, route, named.report_term),
        "current_year": year,
        "unread": unread(request.scope, year),
        "years": [(each, same_page(request, each)) for each in years],
    }
