"""The written parts of a performance report: read, and saved without losing what another wrote meanwhile."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from agreements.models import Unit
from evaluations.models import Narrative, Report
from records.history import Act, Actor, record


@dataclass(frozen=True)
class Part:
    """One written part: of whose report, of which year, which section, for Bab III of which sasaran."""

    unit: Unit
    year: int
    section: str
    objective_id: int | None = None

    def stored(self) -> Narrative | None:
        rows = Narrative.objects.filter(report__unit=self.unit, report__year=self.year, section=self.section)
        if self.objective_id is None:
            return rows.filter(objective__isnull=True).first()
        return rows.filter(objective_id=self.objective_id).first()


class Conflict(Exception):
    """Somebody saved this part after it was opened; `stored` is what stands there now."""

    def __init__(self, stored: Narrative) -> None:
        super().__init__("Bagian ini disimpan orang lain sesudah Bapak/Ibu membukanya.")
        self.stored = stored


def save(part: Part, text: str, version: int, actor: Actor) -> Narrative:
    """Keep the text of a part, with its event.

    Args:
        version: the version the writer opened, 0 when the part was empty.

    Saving the same text once more changes nothing. Raises Conflict when another text was saved since.
    """
    text = text.replace("\r\n", "\n").strip()
    try:
        with transaction.atomic():
            return _saved(part, text, version, actor)
    except IntegrityError:
        # Two first texts at the same moment: the other one is there now.
        stored = part.stored()
        if stored is None:
            raise
        raise Conflict(stored) from None


def _saved(part: Part, text: str, version: int, actor: Actor) -> Narrative:
    stored = part.stored()
    before = stored.text if stored else ""
    if stored is None:
        report = Report.objects.get_or_create(unit=part.unit, year=part.year)[0]
        stored = Narrative.objects.create(
            report=report, section=part.section, objective_id=part.objective_id, text=text
        )
    elif stored.text == text:
        return stored
    else:
        changed = Narrative.objects.filter(pk=stored.pk, version=version).update(
            text=text, version=version + 1
        )
        if not changed:
            stored.refresh_from_db()
            raise Conflict(stored)
        stored.text, stored.version = text, version + 1
    act = Act("Menulis narasi LKjIP", stored, part.unit, before={"isi": before}, after={"isi": text})
    record(actor, act)
    return stored
