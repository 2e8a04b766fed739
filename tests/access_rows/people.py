"""Who may do what with accounts, roles and passwords."""

from datetime import date

from agreements.models import Delegation, Membership
from tests.access import EVERYONE, Row

MANAGERS = frozenset({"bagian_organisasi", "administrator"})
OTHERS = EVERYONE - MANAGERS
ADMINISTRATOR = frozenset({"administrator"})
HOLDERS = frozenset({"kepala_kesehatan", "kepala_pendidikan", "sekda", "bupati"})


def account(g) -> dict:
    return {"pk": g.users.orang_luar.pk}


def administrator(g) -> dict:
    return {"pk": g.users.administrator.pk}


def bureau(g) -> dict:
    return {"pk": g.users.bagian_organisasi.pk}


def role_of(name):
    return lambda g: {"pk": Membership.objects.get(account=getattr(g.users, name)).pk}


def delegation(g) -> dict:
    made = Delegation.objects.create(
        position=g.kadinkes,
        account=g.users.operator_kesehatan,
        named_by=g.users.kepala_kesehatan,
        starts=date(2026, 1, 5),
        ends=date(2999, 12, 31),
        reason="Dinas luar",
    )
    return {"pk": made.pk}


def link(g) -> dict:
    return {"uidb64": "MQ", "token": "abc-def"}


ROWS = [
    Row("account_login", public=True),
    Row("account_logout", ok=EVERYONE, note="siapa yang sudah keluar dikembalikan ke halaman masuk"),
    Row("account_inactive", public=True),
    Row("account_change_password", ok=EVERYONE),
    Row("agreements:set_password", link, public=True),
    Row("agreements:account_list", ok=MANAGERS, forbidden=OTHERS),
    Row("agreements:account_create", ok=MANAGERS, forbidden=OTHERS),
    Row("agreements:account_detail", account, ok=MANAGERS, forbidden=OTHERS),
    Row("agreements:account_detail", administrator, ok=MANAGERS, forbidden=OTHERS, note="membaca saja"),
    Row("agreements:account_edit", account, ok=MANAGERS, forbidden=OTHERS),
    Row("agreements:account_official", account, ok=MANAGERS, forbidden=OTHERS),
    Row("agreements:account_link", account, ok=MANAGERS, forbidden=OTHERS, method="post"),
    Row("agreements:account_close", account, ok=MANAGERS, forbidden=OTHERS, method="post"),
    Row("agreements:account_release", account, ok=MANAGERS, forbidden=OTHERS, method="post"),
    Row("agreements:membership_create", account, ok=MANAGERS, forbidden=OTHERS),
    Row("agreements:membership_edit", role_of("operator_kesehatan"), ok=MANAGERS, forbidden=OTHERS),
    # An administrator's account: only another administrator, and nobody one's own.
    *(
        Row(f"agreements:{name}", administrator, forbidden=EVERYONE, method=method, note="akun administrator")
        for name, method in (
            ("account_edit", "get"),
            ("account_official", "get"),
            ("account_link", "post"),
            ("account_close", "post"),
            ("membership_create", "get"),
        )
    ),
    Row(
        "agreements:membership_edit", role_of("administrator"), forbidden=EVERYONE, note="peran administrator"
    ),
    *(
        Row(
            f"agreements:{name}",
            bureau,
            ok=ADMINISTRATOR,
            forbidden=EVERYONE - ADMINISTRATOR,
            method=method,
            note="akun sendiri",
        )
        for name, method in (("account_edit", "get"), ("account_link", "post"), ("membership_create", "get"))
    ),
    Row(
        "agreements:membership_edit",
        role_of("bagian_organisasi"),
        ok=ADMINISTRATOR,
        forbidden=EVERYONE - ADMINISTRATOR,
        note="peran sendiri",
    ),
    Row("agreements:delegation_list", ok=HOLDERS, forbidden=EVERYONE - HOLDERS),
    Row(
        "agreements:delegation_end",
        delegation,
        ok=frozenset({"kepala_kesehatan"}),
        forbidden=EVERYONE - HOLDERS,
        method="post",
    ),
]
