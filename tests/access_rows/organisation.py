"""Who may do what with units, positions, officials and their terms."""

from datetime import date

from agreements.enums import FollowUp
from agreements.models import Assignment, HandOver
from tests.access import EVERYONE, OF_KESEHATAN, READ_ALL, Row

NO_VIEW = frozenset({"administrator", "orang_luar"})
# The secretary of the region reads the Setda and what is below it, which Dinas Kesehatan is not.
READERS = READ_ALL | OF_KESEHATAN | {"tamu"}
ORGANISERS = frozenset({"bagian_organisasi", "kepegawaian"})


def unit(g) -> dict:
    return {"pk": g.kesehatan.pk}


def position(g) -> dict:
    return {"pk": g.kadinkes.pk}


def official(g) -> dict:
    return {"pk": g.official_kadinkes.pk}


def assignment(g) -> dict:
    return {"pk": Assignment.objects.get(position=g.kadinkes).pk}


def hand_over(g) -> dict:
    row = HandOver.objects.create(
        position=g.kadinkes,
        day=date(2026, 7, 14),
        outgoing=Assignment.objects.get(position=g.kadinkes),
        follow_up=FollowUp.WAIT,
        recorded_by=g.users.bagian_organisasi,
    )
    return {"pk": row.pk}


ROWS = [
    Row("agreements:unit_reorganise", unit, ok=ORGANISERS, forbidden=READERS - ORGANISERS),
    Row("agreements:unit_reorganise", unit, ok=ORGANISERS, forbidden=READERS - ORGANISERS, method="post"),
    Row("agreements:position_detail", position, ok=READERS),
    Row("agreements:hand_over", position, ok=ORGANISERS, forbidden=READERS - ORGANISERS),
    Row("agreements:hand_over", position, ok=ORGANISERS, forbidden=READERS - ORGANISERS, method="post"),
    Row("agreements:hand_over_list", ok=ORGANISERS, forbidden=EVERYONE - ORGANISERS),
    Row("agreements:hand_over_detail", hand_over, ok=ORGANISERS, forbidden=EVERYONE - ORGANISERS),
    Row(
        "agreements:hand_over_detail",
        hand_over,
        ok=ORGANISERS,
        forbidden=EVERYONE - ORGANISERS,
        method="post",
    ),
    Row("agreements:unit_list", ok=EVERYONE - NO_VIEW, forbidden=NO_VIEW),
    Row("agreements:unit_ended", ok=EVERYONE - NO_VIEW, forbidden=NO_VIEW),
    Row("agreements:unit_detail", unit, ok=READERS),
    Row("agreements:unit_create", ok=ORGANISERS, forbidden=EVERYONE - ORGANISERS),
    Row("agreements:unit_edit", unit, ok=ORGANISERS, forbidden=READERS - ORGANISERS),
    Row("agreements:unit_edit", unit, ok=ORGANISERS, forbidden=READERS - ORGANISERS, method="post"),
    Row("agreements:position_create", unit, ok=ORGANISERS, forbidden=READERS - ORGANISERS),
    Row("agreements:position_edit", position, ok=ORGANISERS, forbidden=READERS - ORGANISERS),
    Row("agreements:official_list", ok=ORGANISERS, forbidden=EVERYONE - ORGANISERS),
    Row("agreements:official_create", ok=ORGANISERS, forbidden=EVERYONE - ORGANISERS),
    Row("agreements:official_detail", official, ok=ORGANISERS, forbidden=EVERYONE - ORGANISERS),
    Row("agreements:official_edit", official, ok=ORGANISERS, forbidden=EVERYONE - ORGANISERS),
    Row("agreements:assignment_create", ok=ORGANISERS, forbidden=EVERYONE - ORGANISERS),
    Row("agreements:assignment_edit", assignment, ok=ORGANISERS, forbidden=READERS - ORGANISERS),
    Row(
        "agreements:assignment_edit", assignment, ok=ORGANISERS, forbidden=READERS - ORGANISERS, method="post"
    ),
]
