"""Files and links that prove realisations and the progress of steps: kept once, used by several rows."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from agreements.models import Unit
from evaluations.models import Evidence, EvidenceUse, Realisation, StepProgress
from records import files
from records.history import Act
from records.uploads import Checked

# What an evidence proves.
Proven = Realisation | StepProgress


@dataclass(frozen=True)
class Proof:
    """What is to be attached to one row: new files, a new link, or evidence the unit has already."""

    uploads: tuple[Checked, ...] = ()
    link: str = ""
    title: str = ""
    page: str = ""
    existing: Evidence | None = None

    def __bool__(self) -> bool:
        return bool(self.uploads or self.link or self.existing)


def attach(row: Proven, proof: Proof, account_id: int | None) -> list[Act]:
    """Attach a proof to a saved row; the lines it leaves in the history.

    The same bytes, or the same link, in the same year of a unit are one evidence. Call it inside the
    transaction of the change.
    """
    if account_id is None:
        raise ValueError("evidence is added by a person")
    unit, year = _unit_of(row), row.period.year
    found = [_of_file(unit, year, upload, proof.title, account_id) for upload in proof.uploads]
    if proof.link:
        found.append(_of_link(unit, year, proof, account_id))
    if proof.existing:
        found.append(proof.existing)
    acts = []
    for evidence in found:
        use, made = EvidenceUse.objects.get_or_create(
            evidence=evidence, **_place(row), defaults={"page": proof.page}
        )
        if made:
            acts.append(_act("melampirkan data dukung", use, row))
    return acts


def detach(row: Proven, uses: Iterable[int]) -> list[Act]:
    """Take evidence off a row that may still be typed into; the evidence itself is kept."""
    acts = []
    for use in EvidenceUse.objects.filter(**_place(row), pk__in=list(uses)).select_related("evidence__file"):
        acts.append(_act("melepas data dukung", use, row))
        use.delete()
    return acts


def _place(row: Proven) -> dict[str, Proven]:
    return {"realisation" if isinstance(row, Realisation) else "progress": row}


def _unit_of(row: Proven) -> Unit:
    return row.indicator.unit if isinstance(row, Realisation) else row.step.plan.agreement.unit


def _of_file(unit: Unit, year: int, upload: Checked, title: str, account_id: int) -> Evidence:
    digest = hashlib.sha256(upload.content).hexdigest()
    same = Evidence.objects.of(unit.pk, year).filter(file__sha256=digest).first()
    if same:
        return same
    stored = files.store(upload.content, upload.name, upload.media_type, account_id)
    return Evidence.objects.create(
        unit=unit, year=year, title=(title or upload.name)[:200], file=stored, added_by_id=account_id
    )


def _of_link(unit: Unit, year: int, proof: Proof, account_id: int) -> Evidence:
    same = Evidence.objects.of(unit.pk, year).filter(link=proof.link).first()
    return same or Evidence.objects.create(
        unit=unit, year=year, title=(proof.title or proof.link)[:200], link=proof.link, added_by_id=account_id
    )


def _act(deed: str, use: EvidenceUse, row: Proven) -> Act:
    evidence = use.evidence
    proof = evidence.file.sha256 if evidence.file else evidence.link
    after = {"data dukung": evidence.title, "bukti": proof, "halaman": use.page}
    return Act(deed, row, unit=_unit_of(row), after={name: text for name, text in after.items() if text})


def by_realisation(rows: Iterable[Realisation]) -> dict[int, list[EvidenceUse]]:
    """The evidence of realisations, in one query, by their pk."""
    found: dict[int, list[EvidenceUse]] = {row.pk: [] for row in rows if row.pk}
    uses = EvidenceUse.objects.filter(realisation__in=list(found)).select_related(
        "evidence__file", "evidence__unit"
    )
    for use in uses:
        if use.realisation_id is not None:
            found[use.realisation_id].append(use)
    return found


def by_progress(rows: Iterable[StepProgress]) -> dict[int, list[EvidenceUse]]:
    """The evidence of the progress of steps, in one query, by its pk."""
    found: dict[int, list[EvidenceUse]] = {row.pk: [] for row in rows if row.pk}
    for use in EvidenceUse.objects.filter(progress__in=list(found)).select_related("evidence__file"):
        if use.progress_id is not None:
            found[use.progress_id].append(use)
    return found
