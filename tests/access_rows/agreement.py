"""Who may do what with agreements."""

from agreements.enums import Ground
from agreements.models import Agreement, AgreementObjective, Issue
from tests.access import EVERYONE, OF_KESEHATAN, READ_ALL, Row
from tests.agreements.steps import in_force, in_signing, ready, submitted
from tests.factories import add_promise, make_agreement

NO_VIEW = {"administrator", "orang_luar"}
READERS = READ_ALL | OF_KESEHATAN
WRITERS = frozenset({"bagian_organisasi"}) | OF_KESEHATAN
BUREAU = frozenset({"bagian_organisasi"})


def draft(g) -> dict:
    agreement = make_agreement(g.kadinkes)
    add_promise(agreement, g.stunting, g.sasaran)
    return {"year": 2026, "pk": agreement.pk}


def draft_objective(g) -> dict:
    made = draft(g)
    return {**made, "row": AgreementObjective.objects.get(agreement_id=made["pk"]).pk}


def _kwargs(agreement: Agreement) -> dict:
    return {"year": agreement.year, "pk": agreement.pk}


def scan(g) -> dict:
    agreement = in_force(g)
    signature = Issue.objects.get(agreement=agreement).signatures.first()
    return {**_kwargs(agreement), "signature": signature.pk}


def amendment(g) -> dict:
    made = make_agreement(g.kadinkes, amends=in_force(g), ground=Ground.STRATEGY, ground_reason="DPPA")
    return _kwargs(made)


BASIS = {"ground": "strategy", "reason": "DPPA disahkan 30 September."}


def act(action, make):
    return lambda g: {**_kwargs(make(g)), "action": action}


DRAFTERS = (
    frozenset({"bagian_organisasi", "operator_pendidikan", "kepala_pendidikan", "sekda"}) | OF_KESEHATAN
)

ROWS = [
    Row("agreements:draft_all", lambda g: {"year": 2026}, ok=BUREAU, forbidden=EVERYONE - BUREAU),
    Row(
        "agreements:draft_all",
        lambda g: {"year": 2026},
        ok=BUREAU,
        forbidden=EVERYONE - BUREAU,
        method="post",
    ),
    Row(
        "agreements:amendment_list",
        lambda g: {"year": 2026},
        ok=DRAFTERS,
        forbidden=EVERYONE - DRAFTERS,
    ),
    Row(
        "agreements:amendment_list",
        lambda g: {"year": 2026},
        ok=DRAFTERS,
        forbidden=EVERYONE - DRAFTERS,
        method="post",
        data={"pk": "1", **BASIS},
    ),
    Row("agreements:amend", lambda g: _kwargs(in_force(g)), ok=WRITERS, forbidden=READERS - WRITERS),
    Row(
        "agreements:amend",
        lambda g: _kwargs(in_force(g)),
        ok=WRITERS,
        forbidden=READERS - WRITERS,
        method="post",
        data=BASIS,
    ),
    Row("agreements:basis", amendment, ok=WRITERS, forbidden=READERS - WRITERS),
    Row(
        "agreements:basis",
        amendment,
        ok=WRITERS,
        forbidden=READERS - WRITERS,
        method="post",
        data={"version": "1", **BASIS},
    ),
    Row("agreements:compose", amendment, ok=WRITERS, forbidden=READERS - WRITERS, note="PK Perubahan"),
    Row("agreements:detail", amendment, ok=READERS, note="PK Perubahan"),
    Row("agreements:list", lambda g: {"year": 2026}, ok=EVERYONE - NO_VIEW, forbidden=frozenset(NO_VIEW)),
    Row("agreements:list", lambda g: {"year": 2031}, note="tahun tidak dibuka"),
    Row("agreements:detail", draft, ok=READERS, note="tahun ini"),
    Row(
        "agreements:detail",
        lambda g: _kwargs(make_agreement(g.kadinkes, 2025)),
        ok=READERS | {"tamu"},
        note="tahun tamu",
    ),
    Row("agreements:detail", lambda g: {**draft(g), "year": 2025}, note="tahun lain"),
    Row("agreements:pdf", draft, ok=READERS),
    Row("agreements:scan", scan, ok=READERS),
    Row(
        "agreements:create",
        lambda g: {"year": 2026},
        ok=DRAFTERS,
        forbidden=EVERYONE - DRAFTERS,
    ),
    Row("agreements:compose", draft, ok=WRITERS, forbidden=READERS - WRITERS),
    Row(
        "agreements:compose",
        draft,
        ok=WRITERS,
        forbidden=READERS - WRITERS,
        method="post",
        data={"version": "1"},
    ),
    Row("agreements:parties", draft, ok=WRITERS, forbidden=READERS - WRITERS),
    Row("agreements:objectives", draft, ok=WRITERS, forbidden=READERS - WRITERS),
    Row("agreements:budgets", draft, ok=WRITERS, forbidden=READERS - WRITERS),
    Row("agreements:pick_indicators", draft_objective, ok=WRITERS, forbidden=READERS - WRITERS),
    *(
        Row(
            f"agreements:{name}",
            draft,
            ok=WRITERS,
            forbidden=READERS - WRITERS,
            method="post",
            data={"version": "1"},
        )
        for name in ("parties", "objectives", "budgets")
    ),
    Row(
        "agreements:pick_indicators",
        draft_objective,
        ok=WRITERS,
        forbidden=READERS - WRITERS,
        method="post",
        data={"version": "1"},
    ),
    Row(
        "agreements:action",
        act("submit", lambda g: Agreement.objects.get(pk=draft(g)["pk"])),
        ok=frozenset({"kepala_kesehatan"}),
        forbidden=READERS - {"kepala_kesehatan"},
        method="post",
        note="ajukan",
    ),
    Row(
        "agreements:action",
        act("withdraw", submitted),
        ok=frozenset({"kepala_kesehatan"}),
        forbidden=READERS - {"kepala_kesehatan"},
        method="post",
        note="tarik kembali",
    ),
    *(
        Row(
            "agreements:action",
            act(action, submitted),
            ok=BUREAU,
            forbidden=READERS - BUREAU,
            method="post",
            data={"reason": "Target indikator belum sesuai Renstra."},
            note=action,
        )
        for action in ("declare", "return", "cancel")
    ),
    Row(
        "agreements:action",
        act("reopen", ready),
        ok=BUREAU,
        forbidden=READERS - BUREAU,
        method="post",
        data={"reason": "Salah ketik pada sasaran."},
        note="buka kembali",
    ),
    Row("agreements:action", act("issue", ready), method="post", note="terbitkan punya halaman sendiri"),
    Row("agreements:issue", lambda g: _kwargs(ready(g)), ok=BUREAU, forbidden=READERS - BUREAU),
    Row(
        "agreements:issue",
        lambda g: _kwargs(ready(g)),
        ok=BUREAU,
        forbidden=READERS - BUREAU,
        method="post",
        data={"place": "Contoh Kota", "document_date": "2026-01-20", "paper": "a4"},
    ),
    Row("agreements:sign", lambda g: _kwargs(in_signing(g)), ok=BUREAU, forbidden=READERS - BUREAU),
]
