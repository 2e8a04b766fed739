"""Takes a hand-over through its pages, as Bagian Organisasi does: choose, look, save."""

from django.urls import reverse

from agreements.models import HandOver, Official, Position


def address(position: Position, official: Official | None) -> str:
    return f"{reverse('agreements:hand_over', args=(position.pk,))}?pejabat={official.pk if official else 0}"


def typed(day: str, holding: str | None = "definitive", **fields) -> dict:
    data = {"day": day, "leaves": "ya"} | ({"holding": holding} if holding else {})
    return data | fields


def looked(client, position: Position, official: Official | None, **data):
    """The page that shows what the hand-over touches, before anything is saved."""
    response = client.post(address(position, official), data | {"lihat": "1"})
    assert response.status_code == 200, response.context["form"].errors
    return response


def saved(client, position: Position, official: Official | None, follow_up: str = "", note: str = "", **data):
    """Look, and save what the policy proposes unless another follow-up is given."""
    preview = looked(client, position, official, **data).context["preview"]
    sent = data | {
        "simpan": "1",
        "mark": preview.mark,
        "follow_up": follow_up or preview.proposed.value,
        "note": note,
    }
    return client.post(address(position, official), sent)


def handed_over(
    client, position: Position, official: Official | None, day: str, holding="definitive", **more
):
    """The hand-over, saved; the latest of the position."""
    if official is None:
        holding = None
    response = saved(client, position, official, **typed(day, holding, **more))
    assert response.status_code == 302, response.context["form"].errors
    return HandOver.objects.filter(position=position).latest("pk")
