"""Papers signed before the application was used: a workbook of what they say makes a draft for each.

A draft becomes an agreement in force only from its scan (`workflow`'s step “record”, ADR 0013); this makes what
that step needs. What is past draft is refused; what a draft holds besides stays, and is remarked.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from accounts.permissions import Capability
from agreements.content import target_text
from agreements.imports import spec
from agreements.imports.resources import Write
from agreements.imports.signed_cells import (
    content_columns,
    money_columns,
    paper_columns,
)
from agreements.imports.signed_content import ContentResource, MoneyResource
from agreements.imports.signed_papers import PaperResource
from agreements.imports.spec import SheetSpec, Subject
from agreements.models import (
    Agreement,
    AgreementBudget,
    AgreementIndicator,
    AgreementObjective,
)
from records.history import Act


def acts(writes: Sequence[Write]) -> Iterator[Act]:
    """One line for every draft that was made or filled: an agreement's own history begins with it."""
    by_agreement: dict[int, list[Write]] = defaultdict(list)
    for write in writes:
        by_agreement[_agreement_of(write.instance).pk].append(write)
    for found in by_agreement.values():
        agreement = _agreement_of(found[0].instance)
        made = any(write.instance is agreement and write.before is None for write in found)
        after: dict[str, Any] = {"jabatan": str(agreement.position), "tahun": agreement.year}
        after |= {
            "tanggal di kertas": str(agreement.paper_date or ""),
            "pihak_kedua": str(agreement.second_position or ""),
        }
        instances = [write.instance for write in found]
        after["sasaran"] = [row.text for row in instances if isinstance(row, AgreementObjective)]
        after["target"] = {
            row.name: target_text(row) for row in instances if isinstance(row, AgreementIndicator)
        }
        after["anggaran"] = [
            f"{row.code} {row.name}: {row.amount:.2f}".strip()
            for row in instances
            if isinstance(row, AgreementBudget)
        ]
        deed = "Buat draf" if made else "Isi draf dari berkas"
        yield Act(
            deed,
            agreement,
            unit=agreement.unit,
            after={name: said for name, said in after.items() if said},
            reason=agreement.second_reason,
        )


def _agreement_of(row: Any) -> Agreement:
    if isinstance(row, Agreement):
        return row
    return row.objective.agreement if isinstance(row, AgreementIndicator) else row.agreement


SIGNED = Subject(
    "signed",
    "PK yang Sudah Ditandatangani",
    "Isi PK yang ditandatangani sebelum aplikasi ini dipakai. Dibuatkan draf; PK baru berlaku setelah pindaiannya "
    "dicatat di Catat sebagai sudah ditandatangani.",
    Capability.ISSUE,
    (
        SheetSpec("papers", "PK", paper_columns, PaperResource),
        SheetSpec("content", "Isi PK", content_columns, ContentResource),
        SheetSpec("money", "Anggaran PK", money_columns, MoneyResource),
    ),
    needs_year=True,
    exports=False,
    acts=acts,
)
spec.register(SIGNED)
