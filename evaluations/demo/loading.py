"""Loads the demo: the government first, then two years of scenes in the order of their days."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial
from heapq import heapify, heappop, heappush
from itertools import count

from django.db import transaction

from evaluations.demo import (
    amendments,
    comparisons,
    facts,
    hand_overs,
    money,
    narratives,
    organisation,
    plan,
    plan_revisions,
    promises,
    revisions,
    tree,
)
from evaluations.demo.days import Clock, Years, moment, staged
from evaluations.demo.press import press
from evaluations.demo.world import Scene, World
from records import history
from records.history import SYSTEM

STAGED = (
    "Pemerintah contoh. Waktu peristiwa di bawah ini diperagakan, supaya dua tahun anggaran tampak berjalan; "
    "baris ini dan semua sesudahnya dibuat sekaligus pada {day}."
)
PARTS = (
    promises,
    amendments,
    facts,
    revisions,
    money,
    comparisons,
    narratives,
    tree,
    hand_overs,
    plan_revisions,
)
FOUNDED, OPENED = (12, 1), (12, 15)


def load(today: date, workers: int = 0) -> int:
    """Make the whole demo as of today; returns how many scenes were played.

    The database must hold no region yet. What would happen today or later is not played: it has not
    happened. `workers` are the processes that print; 0 prints in this one.
    """
    with press(workers) as printing, transaction.atomic():
        return _load(World(Years(today), printing), today)


def _load(world: World, today: date) -> int:
    with staged() as clock:
        clock.now = moment(date(world.years.last - 1, *FOUNDED), 8)
        organisation.load(world)
        plan.load(world)
        # Before anything else that the history tells of.
        note = {"catatan": STAGED.format(day=today)}
        history.record(SYSTEM, history.Act("memuat pemerintah contoh", world.region, after=note))
        tree.load(world)
        years = (world.years.last, world.years.this)
        opened = [Scene(date(year - 1, *OPENED), partial(_year, world, year), 8) for year in years]
        extended = Scene(today - timedelta(days=1), partial(facts.give_time, world), hour=15)
        played = _play([*opened, extended], clock, today)
        organisation.close_old_accounts(world)
    return played


def _year(world: World, year: int) -> Iterable[Scene]:
    """Open a year; what will happen to its promises follows from its calendar."""
    plan.open_the_year(world, year, SYSTEM)
    for part in PARTS:
        yield from part.scenes(world, year)


def _play(scenes: Iterable[Scene], clock: Clock, today: date) -> int:
    """The scenes in the order of their moments, each at its own, and those that follow from them."""
    number = count()
    waiting = [(scene.day, scene.hour, next(number), scene) for scene in scenes]
    heapify(waiting)
    played = 0
    while waiting and waiting[0][0] < today:
        day, hour, _, scene = heappop(waiting)
        clock.now = moment(day, hour)
        for following in scene.play() or ():
            heappush(waiting, (following.day, following.hour, next(number), following))
        played += 1
    return played
