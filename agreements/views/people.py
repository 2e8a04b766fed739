"""Accounts: who they are, what roles they have, the link with which a person sets the password."""

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from accounts import locks, permissions
from accounts.models import User
from accounts.permissions import Capability
from agreements import changes, people, tables
from agreements.enums import Holding
from agreements.forms.people import AccountForm, MembershipForm
from agreements.models import Assignment, Membership, Official, Unit
from agreements.views.common import (
    FOUND_AT_MOST,
    Found,
    Question,
    choose,
    demand,
    named_in,
    number_of,
    query_of,
)
from agreements.views.officials import found_officials
from perjanjian.exporting import show
from perjanjian.paging import page_of

MAY_NOT = "Akun dikelola oleh Bagian Organisasi atau Administrator Sistem."
NOT_THIS = (
    "Akun sendiri dan akun Administrator Sistem tidak dapat diubah di sini. "
    "Minta rekan lain, atau Administrator Sistem untuk akun administrator."
)
FORM = "agreements/form.html"


def account_list(request):
    demand(permissions.may_manage_accounts(request.scope), MAY_NOT)
    query, today = query_of(request), timezone.localdate()
    state = request.GET.get("keadaan", "aktif")
    accounts = User.objects.all() if state == "semua" else User.objects.filter(is_active=state != "tutup")
    if query:
        digits = query.replace(" ", "")
        by_number = Q(nip__startswith=digits) if digits.isdigit() else Q()
        accounts = accounts.filter(
            by_number | Q(name__icontains=query) | Q(username__icontains=query.lower())
        )
    held = Assignment.objects.on(today).select_related("position")
    accounts = accounts.select_related("official").prefetch_related(
        Prefetch("memberships", Membership.objects.on(today), to_attr="roles_today"),
        Prefetch("official__assignments", held, to_attr="held_today"),
    )
    context = {"query": query, "state": state, "page": page_of(request, accounts)}
    return show(request, "agreements/people/account_list.html", context, tables.accounts)


def account_detail(request, pk: int):
    demand(permissions.may_manage_accounts(request.scope), MAY_NOT)
    account = get_object_or_404(User.objects.select_related("official"), pk=pk)
    return render(request, "agreements/people/account_detail.html", _detail(request, account))


def _detail(request, account: User) -> dict:
    scope, today = request.scope, timezone.localdate()
    memberships = list(account.memberships.prefetch_related("units"))
    official = getattr(account, "official", None)
    return {
        "account": account,
        "official": official,
        "held": official.assignments.on(today).select_related("position__unit") if official else (),
        "memberships": [
            (each, permissions.may_give_role(scope, account.pk, each.role), each.ends and each.ends < today)
            for each in memberships
        ],
        "may_manage": permissions.may_manage_account(scope, account.pk, roles_of(account)),
        "is_self": account.pk == scope.account_id,
        "locked": locks.is_locked(account),
        "plh": Holding.PLH,
        "not_this": NOT_THIS,
        "timeline": changes.timeline(account),
    }


def roles_of(account: User) -> frozenset[str]:
    """Roles the account has today or will have: an ended one counts no more."""
    ended = Q(ends__lt=timezone.localdate())
    return frozenset(account.memberships.exclude(ended).values_list("role", flat=True))


def managed_account(request, pk: int) -> User:
    """The account, or 403 for who may not manage this one."""
    demand(permissions.may_manage_accounts(request.scope), MAY_NOT)
    account = get_object_or_404(User, pk=pk)
    demand(permissions.may_manage_account(request.scope, account.pk, roles_of(account)), NOT_THIS)
    return account


def account_create(request):
    """A new account: of an official (`?pejabat=`), or for a role in a unit (`?unit=`), which is given next."""
    demand(permissions.may_manage_accounts(request.scope), MAY_NOT)
    unit = named_in(request, "unit", Unit.objects.all())
    official = Official.objects.filter(pk=number_of(request, "pejabat"), account=None).first()
    initial = {"name": official.name, "nip": official.nip} if official else {}
    form = AccountForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        account = changes.save(
            request, form, "membuat akun", capability=Capability.ACCOUNTS,
            and_then=lambda account: people.link_official(request, account, official),
        )  # fmt: skip
        if account:
            messages.success(request, _next_for(account, official))
            if unit:
                role = reverse("agreements:membership_create", args=(account.pk,))
                return redirect(f"{role}?unit={unit.pk}")
            return redirect("agreements:account_detail", pk=account.pk)
    lead = "Kata sandi dibuat pemiliknya sendiri lewat tautan sekali pakai."
    if official:
        lead = f"Untuk pejabat {official}."
    elif unit:
        lead = f"Untuk {unit}; perannya dipilih sesudah ini. {lead}"
    context = {"form": form, "title": "Tambah akun", "lead": lead, "back": reverse("agreements:account_list")}
    return render(request, FORM, context)


def _next_for(account: User, official: Official | None) -> str:
    """What to do with a new account: an official's posts give it all it needs."""
    done = f"Akun {account.username} sudah dibuat."
    if official:
        return f"{done} Jabatannya sudah memberi kewenangan; buat tautan kata sandinya."
    return f"{done} Beri peran, lalu buat tautan kata sandi."


def account_edit(request, pk: int):
    account = managed_account(request, pk)
    form = AccountForm(request.POST or None, instance=account)
    valid = request.method == "POST" and form.is_valid()
    if valid and changes.save(request, form, "mengubah akun", capability=Capability.ACCOUNTS):
        messages.success(request, "Akun sudah disimpan.")
        return redirect("agreements:account_detail", pk=pk)
    back = reverse("agreements:account_detail", args=(pk,))
    return render(request, FORM, {"form": form, "title": f"Ubah akun {account}", "back": back})


def account_official(request, pk: int):
    """Choose the official whose posts the account acts for, or none."""
    account = managed_account(request, pk)
    if request.method == "POST" or "pejabat" in request.GET:
        return _confirm_official(request, account)
    rows = found_officials(query_of(request)).filter(account=None)[:FOUND_AT_MOST]
    question = Question(
        f"Pilih pejabat untuk akun {account}",
        "Akun dapat bertindak untuk jabatan yang dipegang pejabat ini. Hanya pejabat yang belum punya akun.",
        "pejabat",
        "Nama atau NIP",
    )
    return choose(request, question, [Found(o.name, o.rank, o.pk) for o in rows])


def _confirm_official(request, account: User):
    number = number_of(request, "pejabat")
    official = get_object_or_404(Official, pk=number, account=None) if number else None
    if request.method == "POST":
        people.link_official(request, account, official)
        messages.success(
            request, f"Akun ini sekarang milik {official}." if official else "Akun dilepas dari pejabat."
        )
        return redirect("agreements:account_detail", pk=account.pk)
    context = {"account": account, "official": official}
    return render(request, "agreements/people/official_confirm.html", context)


@require_POST
def account_close(request, pk: int):
    account = managed_account(request, pk)
    active = request.POST.get("buka") == "1"
    people.set_active(request, account, active)
    done = "dibuka kembali" if active else "ditutup; pemiliknya langsung keluar"
    messages.success(request, f"Akun {account.username} sudah {done}.")
    return redirect("agreements:account_detail", pk=pk)


@require_POST
def account_release(request, pk: int):
    demand(permissions.may_manage_accounts(request.scope), MAY_NOT)
    account = get_object_or_404(User, pk=pk)
    people.release_lock(request, account)
    messages.success(
        request, f"Kunci akun {account.username} sudah dibuka. Pemiliknya dapat mencoba masuk lagi."
    )
    return redirect("agreements:account_detail", pk=pk)


@never_cache
@require_POST
@sensitive_variables("link", "address")
def account_link(request, pk: int):
    """Shows the link once, in the answer itself: it is kept nowhere."""
    account = managed_account(request, pk)
    if not account.is_active:
        messages.error(request, "Akun ini ditutup. Buka kembali dahulu, baru buat tautan.")
        return redirect("agreements:account_detail", pk=pk)
    link = people.hand_out_link(request, account)
    address = request.build_absolute_uri(reverse("agreements:set_password", args=(link.uidb64, link.token)))
    context = {"account": account, "address": address, "expires": link.expires}
    return render(request, "agreements/people/account_link.html", context)


# --- roles ----------------------------------------------------------------------------------


def membership_create(request, pk: int):
    account = managed_account(request, pk)
    membership = Membership(account=account)
    return _membership_form(request, membership, f"Tambah peran untuk {account}", "memberi peran")


def membership_edit(request, pk: int):
    demand(permissions.may_manage_accounts(request.scope), MAY_NOT)
    membership = get_object_or_404(Membership.objects.select_related("account"), pk=pk)
    demand(permissions.may_give_role(request.scope, membership.account_id, membership.role), NOT_THIS)
    return _membership_form(request, membership, f"Ubah peran {membership.account}", "mengubah peran")


def _membership_form(request, membership: Membership, title: str, action: str):
    account = membership.account
    searched_for = named_in(request, "unit", Unit.objects.all())
    if "pilih" in request.GET and searched_for is None:
        return _ask_unit(request, account)
    form = MembershipForm(
        request.POST or None,
        scope=request.scope,
        also=searched_for and searched_for.pk,
        instance=membership,
        initial={} if membership.pk else {"starts": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        # The event is the account's: there one looks for who may do what, and since when.
        saved = changes.save(
            request, form, action, capability=Capability.ACCOUNTS, subject=lambda membership: account
        )
        if saved:
            messages.success(request, "Peran sudah disimpan dan langsung berlaku.")
            return redirect("agreements:account_detail", pk=account.pk)
    context = {
        "form": form,
        "title": title,
        "lead": "Peran berlaku dari tanggal mulai. Untuk mengakhirinya, isi tanggal terakhirnya.",
        "back": reverse("agreements:account_detail", args=(account.pk,)),
        "search_label": "Cari di semua unit kerja",
        "search_address": "?pilih=unit",
    }
    return render(request, FORM, context)


def _ask_unit(request, account: User):
    """Units below the offices, which the form does not list."""
    rows = Unit.objects.on(timezone.localdate()).matching(query_of(request)).select_related("parent")
    question = Question(
        f"Pilih unit untuk peran {account}",
        "Unit kerja di bawahnya ikut tercakup.",
        "unit",
        "Nama unit atau kode SKPD",
    )
    return choose(
        request, question, [Found(row.name, str(row.parent or ""), row.pk) for row in rows[:FOUND_AT_MOST]]
    )
