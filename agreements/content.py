"""What a Perjanjian Kinerja says, as data: read once from the rows, hashed, and only then printed.

Pages, the printed paper and the hash on it all read the same `AgreementContent`.
"""

import hashlib
import json
import re
import secrets
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal

from django.db.models import prefetch_related_objects
from django.utils import timezone

from agreements import texts
from agreements.enums import Form, Kind, Level, Party
from agreements.models import Agreement, AgreementIndicator, Assignment, Position, Region, YearPolicy
from agreements.models.planning import TargetColumns
from perjanjian.numerals import NBSP, format_date, format_number, format_rupiah

# Crockford's base 32: no I, L, O or U, so that a code can be read aloud and typed from paper.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE = re.compile(rf"PK-[0-9]{{4}}-[{CODE_ALPHABET}]{{4}}-[{CODE_ALPHABET}]{{4}}")
_MISREAD = str.maketrans("OIL", "011")

RUPIAH = ("rp", "rp.", "rupiah")
UNKNOWN = "–"
# Regent and deputy are no civil servants: the form prints neither rank nor NIP for them.
WITHOUT_NIP = (Level.REGIONAL_HEAD, Level.DEPUTY_HEAD)
# How the paper looks; two prints that differ only in these say the same.
LAYOUT = ("paper", "superior_left")
CANONICAL_FORM = 1


@dataclass(frozen=True)
class PartyContent:
    """A signatory as printed. Empty `name`: nobody holds the position yet."""

    party: str
    name: str
    title: str
    rank: str
    nip: str


@dataclass(frozen=True)
class IndicatorContent:
    name: str
    target: str


@dataclass(frozen=True)
class ObjectiveContent:
    text: str
    indicators: tuple[IndicatorContent, ...]


@dataclass(frozen=True)
class BudgetContent:
    """A line of table B; `amount` in rupiah."""

    code: str
    name: str
    amount: Decimal
    fund_source: str


@dataclass(frozen=True)
class AgreementContent:
    """One agreement, whole. `texts` holds the blocks this form prints, by key, in their order."""

    year: int
    form: str
    amended: bool
    level: str
    unit_name: str
    position_title: str
    heads_unit: bool
    objectives: tuple[ObjectiveContent, ...]
    budgets: tuple[BudgetContent, ...]
    budget_total: Decimal
    texts: tuple[tuple[str, str], ...]
    government: str
    region: str
    paper: str
    superior_left: bool
    place: str
    document_date: date | None
    document_number: str
    first: PartyContent
    second: PartyContent | None


@dataclass(frozen=True)
class Signing:
    """What an issue fixes: who signs, where, when, under which number, on which paper."""

    first: Assignment
    second: Assignment | None
    place: str
    document_date: date | None
    document_number: str
    paper: str


def content_of(agreement: Agreement, signing: Signing | None = None) -> AgreementContent:
    """Everything the paper says; the only queries of a print are here.

    Args:
        signing: what the issue fixes. Without it the content is a draft's: the parties are those who
            hold the positions today, the place is the region's seat, date and number are open.
    """
    prefetch_related_objects([agreement], "objectives__indicators", "budgets")
    policy = YearPolicy.objects.prefetch_related("texts").get(year=agreement.year)
    region = Region.objects.get()
    budgets = tuple(
        BudgetContent(row.code, row.name, row.amount, row.fund_source) for row in agreement.budgets.all()
    )
    first, second = (signing.first, signing.second) if signing else _holders(agreement)
    two_party = agreement.form == Form.TWO_PARTY
    return AgreementContent(
        year=agreement.year,
        form=agreement.form,
        amended=agreement.amends_id is not None,
        level=agreement.position.level,
        unit_name=agreement.unit.name,
        position_title=agreement.position.title,
        heads_unit=agreement.position.heads_unit,
        objectives=tuple(_objective(row) for row in agreement.objectives.all()),
        budgets=budgets,
        budget_total=sum((row.amount for row in budgets), Decimal(0)),
        texts=_texts(agreement, policy, region),
        government=region.government,
        region=str(region),
        paper=signing.paper if signing else policy.paper,
        superior_left=policy.superior_left,
        place=signing.place if signing else region.seat,
        document_date=signing.document_date if signing else None,
        document_number=signing.document_number if signing else "",
        first=_party(Party.FIRST, first, agreement.position),
        second=_party(Party.SECOND, second, agreement.second_position) if two_party else None,
    )


def target_text(promise_row: AgreementIndicator, columns: TargetColumns | None = None) -> str:
    """The target as the annex prints it: value and unit of measure, tied by a non-breaking space.

    Numbers carry the indicator's decimals (“82,50 Nilai”), amounts their sign (“Rp1.250.000”), a scale
    the name of its step (“WTP”), a date its words. An open target prints as “–”. `columns` hold another
    target of the same promise, such as a quarter's.
    """
    row, said = promise_row, columns or promise_row
    if row.kind == Kind.SCALE:
        return UNKNOWN if said.step is None else row.steps[said.step - 1]
    if row.kind == Kind.DATE:
        return UNKNOWN if said.date is None else format_date(said.date)
    values = (said.low, said.high) if row.kind == Kind.RANGE else (said.value,)
    figures = [value for value in values if value is not None]
    if len(figures) < len(values):
        return UNKNOWN
    if row.unit_of_measure.strip().lower() in RUPIAH:
        return "–".join(_rupiah(value, row.decimals) for value in figures)
    text = "–".join(format_number(value, row.decimals) for value in figures)
    return f"{text}{NBSP}{row.unit_of_measure}".rstrip()


def canonical(content: AgreementContent) -> str:
    """All that is agreed as one stable text: JSON with sorted keys, no layout, dates as ISO 8601.

    Amounts have two decimals, so the text does not depend on how a database returns them.
    """
    agreed = {name: value for name, value in _plain(content).items() if name not in LAYOUT}
    return json.dumps(
        {"canonical_form": CANONICAL_FORM, **agreed},
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def sha256(content: AgreementContent) -> str:
    """The hash of `canonical` in hexadecimal, as printed on the paper."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def new_code(year: int) -> str:
    """A fresh code for one printed document, such as PK-2026-7F3K-9Q2M; 40 random bits.

    Uniqueness is the database's to hold.
    """
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(8))
    return f"PK-{year:04d}-{letters[:4]}-{letters[4:]}"


def read_code(typed: str) -> str | None:
    """The code in what a person typed, or None when it cannot be one.

    Small letters, spaces and left-out hyphens are forgiven; O, I and L are read as the digits they stand for.
    """
    letters = re.sub(r"[\s\-‐‑–—.]", "", typed).upper().translate(_MISREAD)
    code = f"{letters[:2]}-{letters[2:6]}-{letters[6:10]}-{letters[10:]}"
    return code if _CODE.fullmatch(code) else None


# --- pieces of the content ---------------------------------------------------------------------


def _holders(agreement: Agreement) -> tuple[Assignment | None, Assignment | None]:
    """Who would sign today."""
    day = timezone.localdate()
    first = Assignment.objects.party_of(agreement.position_id, day)
    if agreement.second_position_id is None:
        return first, None
    return first, Assignment.objects.party_of(agreement.second_position_id, day)


def _party(party: Party, holder: Assignment | None, position: Position | None) -> PartyContent:
    if holder is None:
        return PartyContent(party.value, "", position.title if position else "", "", "")
    official = holder.official
    if holder.position.level in WITHOUT_NIP:
        return PartyContent(party.value, official.name, holder.title, "", "")
    return PartyContent(party.value, official.name, holder.title, official.rank, official.nip or "")


def _objective(row) -> ObjectiveContent:
    return ObjectiveContent(
        row.text, tuple(IndicatorContent(each.name, target_text(each)) for each in row.indicators.all())
    )


def _texts(agreement: Agreement, policy: YearPolicy, region: Region) -> tuple[tuple[str, str], ...]:
    """The blocks this form prints, worded as the year decided, placeholders replaced."""
    number = agreement.amendment_number
    title = ("title", "title_amended", "title_amended_again")[min(number, 2)]
    keys: tuple[str, ...]
    if agreement.form == Form.SINGLE_PARTY:
        keys = (title, "opening_single", "promise_single")
    else:
        keys = (title, "opening", "first_party", "second_party", "promise", "supervision")
    wording = {row.key: row.text for row in policy.texts.all()}
    replacements = {
        "{tahun}": str(agreement.year),
        "{kepala_daerah}": region.head_of_region,
        "{daerah}": str(region),
        "{urutan}": texts.ordinal(number).upper(),
    }
    blocks = []
    for key in keys:
        text = wording.get(key, texts.DEFAULTS[key][1])
        for placeholder, value in replacements.items():
            text = text.replace(placeholder, value)
        blocks.append((key, text))
    return tuple(blocks)


def _rupiah(value: Decimal, decimals: int) -> str:
    return format_rupiah(value, sen=decimals > 0)


def _plain(value):
    """Dataclasses, dates and amounts as what JSON knows."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date):
        return value.isoformat()
    # An enum member and its stored value are one text.
    return str(value) if isinstance(value, str) else value
