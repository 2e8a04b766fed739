"""The menu in SAKIP order, the year in the header, and what every page shows of the government."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts.permissions import Capability, Scope
from agreements.models import YearPolicy


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


def _views(scope: Scope) -> bool:
    return scope.may_somewhere(Capability.VIEW) or bool(scope.posts)


# group, icon, (label, route, takes the year, who sees it)
MENU = (
    (
        "Perencanaan Kinerja",
        "map",
        (
            ("Tujuan & Sasaran", "agreements:objective_list", True, _views),
            ("Kamus Indikator", "agreements:indicator_list", True, _views),
            ("Program & Anggaran", "agreements:budget_list", True, _views),
        ),
    ),
    (
        "Perjanjian Kinerja",
        "document-text",
        (("Daftar PK", "agreements:list", True, _views),),
    ),
    (
        "Pengukuran Kinerja",
        "chart-bar",
        (
            ("Isi Realisasi", "evaluations:entry_list", True, lambda s: s.may_somewhere(Capability.ENTER)),
            ("Verifikasi", "evaluations:verify_list", True, permissions.may_verify_somewhere),
            ("Capaian", "reports:achievement", True, _views),
            ("Jadwal Pengukuran", "evaluations:calendar", True, _views),
            ("Simulasi Perhitungan", "evaluations:simulation", False, lambda s: True),
        ),
    ),
    (
        "Pelaporan",
        "book-open",
        (
            ("LKjIP", "reports:lkjip_list", True, _views),
            ("Unduhan", "reports:job_list", False, _views),
        ),
    ),
    (
        "Organisasi & Pejabat",
        "user-group",
        (
            ("Unit Kerja & Jabatan", "agreements:unit_list", False, _views),
            ("Pejabat", "agreements:official_list", False, permissions.may_organise),
        ),
    ),
    (
        "Pengaturan",
        "cog-6-tooth",
        (
            ("Identitas Daerah", "agreements:region_settings", False, permissions.may_change_settings),
            ("Kebijakan Tahun", "agreements:policy_list", False, permissions.may_change_settings),
            ("Akun", "agreements:account_list", False, permissions.may_manage_accounts),
            ("Riwayat Perubahan", "reports:history", False, permissions.may_read_history),
        ),
    ),
)


def year_of(request, years: list[int]) -> int:
    """The year the page is about: the one in its address, else the running one if it is open."""
    match = request.resolver_match
    if match and "year" in match.kwargs:
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


def menu_for(scope: Scope, year: int, route: str) -> tuple[Group, ...]:
    groups = []
    for label, icon, entries in MENU:
        items = tuple(
            Item(text, reverse(name, args=(year,) if takes_year else ()), current=name == route)
            for text, name, takes_year, seen_by in entries
            if seen_by(scope)
        )
        if items:
            groups.append(Group(label, icon, items, any(item.current for item in items)))
    return tuple(groups)


def navigation(request) -> dict:
    """Context of every page: region, menu, years."""
    region = getattr(request, "region", None)
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"region": region}
    years = list(YearPolicy.objects.order_by("-year").values_list("year", flat=True))
    year = year_of(request, years)
    route = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "region": region,
        "menu": menu_for(request.scope, year, route) if years else (),
        "current_year": year,
        "years": [(each, same_page(request, each)) for each in years],
    }
