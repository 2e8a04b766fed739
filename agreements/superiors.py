"""Who stands above a position by rule, as it is proposed and explained where the position is written.

Rules (PermenPAN-RB 53/2014; local practice where it is silent): the level is decided by what a post leads,
not by its echelon. Another superior may be chosen with a reason, which is kept with the position.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from agreements.enums import Level, UnitKind
from agreements.models import Position, Unit, YearPolicy
from agreements.querysets.organisation import BELOW_OFFICES

ASSISTANT, EXPERT = ("asisten",), ("staf ahli",)
SECRETARY = ("sekretaris",)
SUBSECTION = ("kepala subbag", "kepala sub bag", "kasubbag")
# A unit stands at most so deep; more is a circle.
DEEPEST = 12


@dataclass(frozen=True)
class Rule:
    """What the rule says of a position. `others` are as right as the proposed one: which of them is for a
    person to say."""

    sentence: str
    proposed: Position | None = None
    others: tuple[Position, ...] = ()

    def allows(self, superior: Position | None) -> bool:
        """Whether the rule leads to this superior."""
        right = [*self.others, *([self.proposed] if self.proposed else [])]
        return superior in right if superior else not right


@dataclass(frozen=True)
class AtHand:
    """What was read already where many positions are judged at once, so that nothing is asked for each.

    `posts` gives those of the units and of what lies directly below them, of the region and of every
    Sekretariat Daerah, with their units; more than these do no harm.
    """

    posts: Callable[[Sequence[Unit]], Iterable[Position]]
    experts_under_secretary: bool


def by_rule(position: Position, day: date | None = None, at_hand: AtHand | None = None) -> Rule:
    """Who stands above the position (saved or not) on the day, by default today. Two queries, and one for
    each unit above that was not read yet; none with what is at hand."""
    near = _Near(position, day or timezone.localdate(), at_hand)
    for rule in _RULES:
        found = rule(near)
        if found:
            return found
    return _of_member(near)


def explanation(position: Position) -> str:
    """How the recorded superior of a position came about, in a sentence."""
    rule = by_rule(position)
    if rule.allows(position.superior):
        return rule.sentence
    if rule.proposed:
        named = f"Menurut aturan: {rule.proposed}."
    else:
        named = f"Menurut aturan: {_or(rule.others)}." if rule.others else "Menurut aturan tidak ada atasan."
    reason = position.superior_reason
    return (
        f"{named} Dipilih lain karena: {reason}" if reason else f"{named} Alasan memilih lain belum dicatat."
    )


def _or(positions: tuple[Position, ...]) -> str:
    return " atau ".join(str(each) for each in positions)


class _Near:
    """A position with the units it lies in and the posts around that may stand above it."""

    def __init__(self, position: Position, day: date, at_hand: AtHand | None = None) -> None:
        self.position, self.day, self.at_hand = position, day, at_hand
        self.unit = position.unit
        self.line = _line(position.unit)

    @cached_property
    def posts(self) -> list[Position]:
        if self.at_hand:
            found = [post for post in self.at_hand.posts(self.line) if self._may_stand_above(post)]
            return sorted(found, key=lambda post: post.unit.order)
        line = [unit.pk for unit in self.line]
        title = Q(title__istartswith=SECRETARY[0])
        wanted = (
            Q(level=Level.REGIONAL_HEAD)
            | Q(unit__in=line) & (Q(heads_unit=True) | title)
            | Q(unit__parent__in=line, unit__kind=UnitKind.STAFF, heads_unit=True)
            | Q(unit__parent__in=line, unit__kind=UnitKind.DIVISION, heads_unit=True) & title
            | Q(unit__kind=UnitKind.SECRETARIAT, heads_unit=True)
        )
        rows = Position.objects.on(self.day).filter(wanted).exclude(pk=self.position.pk)
        return list(rows.select_related("unit").order_by("unit__order", "pk"))

    def _may_stand_above(self, post: Position) -> bool:
        """What the query asks for, of a post at hand."""
        title, kind = post.title.lower().startswith(SECRETARY), post.unit.kind
        if post is self.position:
            return False
        if post.level == Level.REGIONAL_HEAD or (kind == UnitKind.SECRETARIAT and post.heads_unit):
            return True
        if post.unit in self.line:
            return post.heads_unit or title
        beside = post.unit.parent in self.line and post.heads_unit
        return beside and (kind == UnitKind.STAFF or (kind == UnitKind.DIVISION and title))

    @property
    def experts_under_secretary(self) -> bool:
        if self.at_hand:
            return self.at_hand.experts_under_secretary
        return experts_under_secretary(self.day.year)

    def leads(self, *kinds: UnitKind) -> bool:
        return self.position.heads_unit and self.unit.kind in kinds

    def called(self, words: tuple[str, ...]) -> bool:
        return self.position.title.lower().startswith(words)

    @cached_property
    def regional_head(self) -> Position | None:
        return next((post for post in self.posts if post.level == Level.REGIONAL_HEAD), None)

    @cached_property
    def secretary(self) -> Position | None:
        """The Sekretaris Daerah."""
        heads = (p for p in self.posts if p.heads_unit and p.unit.kind == UnitKind.SECRETARIAT)
        return next(heads, None)

    def head_among(self, units: list[Unit]) -> Position | None:
        """Who leads the first of the units that has a leader."""
        heads = {post.unit_id: post for post in self.posts if post.heads_unit}
        return next((heads[unit.pk] for unit in units if unit.pk in heads), None)

    @property
    def head_above(self) -> Position | None:
        """Who leads the nearest unit that this one belongs to."""
        return self.head_among(self.line[1:])


def experts_under_secretary(year: int) -> bool:
    """Whether the policy of the year puts Staf Ahli below the Sekretaris Daerah."""
    policy = YearPolicy.objects.filter(year=year).first()
    return bool(policy and policy.experts_under_secretary)


def _line(unit: Unit) -> list[Unit]:
    """The unit and what it belongs to, up to the region."""
    found: list[Unit] = []
    at: Unit | None = unit
    while at is not None and at not in found and len(found) < DEEPEST:
        found.append(at)
        at = at.parent
    return found


# --- the rules, the narrow ones first -----------------------------------------------------------


def _of_regional_head(near: _Near) -> Rule | None:
    if near.position.level != Level.REGIONAL_HEAD:
        return None
    return Rule("Kepala daerah tidak mempunyai atasan; PK-nya ditandatangani sendiri.")


def _of_deputy(near: _Near) -> Rule | None:
    if near.position.level != Level.DEPUTY_HEAD:
        return None
    return Rule("Wakil kepala daerah berada di bawah kepala daerah.", near.regional_head)


def _of_head_signing_with_region(near: _Near) -> Rule | None:
    if not (near.position.heads_unit and near.unit.signs_with_head):
        return None
    return Rule("Kepala unit ini menandatangani PK dengan kepala daerah.", near.regional_head)


def _of_secretary(near: _Near) -> Rule | None:
    if not near.leads(UnitKind.SECRETARIAT):
        return None
    return Rule("Sekretaris Daerah berada di bawah kepala daerah.", near.regional_head)


def _of_expert(near: _Near) -> Rule | None:
    if not near.called(EXPERT):
        return None
    if near.experts_under_secretary:
        return Rule("Staf Ahli berada di bawah Sekretaris Daerah (kebijakan tahun ini).", near.secretary)
    return Rule("Staf Ahli berada di bawah kepala daerah.", near.regional_head)


def _of_assistant(near: _Near) -> Rule | None:
    if near.unit.kind not in (UnitKind.STAFF, UnitKind.SECRETARIAT) or not near.called(ASSISTANT):
        return None
    return Rule("Asisten berada di bawah Sekretaris Daerah.", near.secretary)


def _of_bureau(near: _Near) -> Rule | None:
    """Which Asisten coordinates a bagian the tree tells where the bagian lies below one."""
    if not near.leads(UnitKind.BUREAU) or all(u.kind != UnitKind.SECRETARIAT for u in near.line):
        return None
    assistants = tuple(
        post
        for post in near.posts
        if post.unit.kind == UnitKind.STAFF and post.title.lower().startswith(ASSISTANT)
    )
    above = [unit for unit in near.line if unit.kind == UnitKind.STAFF]
    own = near.head_among(above) or (assistants[0] if len(assistants) == 1 else None)
    if own:
        return Rule("Kepala Bagian berada di bawah Asisten yang mengoordinasikannya.", own)
    if assistants:
        return Rule("Kepala Bagian berada di bawah Asisten yang mengoordinasikannya.", None, assistants)
    return Rule("Kepala Bagian berada di bawah Sekretaris Daerah bila tidak ada Asisten.", near.secretary)


def _of_district(near: _Near) -> Rule | None:
    if not near.leads(UnitKind.DISTRICT):
        return None
    return Rule("Camat berada di bawah kepala daerah, apa pun eselonnya.", near.regional_head)


def _of_village(near: _Near) -> Rule | None:
    if not near.leads(UnitKind.VILLAGE):
        return None
    return Rule("Lurah berada di bawah Camat.", near.head_above)


def _of_hospital(near: _Near) -> Rule | None:
    if not near.leads(UnitKind.HOSPITAL):
        return None
    return Rule(
        "Direktur rumah sakit yang berada di bawah dinas bertanggung jawab kepada kepala dinasnya.",
        near.head_above,
    )


def _of_technical(near: _Near) -> Rule | None:
    if not near.leads(UnitKind.TECHNICAL):
        return None
    offices = [u for u in near.line[1:] if u.kind not in (*BELOW_OFFICES, UnitKind.TECHNICAL)]
    return Rule("Kepala UPTD berada di bawah kepala perangkat daerahnya.", near.head_among(offices))


def _of_subsection(near: _Near) -> Rule | None:
    """A Kasubbag answers to the Sekretaris, where the office has one."""
    if near.position.level != Level.IV or not near.called(SUBSECTION):
        return None
    office = next((u for u in near.line if u.kind not in BELOW_OFFICES), near.unit)
    within = {unit.pk for unit in near.line[: near.line.index(office) + 1]} if office in near.line else set()
    for post in near.posts:
        if not post.title.lower().startswith(SECRETARY) or post.level != Level.III:
            continue
        if post.unit_id in within or post.unit.parent_id in within:
            return Rule("Kepala Subbagian berada di bawah Sekretaris.", post)
    return None


def _of_head_of_part(near: _Near) -> Rule | None:
    if not near.position.heads_unit:
        return None
    return Rule("Pimpinan unit berada di bawah pimpinan unit yang membawahinya.", near.head_above)


def _of_member(near: _Near) -> Rule:
    return Rule("Jabatan di dalam unit berada di bawah pimpinan unitnya.", near.head_among(near.line))


_RULES: tuple[Callable[[_Near], Rule | None], ...] = (
    _of_regional_head,
    _of_deputy,
    _of_head_signing_with_region,
    _of_secretary,
    _of_expert,
    _of_assistant,
    _of_bureau,
    _of_district,
    _of_village,
    _of_hospital,
    _of_technical,
    _of_subsection,
    _of_head_of_part,
)
