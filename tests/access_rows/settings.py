"""Who may change the identity and the policies."""

from agreements.models import Region
from records.files import store
from tests.access import EVERYONE, Row

KEEPERS = frozenset({"bagian_organisasi", "administrator"})
OTHERS = EVERYONE - KEEPERS


def emblems(g) -> dict:
    stored = store(b"a picture", "lambang.png", "image/png", None)
    Region.objects.update(emblem=stored, state_emblem=stored)
    return {}


def of_group(g) -> dict:
    return {"year": 2026, "group": "perhitungan"}


CAP = {
    "lower_method": "selisih",
    "cap": "120",
    "scale_above": "hundred",
    "unit_mean": "mean_of_objectives",
}
ROWS = [
    Row("agreements:colours", public=True),
    Row("agreements:emblem", emblems, public=True),
    Row("agreements:state_emblem", emblems, ok=EVERYONE),
    Row("agreements:region_settings", ok=KEEPERS, forbidden=OTHERS),
    Row("agreements:region_settings", ok=KEEPERS, forbidden=OTHERS, method="post"),
    Row("agreements:policy_list", ok=KEEPERS, forbidden=OTHERS),
    Row("agreements:policy_create", ok=KEEPERS, forbidden=OTHERS),
    Row("agreements:policy_create", ok=KEEPERS, forbidden=OTHERS, method="post", data={"year": "2027"}),
    Row("evaluations:policy", lambda g: {"year": 2026}, ok=KEEPERS, forbidden=OTHERS),
    Row("evaluations:policy_edit", of_group, ok=KEEPERS, forbidden=OTHERS),
    Row("evaluations:policy_edit", of_group, ok=KEEPERS, forbidden=OTHERS, method="post", data=CAP),
]
