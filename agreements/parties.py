"""Who signs with whom: the superior by rule, and the holders of both posts on a day.

Rules (PermenPAN-RB 53/2014; local practice): the regional head signs alone; who heads a perangkat
daerah signs with the regional head whatever the echelon; everyone else with the direct superior.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet

from agreements.enums import Form, Level
from agreements.models import Agreement, Assignment, IssueParty, Position
from agreements.superiors import AtHand, by_rule

MOST_OFFERED = 50


@dataclass(frozen=True)
class Parties:
    """The holders on a day; `problem` says in a sentence why they cannot sign, or is empty."""

    first: Assignment | None
    second: Assignment | None
    problem: str = ""


def form_for(position: Position) -> Form:
    return Form.SINGLE_PARTY if position.level == Level.REGIONAL_HEAD else Form.TWO_PARTY


@dataclass(frozen=True)
class Known:
    """What was read already where many agreements are judged at once; `holders` are those of one day by position."""

    at_hand: AtHand
    holders: Mapping[int, Assignment]


def proposed_superior(position: Position, known: Known | None = None) -> Position | None:
    """The position that becomes Pihak Kedua; None for the regional head or a post nobody stands above.

    A superior that was chosen with a reason counts before the rule. Who signs with the regional head does
    so whoever is the direct superior. Where none is recorded, the rule says who it is.
    """
    if position.level == Level.REGIONAL_HEAD:
        return None
    if position.superior_id and position.superior_reason:
        return position.superior
    if position.heads_unit and position.unit.signs_with_head:
        head = _regional_head(known)
        if head:
            return head
    return position.superior or by_rule(position, at_hand=known.at_hand if known else None).proposed


def _regional_head(known: Known | None) -> Position | None:
    if known is None:
        return Position.objects.filter(level=Level.REGIONAL_HEAD, valid_to__isnull=True).first()
    heads = (each for each in known.at_hand.posts(()) if each.level == Level.REGIONAL_HEAD)
    return next((head for head in heads if head.valid_to is None), None)


def _holder(position: Position, day: date, known: Known | None) -> Assignment | None:
    if known is None:
        return Assignment.objects.party_of(position.pk, day)
    return known.holders.get(position.pk)


def next_superior(position: Position, day: date, known: Known | None = None) -> Position | None:
    """The first superior above whose holder on the day is another person than the position's own."""
    own = _holder(position, day, known)
    seen = {position.pk}
    superior = proposed_superior(position, known)
    while superior is not None and superior.pk not in seen:
        holder = _holder(superior, day, known)
        if holder is None or own is None or holder.official_id != own.official_id:
            return superior
        seen.add(superior.pk)
        superior = proposed_superior(superior, known)
    return None


def reason_by_rule(position: Position, second: Position | None, day: date, known: Known | None = None) -> str:
    """Why the rule passes over the direct superior to `second`; empty when it does not."""
    proposed = proposed_superior(position, known)
    if (
        second is None
        or proposed is None
        or second == proposed
        or second != next_superior(position, day, known)
    ):
        return ""
    own = _holder(position, day, known)
    return f"{own.official} memegang kedua jabatan." if own else ""


def unexplained(agreement: Agreement) -> Position | None:
    """The superior by rule where another second party was chosen without a reason; else None."""
    if agreement.second_position_id is None or agreement.second_reason.strip():
        return None
    proposed = proposed_superior(agreement.position)
    return proposed if proposed and proposed.pk != agreement.second_position_id else None


def superiors_to_offer(agreement: Agreement, day: date, also: Iterable[int]) -> QuerySet[Position]:
    """Who plausibly is Pihak Kedua: heads and leading posts from the unit upwards, at most MOST_OFFERED,
    and besides those whose numbers are given."""
    positions = Position.objects.on(day).exclude(pk=agreement.position_id)
    plausible = positions.superiors_for(agreement.unit).leading().order_by("-heads_unit", "pk")
    offered = list(plausible.values_list("pk", flat=True)[:MOST_OFFERED])
    return positions.filter(pk__in=[*offered, *also]).select_related("unit")


def parties_on(agreement: Agreement, day: date) -> Parties:
    """Both parties on the day of the document, and what stands in the way."""
    return parties_of_each([agreement], day)[agreement.pk]


def parties_of_each(agreements: Iterable[Agreement], day: date) -> dict[int, Parties]:
    """The parties of many agreements on one day, by agreement, in one query."""
    agreements = list(agreements)
    wanted = {pk for a in agreements for pk in (a.position_id, a.second_position_id) if pk}
    holders = Assignment.objects.parties_of(wanted, day)
    return {agreement.pk: parties_among(agreement, holders) for agreement in agreements}


def signatories(agreements: Collection[Agreement]) -> dict[int, dict[str, IssueParty]]:
    """By agreement: who stands on its latest issue, by party; nobody where nothing was issued. One query."""
    found: dict[int, dict[str, IssueParty]] = {agreement.pk: {} for agreement in agreements}
    # Of the issue only its agreement is wanted: the text that was hashed is long.
    rows = IssueParty.objects.filter(issue__agreement__in=agreements)
    for row in rows.annotate(agreement_id=F("issue__agreement_id")).order_by("issue__sequence"):
        on_paper = found[row.agreement_id]
        if any(other.issue_id != row.issue_id for other in on_paper.values()):
            on_paper.clear()
        on_paper[row.party] = row
    return found


def parties_among(agreement: Agreement, holders: Mapping[int, Assignment]) -> Parties:
    """The parties of an agreement among who holds posts on a day, and what stands in the way."""
    first = holders.get(agreement.position_id)
    if first is None:
        return Parties(
            None,
            None,
            f"Jabatan {agreement.position} tidak ada pejabatnya (definitif, Plt., Pj., atau Pjs.) pada tanggal itu. "
            "Lengkapi riwayat jabatan dulu.",
        )
    if agreement.form == Form.SINGLE_PARTY:
        return Parties(first, None)
    if agreement.second_position_id is None:
        return Parties(first, None, "Pihak Kedua belum dipilih. Pilih atasan pada data PK.")
    second = holders.get(agreement.second_position_id)
    if second is None:
        return Parties(
            first,
            None,
            f"Jabatan {agreement.second_position} tidak ada pejabatnya pada tanggal itu. "
            "Lengkapi riwayat jabatan dulu, atau pilih Pihak Kedua lain.",
        )
    if second.official_id == first.official_id:
        return Parties(
            first,
            second,
            f"{first.official} memegang kedua jabatan. Pilih atasan berikutnya sebagai Pihak Kedua dan isi alasannya.",
        )
    return Parties(first, second)
