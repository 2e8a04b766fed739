"""The register of agreements and the searches beside it."""

import pytest
from django.urls import reverse

from tests.factories import make_agreement


@pytest.mark.parametrize(("route", "args"), [("agreements:list", (2026,)), ("reports:history", ())])
def test_a_search_with_a_zero_byte_is_an_ordinary_search(route, args, client, bagian_organisasi, government):
    """PostgreSQL refuses such text; the page must not pass it on."""
    client.force_login(bagian_organisasi)
    assert client.get(reverse(route, args=args), {"cari": "dinas\x00 kesehatan"}).status_code == 200


def test_a_count_of_the_beranda_opens_exactly_its_rows(client, kepala_kesehatan, government):
    make_agreement(government.kadinkes)
    make_agreement(government.kabid)
    client.force_login(kepala_kesehatan)
    home = client.get(reverse("reports:year_home", args=(2026,)))
    tasks = [task for task in home.context["waiting"] if "/perjanjian/" in task.address]
    assert tasks
    for task in tasks:
        assert client.get(task.address).context["page"].paginator.count == task.count


def test_when_every_post_has_its_agreement_the_page_says_so(client, operator_pendidikan, government):
    make_agreement(government.kadikbud)
    client.force_login(operator_pendidikan)
    page = client.get(reverse("agreements:create", args=(2026,))).content.decode()
    assert "sudah punya PK tahun 2026" in page
    assert "Mulai menyusun" not in page


def test_the_register_finds_by_position_and_unit(client, bagian_organisasi, government):
    make_agreement(government.kadinkes)
    make_agreement(government.kadikbud)
    client.force_login(bagian_organisasi)
    page = client.get(reverse("agreements:list", args=(2026,)), {"cari": "kesehatan"})
    assert [a.position for a in page.context["page"]] == [government.kadinkes]
