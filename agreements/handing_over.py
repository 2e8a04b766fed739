"""Serah terima jabatan: one holder ends, the next begins, and what becomes of the agreement is a task.

Everything happens in one act, so that no state in between exists: a chain (A leaves X for Y, whose holder
goes to Z) is one act after another. A task stays open until who came has signed an agreement that came
into force (`HandOverQuerySet.open`), or somebody settles it with a note.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.permissions import Capability
from agreements.changes import fingerprint, sentence_of
from agreements.enums import PARTY_HOLDINGS, FollowUp, Holding
from agreements.middleware import actor_of
from agreements.models import Agreement, Assignment, HandOver, Official, Position, YearPolicy
from agreements.models.organisation import LEADING
from agreements.tenure import DAY
from agreements.touched import Leaving, Touched, touched_by
from agreements.workflow import SHORTEST_REASON
from perjanjian.numerals import format_date
from records.history import Act, record

ACTION = "serah terima jabatan"
CHANGED = "Susunan pejabatnya baru saja diubah orang lain. Periksa lagi akibatnya, lalu simpan."


@dataclass(frozen=True)
class Wish:
    """What is to happen on the position from `day` on.

    `incoming` None leaves it vacant. `leaves`: who holds it now ends the day before; without it, who comes
    stands in beside them. `former` are posts of the newcomer that end on the same day.
    """

    position: Position
    day: date
    incoming: Official | None
    holding: str = Holding.DEFINITIVE
    decree: str = ""
    leaves: bool = True
    former: tuple[Assignment, ...] = ()


@dataclass(frozen=True)
class Choice:
    """What is to become of the agreement, and why where it is not what the policy says."""

    follow_up: FollowUp
    note: str = ""


class Preview:
    """What a wish would do, read before it is saved; nothing is written here."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        rows = list(Assignment.objects.of_hand_over(wish.position, wish.incoming).beyond(wish.day - DAY))
        self.standing = [row for row in rows if row.position_id == wish.position.pk]
        ended = {row.pk for row in wish.former}
        # What else the newcomer holds from the day on.
        self.also_holds = [row for row in rows if row.position_id != wish.position.pk and row.pk not in ended]
        self.ending = self.standing if wish.leaves else []
        self.agreement = (
            Agreement.objects.in_force().filter(position=wish.position, year=wish.day.year).first()
        )

    @property
    def last_day(self) -> date:
        return self.wish.day - DAY

    @cached_property
    def outgoing(self) -> Assignment | None:
        """Who held the position as a party before: who ends now, else who was the last."""
        if not self.wish.leaves:
            return None
        leaving = [row for row in self.ending if row.holding in PARTY_HOLDINGS]
        if leaving:
            return sorted(leaving, key=lambda a: a.holding != Holding.DEFINITIVE)[0]
        before = self.wish.position.assignments.as_party().filter(ends__lt=self.wish.day)
        return before.select_related("official", "position__unit").order_by("-ends").first() or next(
            iter(self.ending), None
        )

    @property
    def acting_as(self) -> str:
        """As what the newcomer comes, such as Plt.; empty for a definitive holder."""
        return "" if self.wish.holding == Holding.DEFINITIVE else Holding(self.wish.holding).label

    @property
    def stays(self) -> list[Assignment]:
        """Who goes on holding the position beside the newcomer."""
        return [] if self.wish.leaves else self.standing

    @property
    def leavings(self) -> list[Leaving]:
        """The positions that lose their holder: this one, and the newcomer's former posts."""
        here = [] if self.stays else [Leaving(self.wish.position, self.wish.day, self.outgoing)]
        return here + [Leaving(row.position, self.wish.day, row) for row in self.wish.former]

    @cached_property
    def touched(self) -> list[tuple[Position, list[Touched]]]:
        found = touched_by(self.leavings)
        return [(each.position, found.get(each.position.pk, [])) for each in self.leavings]

    @cached_property
    def earlier(self) -> list[HandOver]:
        """Open tasks of the position that this hand-over takes the place of."""
        if self.stays:
            return []
        return list(HandOver.objects.filter(position=self.wish.position).open().order_by("pk"))

    @cached_property
    def same_person(self) -> list[Agreement]:
        """Agreements under way of which the newcomer would be both parties."""
        if self.wish.incoming is None or self.wish.holding not in PARTY_HOLDINGS:
            return []
        held = [row.position_id for row in self.also_holds if row.holding in PARTY_HOLDINGS]
        here = self.wish.position.pk
        rows = Agreement.objects.in_preparation().select_related("position", "amends")
        below = rows.filter(position__in=held, second_position=here)
        return list(below | rows.filter(position=here, second_position__in=held))

    @property
    def proposed(self) -> FollowUp:
        """What the year's policy says of the agreement in force."""
        return proposed(self.wish, self.agreement, bool(self.stays))

    @property
    def mark(self) -> str:
        """Short mark of what was wished and of what stood there, to notice that either changed."""
        wish = self.wish
        said = {
            "wish": f"{wish.day} {wish.incoming and wish.incoming.pk} {wish.holding} {wish.leaves} {wish.decree}",
            "former": ",".join(f"{row.pk}:{row.ends}" for row in wish.former),
            "standing": ",".join(f"{row.pk}:{row.ends}" for row in self.standing),
            "also": ",".join(f"{row.pk}:{row.ends}" for row in self.also_holds),
            "agreement": str(self.agreement and self.agreement.pk),
        }
        return fingerprint(said)


def proposed(wish: Wish, agreement: Agreement | None, somebody_stays: bool = False) -> FollowUp:
    """What becomes of an agreement in force by the policy of the year the new holder begins in."""
    if agreement is None or somebody_stays:
        return FollowUp.NONE
    if wish.incoming is None or wish.holding not in PARTY_HOLDINGS:
        return FollowUp.WAIT
    policy = YearPolicy.objects.filter(year=wish.day.year).first() or YearPolicy()
    definitive = wish.holding == Holding.DEFINITIVE
    return FollowUp(policy.hand_over_definitive if definitive else policy.hand_over_acting)


def problems(preview: Preview) -> Mapping[str, str]:
    """Why a wish cannot be fulfilled, by the field it is about; empty when it can."""
    wish, position = preview.wish, preview.wish.position
    if wish.day < position.valid_from or (position.valid_to and wish.day > position.valid_to):
        ends = f" sampai {format_date(position.valid_to)}" if position.valid_to else ""
        return {
            "day": f"Jabatan ini berlaku sejak {format_date(position.valid_from)}{ends}. Periksa tanggalnya."
        }
    if later := next((row for row in preview.standing if row.starts >= wish.day), None):
        return {
            "day": f"{later.official} sudah dicatat menjabat sejak {format_date(later.starts)}. "
            "Pilih tanggal sesudahnya, atau perbaiki riwayat jabatannya."
        }
    if wish.incoming is None:
        if not wish.leaves or not preview.standing:
            return {"leaves": "Jabatan ini sudah kosong pada tanggal itu. Pilih siapa yang menggantikan."}
        return {}
    return _problems_of_newcomer(preview)


def _problems_of_newcomer(preview: Preview) -> Mapping[str, str]:
    wish = preview.wish
    own = [row for row in preview.standing if row.official_id == (wish.incoming and wish.incoming.pk)]
    if any(row.holding == wish.holding for row in own):
        return {"holding": f"{wish.incoming} sudah memegang jabatan ini dengan sebutan itu."}
    if own and not wish.leaves:
        return {
            "leaves": f"{wish.incoming} sudah memegang jabatan ini. Akhiri dulu masa tugasnya yang sekarang."
        }
    definitive = [row for row in preview.stays if row.holding == Holding.DEFINITIVE]
    if definitive and wish.holding == Holding.DEFINITIVE:
        return {
            "leaves": f"{definitive[0].official} memegang jabatan ini secara definitif. "
            "Akhiri masa tugasnya, atau pilih Plt. atau Plh."
        }
    if other := _second_leading_post(preview):
        return {
            "former": f"{wish.incoming} memegang {other.position} secara definitif. "
            "Centang jabatan itu untuk mengakhirinya, atau pilih Plt."
        }
    if wish.incoming and (foreign := [r for r in wish.former if r.official_id != wish.incoming.pk]):
        return {"former": f"{foreign[0]} bukan jabatan {wish.incoming}."}
    return {}


def _second_leading_post(preview: Preview) -> Assignment | None:
    """A post the newcomer would lead by definitive appointment besides this one: nobody leads two."""
    wish = preview.wish
    if wish.holding != Holding.DEFINITIVE or wish.position.level not in LEADING:
        return None
    held = (row for row in preview.also_holds if row.holding == Holding.DEFINITIVE)
    return next((row for row in held if row.position.level in LEADING), None)


def perform(request, wish: Wish, choice: Choice, mark: str) -> HandOver:
    """Do it: all of it with one line in the history, or nothing.

    `mark` is that of the preview the person saw. ValidationError, with a sentence, when something changed
    since, when a rule forbids it, or when the database refuses.
    """
    try:
        with transaction.atomic():
            return _perform(request, wish, choice, mark)
    except IntegrityError as error:
        raise ValidationError(sentence_of(error)) from error


def _perform(request, wish: Wish, choice: Choice, mark: str) -> HandOver:
    positions = [wish.position.pk, *(row.position_id for row in wish.former)]
    # Who changes the holder of one of these, or gives the newcomer a post, at the same moment waits here.
    waited_for = Position.objects.select_for_update(of=("self",)).filter(pk__in=positions)
    locked = {row.pk: row for row in waited_for.select_related("unit").order_by("pk")}
    if wish.incoming:
        Official.objects.select_for_update().get(pk=wish.incoming.pk)
    former = Assignment.objects.filter(pk__in=[row.pk for row in wish.former])
    wish = replace(
        wish,
        # As it is now: a reorganisation may just have ended it.
        position=locked[wish.position.pk],
        former=tuple(former.select_related("official", "position__unit").order_by("pk")),
    )
    preview = Preview(wish)
    if preview.mark != mark:
        raise ValidationError(CHANGED)
    if found := problems(preview):
        raise ValidationError(list(found.values()))
    outgoing, earlier, vacated = preview.outgoing, preview.earlier, _vacated(preview)
    for row in (*preview.ending, *wish.former):
        row.ends = preview.last_day
        row.save(update_fields=["ends"])
    incoming = _begun(wish)
    hand_over = _written(
        request, Leaving(wish.position, wish.day, outgoing), incoming, preview.agreement, choice
    )
    for leaving, agreement, follow_up in vacated:
        _written(request, leaving, None, agreement, Choice(follow_up))
    settled = f"Dilanjutkan dengan serah terima {format_date(wish.day)}."
    for task in earlier:
        settle_row(task, settled)
    actor = actor_of(request, request.scope.capacity(Capability.ORGANISE))
    record(actor, _act(preview, hand_over, incoming))
    return hand_over


def _vacated(preview: Preview) -> list[tuple[Leaving, Agreement | None, FollowUp]]:
    """The newcomer's former posts that nobody holds as a party from the day on, with their agreements."""
    wish = preview.wish
    found = []
    for row in wish.former:
        others = row.position.assignments.as_party().overlapping(wish.day, None).exclude(pk=row.pk)
        if row.holding not in PARTY_HOLDINGS or others.exists():
            continue
        agreement = Agreement.objects.in_force().filter(position=row.position, year=wish.day.year).first()
        follow_up = FollowUp.WAIT if agreement else FollowUp.NONE
        found.append((Leaving(row.position, wish.day, row), agreement, follow_up))
    return found


def _begun(wish: Wish) -> Assignment | None:
    if wish.incoming is None:
        return None
    row = Assignment(
        official=wish.incoming,
        position=wish.position,
        holding=wish.holding,
        starts=wish.day,
        ends=wish.position.valid_to,
        decree=wish.decree,
    )
    row.full_clean()
    row.save()
    return row


def _written(
    request, leaving: Leaving, incoming: Assignment | None, agreement: Agreement | None, choice: Choice
) -> HandOver:
    """The task; one that asks nothing of anybody is settled at once."""
    nothing = choice.follow_up == FollowUp.NONE
    return HandOver.objects.create(
        position=leaving.position,
        day=leaving.day,
        outgoing=leaving.outgoing,
        incoming=incoming,
        agreement=agreement,
        follow_up=choice.follow_up,
        note=choice.note,
        recorded_by=request.user,
        settled_at=timezone.now() if nothing else None,
        settled_note=FollowUp.NONE.label if nothing else "",
    )


def _act(preview: Preview, hand_over: HandOver, incoming: Assignment | None) -> Act:
    wish = preview.wish
    ended: Sequence[Assignment] = (*preview.ending, *wish.former)
    after = {
        "mulai": wish.day.isoformat(),
        "pejabat": f"{incoming.official} ({incoming.get_holding_display()})" if incoming else "kosong",
        "tindak lanjut PK": hand_over.get_follow_up_display(),
    }
    if wish.decree:
        after["nomor keputusan"] = wish.decree
    if ended:
        after["diakhiri " + format_date(preview.last_day)] = "; ".join(str(row) for row in ended)
    if hand_over.agreement:
        after["PK yang berlaku"] = f"{hand_over.agreement} [{hand_over.agreement_id}]"
    before = {"pejabat": str(preview.outgoing.official)} if preview.outgoing and preview.ending else {}
    return Act(ACTION, wish.position, wish.position.unit, before, after, hand_over.note)


# --- the task -----------------------------------------------------------------------------------


def settle_row(hand_over: HandOver, note: str) -> None:
    """Close the task with a note; nothing is recorded here."""
    hand_over.settled_at, hand_over.settled_note = timezone.now(), note
    hand_over.save(update_fields=["settled_at", "settled_note"])


def _locked_open(pk: int) -> HandOver:
    """The task to change; ValidationError when somebody settled it meanwhile."""
    HandOver.objects.select_for_update().get(pk=pk)
    row = HandOver.objects.open().select_related("position__unit").filter(pk=pk).first()
    if row is None:
        raise ValidationError("Tindak lanjut ini sudah selesai. Muat ulang halaman untuk melihatnya.")
    return row


@transaction.atomic
def settle(request, hand_over: HandOver, note: str) -> None:
    """Close the task by hand: what was done, in a sentence; ValidationError when it is closed already."""
    if len(note.strip()) < SHORTEST_REASON:
        raise ValidationError(f"Isi keterangan paling sedikit {SHORTEST_REASON} huruf.")
    row = _locked_open(hand_over.pk)
    settle_row(row, note.strip())
    _record(request, "menyelesaikan serah terima jabatan", row, after={"penyelesaian": row.settled_note})


@transaction.atomic
def decide(request, hand_over: HandOver, choice: Choice) -> None:
    """Choose another follow-up with its reason; ValidationError when the task is closed."""
    if len(choice.note.strip()) < SHORTEST_REASON:
        raise ValidationError(f"Isi alasannya paling sedikit {SHORTEST_REASON} huruf.")
    row = _locked_open(hand_over.pk)
    before = {"tindak lanjut PK": row.get_follow_up_display()}
    row.follow_up, row.note = choice.follow_up, choice.note.strip()
    row.save(update_fields=["follow_up", "note"])
    after = {"tindak lanjut PK": row.get_follow_up_display()}
    _record(request, "mengubah tindak lanjut serah terima", row, before=before, after=after, reason=row.note)
    if choice.follow_up == FollowUp.NONE:
        settle_row(row, row.note)


def _record(request, action: str, row: HandOver, **sides) -> None:
    actor = actor_of(request, request.scope.capacity(Capability.ORGANISE))
    record(actor, Act(action, row.position, row.position.unit, **sides))
