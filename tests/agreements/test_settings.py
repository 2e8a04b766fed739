"""The region's identity and emblems, and the policies of each year."""

import io
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from agreements import texts
from agreements.models import Region, YearPolicy
from records.models import Event, StoredFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]
IDENTITY = "/pengaturan/identitas/"
EMBLEM = "/lambang/daerah/"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-07-20 09:00", tick=False):
        yield


@pytest.fixture
def bureau(client, bagian_organisasi):
    client.force_login(bagian_organisasi)
    return client


def picture(name="lambang.png", form="PNG", colour="navy") -> SimpleUploadedFile:
    held = io.BytesIO()
    Image.new("RGB", (40, 48), colour).save(held, form)
    return SimpleUploadedFile(name, held.getvalue())


def identity(**fields):
    return (
        {"kind": "kabupaten", "name": "Contoh", "head_title": "Bupati", "seat": "Contoh Kota"}
        | {
            "unit_term": "Perangkat Daerah",
            "report_term": "LKjIP",
            "colour": "#0b5394",
        }
        | fields
    )


def page(name, *args) -> str:
    return reverse(f"agreements:{name}", args=args)


def errors_of(response) -> dict[str, str]:
    return {name: " ".join(found) for name, found in response.context["form"].errors.items()}


# --- identity -------------------------------------------------------------------------------


def test_the_identity_changes_every_page_and_the_history_says_so(bureau, bagian_organisasi, government):
    response = bureau.post(IDENTITY, identity(kind="kota", name="Teladan", head_title="Wali Kota"))
    assert response.status_code == 302
    assert "Pemerintah Kota Teladan" in bureau.get(IDENTITY).content.decode()
    event = Event.objects.get()
    assert (event.actor, event.action) == (bagian_organisasi, "mengubah identitas daerah")
    assert '"nama tanpa jenis":"Contoh"' in event.before
    assert '"nama tanpa jenis":"Teladan"' in event.after
    assert Region.objects.get().head_of_region == "Wali Kota Teladan"


def test_a_fresh_installation_gets_its_one_row(client, administrator):
    Region.objects.all().delete()
    client.force_login(administrator)
    assert client.post(IDENTITY, identity()).status_code == 302
    assert str(Region.objects.get(pk=1)) == "Kabupaten Contoh"


def test_an_emblem_is_kept_by_content_and_shown_to_everybody(bureau, client):
    assert bureau.get(EMBLEM).status_code == 404
    sent = picture()
    content = sent.read()
    sent.seek(0)
    assert bureau.post(IDENTITY, identity(emblem_file=sent)).status_code == 302
    stored = Region.objects.get().emblem
    assert (stored.media_type, stored.original_name) == ("image/png", "lambang.png")
    client.logout()
    answer = client.get(EMBLEM)
    assert answer.content == content
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(EMBLEM, headers={"if-none-match": answer.headers["ETag"]}).status_code == 304
    assert f'src="{EMBLEM}"' in client.get("/akun/masuk/").content.decode()
    assert "lambang.png (SHA-256" in Event.objects.first().after


def test_a_new_emblem_of_the_same_name_is_a_change(bureau):
    bureau.post(IDENTITY, identity(emblem_file=picture()))
    bureau.post(IDENTITY, identity(emblem_file=picture(colour="red")))
    assert StoredFile.objects.count() == 2
    assert Event.objects.count() == 2


def test_saving_without_a_file_keeps_the_emblem_and_a_tick_removes_it(bureau):
    bureau.post(IDENTITY, identity(emblem_file=picture("l.jpg", "JPEG")))
    bureau.post(IDENTITY, identity(name="Teladan"))
    assert Region.objects.get().emblem is not None
    bureau.post(IDENTITY, identity(emblem_off="on"))
    assert Region.objects.get().emblem is None


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (lambda: SimpleUploadedFile("l.png", b"<svg onload=alert(1)>"), "bukan jenis yang diterima"),
        (lambda: SimpleUploadedFile("l.png", b"\x89PNG\r\n\x1a\n" + b"0" * 50), "bukan jenis yang diterima"),
        (lambda: picture("l.jpg"), "namanya mengatakan lain"),
        (lambda: SimpleUploadedFile("l.png", b"\x89PNG\r\n\x1a\n" + b"0" * 2_100_000), "Paling besar 2 MB"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(bureau, upload, sentence):
    response = bureau.post(IDENTITY, identity(name="Teladan", emblem_file=upload()))
    assert sentence in errors_of(response)["emblem_file"]
    assert 'value="Teladan"' in response.content.decode()
    assert StoredFile.objects.count() == 0
    assert Region.objects.get().name == "Contoh"


def test_the_state_emblem_is_for_who_signed_in(bureau, client):
    bureau.post(IDENTITY, identity(state_emblem_file=picture("garuda.png")))
    assert bureau.get(page("state_emblem")).status_code == 200
    client.logout()
    assert client.get(page("state_emblem")).status_code == 302


# --- policies -------------------------------------------------------------------------------


def test_a_year_is_opened_with_what_the_year_before_decided(bureau):
    YearPolicy.objects.filter(year=2026).update(cap=Decimal(120))
    assert bureau.get(page("policy_create")).context["form"].initial == {"year": 2027}
    assert bureau.post(page("policy_create"), {"year": 2027}).url == "/pengaturan/kebijakan/2027/"
    opened = YearPolicy.objects.get(year=2027)
    assert opened.cap == Decimal(120)
    assert opened.texts.count() == len(texts.DEFAULTS)
    event = Event.objects.get()
    assert (event.action, event.after) == ("membuka tahun", '{"tahun":"2027"}')


def test_due_days_and_the_circular_of_a_year_are_not_taken_over(bureau):
    YearPolicy.objects.filter(year=2026).update(
        amendment_due=date(2026, 10, 30), action_plan_due=date(2026, 3, 31), circular="SE 1/2026"
    )
    bureau.post(page("policy_create"), {"year": 2027})
    opened = YearPolicy.objects.get(year=2027)
    assert (opened.agreement_due, opened.amendment_due, opened.circular) == (date(2027, 1, 31), None, "")
    assert opened.action_plan_due is None


@pytest.mark.parametrize(("year", "sentence"), [(2026, "sudah dibuka"), (1900, "1945"), ("dua", "bilangan")])
def test_a_year_is_opened_once_and_is_a_year(bureau, year, sentence):
    response = bureau.post(page("policy_create"), {"year": year})
    assert sentence in errors_of(response)["year"]
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    "who", ["bupati", "kepala_kesehatan", "operator_kesehatan", "perencana", "orang_luar"]
)
def test_who_changes_no_settings_gets_403(client, government, who):
    client.force_login(getattr(government.users, who))
    for address in (IDENTITY, page("policy_list"), page("policy_create")):
        assert client.get(address).status_code == 403, address
        assert client.post(address, identity(year=2027)).status_code == 403, address
    assert Event.objects.count() == 0
    assert not YearPolicy.objects.filter(year=2027).exists()


# --- colour and terms -----------------------------------------------------------------------


def test_the_regions_colour_is_served_as_variables_and_kept_by_its_name(bureau, client):
    assert "warna.css" not in bureau.get(IDENTITY).content.decode()
    assert bureau.post(IDENTITY, identity(colour="#7A1F1F")).status_code == 302
    client.logout()
    content = client.get("/akun/masuk/").content.decode()
    assert '<link rel="stylesheet" href="/warna.css?7a1f1f">' in content
    answer = client.get("/warna.css?7a1f1f")
    assert answer.headers["Content-Type"].startswith("text/css")
    assert "--primary: #7a1f1f;" in answer.content.decode()
    assert "immutable" in answer.headers["Cache-Control"]
    # What another colour's address is answered with is not kept.
    assert client.get("/warna.css?0b5394").headers["Cache-Control"] == "no-cache"


def test_a_colour_on_which_white_cannot_be_read_is_refused_with_a_darker_one(bureau):
    response = bureau.post(IDENTITY, identity(colour="#f2a900"))
    sentence = errors_of(response)["colour"]
    assert "2,01 : 1" in sentence
    assert "Yang lebih gelap dan cukup: #" in sentence
    assert Region.objects.get().colour == "#0b5394"
    darker = sentence.split("cukup: ")[1].rstrip(".")
    assert bureau.post(IDENTITY, identity(colour=darker)).status_code == 302


def test_the_regions_words_head_columns_and_name_the_report(bureau):
    list_page, report = page("list", 2026), "/2026/lkjip/"
    assert '<th scope="col">Perangkat daerah</th>' in bureau.get(report).content.decode()
    bureau.post(IDENTITY, identity(unit_term="OPD", report_term="LAKIP"))
    content = bureau.get(report).content.decode()
    assert '<th scope="col">OPD</th>' in content
    assert ">LAKIP</a>" in content
    assert "<h1>LAKIP Tahun 2026</h1>" in content
    assert "Cari jabatan atau OPD" in bureau.get(list_page).content.decode()
