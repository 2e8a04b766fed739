"""The government of the demo: region, units, positions, officials, accounts, who held what and may do what."""

from datetime import date, timedelta
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.permissions import Role
from agreements.models import Assignment, Membership, Official, Position, Region, Unit
from evaluations.demo import hand_overs, source
from evaluations.demo.world import World
from records import files

# For the demo alone: the command refuses to run anywhere else.
PASSWORD = "demo-perjanjian-2026"  # noqa: S105
# Regional governments have had their present shape since PP 18/2016 on perangkat daerah.
FOUNDED = date(2017, 1, 2)


def load(world: World) -> None:
    """Everything about people and posts, on the last day before the demo's two years."""
    _units(world)
    _region(world)
    _positions(world)
    _accounts(world)
    _officials(world)
    _assignments(world)
    _memberships(world)
    stretches = [row for kind in (Assignment, Membership) for row in kind.objects.all()]
    begins = {row.starts for row in stretches} | set(hand_overs.days(world.years))
    world.turns = sorted(begins | {row.ends + timedelta(days=1) for row in stretches if row.ends})


def _units(world: World) -> None:
    for order, row in enumerate(source.rows("units")):
        world.units[row["key"]] = Unit.objects.create(
            parent=world.units.get(row["parent"]),
            kind=row["kind"],
            name=row["name"],
            short_name=row["short_name"],
            code=row["code"],
            order=order,
            signs_with_head=bool(row["signs_with_head"]),
            on_map=bool(row["on_map"]),
            writes_report=bool(row["writes_report"]),
            valid_from=FOUNDED,
        )


def _region(world: World) -> None:
    facts = source.document("region")
    emblem = settings.BASE_DIR / "static" / facts["emblem"]
    world.region = Region.objects.create(
        kind=facts["kind"],
        name=facts["name"],
        head_title=facts["head_title"],
        seat=facts["seat"],
        emblem=files.store(emblem.read_bytes(), emblem.name, "image/svg+xml", None),
        bureau=world.units[facts["bureau"]],
        note=facts["note"],
    )


def _positions(world: World) -> None:
    for row in source.rows("positions"):
        world.positions[row["key"]] = Position.objects.create(
            unit=world.units[row["unit"]],
            title=row["title"],
            level=row["level"],
            superior=world.positions.get(row["superior"]),
            heads_unit=bool(row["heads_unit"]),
            valid_from=FOUNDED,
        )
        if row["without_budget"]:
            world.without_budget[row["key"]] = row["without_budget"]


@cache
def _hashed() -> str:
    """One hash for all accounts: Argon2 takes its time on purpose."""
    return make_password(PASSWORD)


def _accounts(world: World) -> None:
    officials = {row["account"]: row for row in source.rows("officials") if row["account"]}
    for row in source.rows("accounts"):
        official = officials.get(row["username"], {"name": row["name"], "nip": ""})
        world.accounts[row["username"]] = User(
            username=row["username"], name=official["name"], nip=official["nip"] or None, password=_hashed()
        )
    for account in world.accounts.values():
        account.save(force_insert=True)


def _officials(world: World) -> None:
    for row in source.rows("officials"):
        world.officials[row["key"]] = Official.objects.create(
            name=row["name"],
            nip=row["nip"] or None,
            rank=row["rank"],
            account=world.accounts.get(row["account"]),
        )


def _assignments(world: World) -> None:
    for row in source.rows("assignments"):
        assignment = Assignment(
            official=world.officials[row["official"]],
            position=world.positions[row["position"]],
            holding=row["holding"],
            starts=world.years.day(row["starts"]),
            ends=world.years.end(row["ends"]),
            decree=row["decree"],
        )
        assignment.full_clean()
        assignment.save()


def _memberships(world: World) -> None:
    years = world.years
    for row in source.rows("accounts"):
        if not row["role"]:
            continue
        membership = Membership.objects.create(
            account=world.accounts[row["username"]],
            role=row["role"],
            starts=date(years.last - 1, 1, 1),
            ends=years.end(row["ends"]),
            first_year=years.year(row["first_year"]) if row["first_year"] else None,
            last_year=years.year(row["last_year"]) if row["last_year"] else None,
        )
        units = [world.units[key] for key in source.words(row["units"])]
        membership.units.set(units)
        if row["role"] == Role.OPERATOR:
            world.operators |= {unit.pk: row["username"] for unit in units}


def close_old_accounts(world: World) -> None:
    """Accounts of officials who left can no longer sign in."""
    for row in source.rows("accounts"):
        if row["ends"] and not row["role"]:
            account = world.accounts[row["username"]]
            account.is_active = False
            account.save(update_fields=["is_active"])


def listed_accounts() -> list[tuple[str, str]]:
    """User name and who it is, of every account of the demo that can sign in."""
    names = {row["account"]: row["name"] for row in source.rows("officials") if row["account"]}
    return [
        (row["username"], f"{names.get(row['username'], row['name'])} – {row['note']}")
        for row in source.rows("accounts")
        if row["note"]
    ]
