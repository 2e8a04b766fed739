"""Evidence: checked by content, kept once, used by several rows, given to who may read the unit."""

import io
import zipfile

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from evaluations.models import Evidence, EvidenceUse, Realisation
from records import files
from records.history import history_of
from records.models import StoredFile
from tests.evaluations.test_entry import address, opened, stored
from tests.factories import make_indicator, make_period, make_realisation


@pytest.fixture(autouse=True)
def _in_april(time_machine):
    time_machine.move_to("2026-04-05 05:00Z", tick=False)


def pdf() -> bytes:
    document, out = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    document.save(out)
    return out.getvalue()


def picture(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(out, form)
    return out.getvalue()


def office(part: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, "<x/>")
    return out.getvalue()


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/plain")


@pytest.fixture
def shown(client, government, operator_kesehatan):
    return opened(client, operator_kesehatan, government.kesehatan)


def send(client, government, data, **typed):
    prefix = f"i{government.stunting.pk}"
    return client.post(
        address(government.kesehatan), data | {f"{prefix}-{name}": value for name, value in typed.items()}
    )


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (pdf(), "laporan.pdf"),
        (picture("JPEG"), "foto.jpg"),
        (picture("PNG"), "layar.png"),
        (office("xl/workbook.xml"), "rekap.xlsx"),
        (office("word/document.xml"), "surat.docx"),
    ],
)
def test_five_kinds_of_files_are_taken_and_come_back_as_downloads(client, government, shown, content, name):
    send(client, government, shown, value="12", uploads=upload(content, name), page="4")
    use = EvidenceUse.objects.get(realisation=stored(government.stunting))
    assert (use.page, use.evidence.title, use.evidence.unit) == ("4", name, government.kesehatan)
    answer = client.get(reverse("evaluations:evidence", args=(use.evidence_id,)))
    assert answer.content == content
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "melampirkan data dukung" in [event.action for event in history_of(use.realisation)]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<?php system($_GET['c']); ?>", "laporan.pdf"),
        (b"<html><script>alert(1)</script>", "laporan.html"),
        (pdf(), "laporan.php"),
        (b"", "kosong.pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "gambar.svg"),
    ],
)
def test_other_files_are_refused_with_a_sentence_and_nothing_is_saved(
    client, government, shown, content, name
):
    response = send(client, government, shown, value="12", uploads=upload(content, name))
    assert response.status_code == 200
    assert f"erkas “{name}”" in response.content.decode()
    assert 'value="12"' in response.content.decode()
    assert not Realisation.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_file_too_large_is_refused(client, government, shown, settings):
    settings.UPLOAD_LIMIT_BYTES = 100
    response = send(client, government, shown, uploads=upload(pdf() + b" " * 100, "besar.pdf"))
    assert "terlalu besar" in response.content.decode()
    assert not Evidence.objects.exists()


def test_several_files_and_a_link_prove_one_row(client, government, shown):
    proofs = [upload(pdf(), "a.pdf"), upload(picture("PNG"), "b.png")]
    send(client, government, shown, value="12", uploads=proofs, link="https://contoh.go.id/data", title="")
    titles = set(Evidence.objects.values_list("title", flat=True))
    assert titles == {"a.pdf", "b.png", "https://contoh.go.id/data"}
    assert EvidenceUse.objects.filter(realisation=stored(government.stunting)).count() == 3


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://contoh.go.id/a", "bukan tautan"])
def test_a_link_leads_to_the_web(client, government, shown, link):
    response = send(client, government, shown, link=link)
    assert "Tautan harus diawali" in response.content.decode()
    assert not Evidence.objects.exists()


def test_one_file_may_prove_several_rows_and_is_kept_once(client, government, shown):
    other = make_indicator(government.kesehatan, "Cakupan")
    send(client, government, shown, value="12", uploads=upload(pdf(), "a.pdf"))
    data = opened(client, government.users.operator_kesehatan, government.kesehatan)
    evidence = Evidence.objects.get()
    data |= {f"i{other.pk}-value": "70", f"i{other.pk}-existing": f"#{evidence.pk} a.pdf"}
    client.post(address(government.kesehatan), data)
    assert EvidenceUse.objects.filter(evidence=evidence).count() == 2
    again = opened(client, government.users.operator_kesehatan, government.kesehatan)
    client.post(address(government.kesehatan), again | {f"i{other.pk}-uploads": upload(pdf(), "b.pdf")})
    assert StoredFile.objects.filter(sha256=evidence.file.sha256).count() == 1


def test_evidence_of_another_unit_cannot_be_used(client, government, shown, operator_pendidikan):
    foreign = Evidence.objects.create(
        unit=government.pendidikan, year=2026, title="x", link="https://a.id", added_by=operator_pendidikan
    )
    response = send(client, government, shown, value="12", existing=f"#{foreign.pk}")
    assert "Pilih data dukung dari daftar" in response.content.decode()
    assert not EvidenceUse.objects.exists()


def test_evidence_is_taken_off_a_draft_and_kept(client, government, shown):
    send(client, government, shown, value="12", uploads=upload(pdf(), "a.pdf"))
    use = EvidenceUse.objects.get()
    again = opened(client, government.users.operator_kesehatan, government.kesehatan)
    client.post(address(government.kesehatan), again | {"detach": str(use.pk)})
    assert not EvidenceUse.objects.exists()
    assert Evidence.objects.count() == 1
    assert history_of(stored(government.stunting))[0].action == "melepas data dukung"


def test_evidence_stays_with_what_was_reported(client, government, shown, operator_kesehatan):
    row = make_realisation(government.stunting, make_period(number=1), status="submitted")
    evidence = Evidence.objects.create(
        unit=government.kesehatan, year=2026, title="x", link="https://a.id", added_by=operator_kesehatan
    )
    use = EvidenceUse.objects.create(evidence=evidence, realisation=row)
    response = client.post(address(government.kesehatan), shown | {"detach": str(use.pk)})
    assert "diubah orang lain" in response.content.decode()
    assert EvidenceUse.objects.filter(pk=use.pk).exists()


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("operator_kesehatan", 200),
        ("kepala_kesehatan", 200),
        ("bagian_organisasi", 200),
        ("inspektorat", 200),
        ("operator_pendidikan", 404),
        ("kepala_pendidikan", 404),
        ("administrator", 404),
        ("orang_luar", 404),
        ("tamu", 404),
    ],
)
def test_evidence_is_for_who_may_read_its_unit_in_its_year(client, government, person, status):
    user = government.users.operator_kesehatan
    kept = files.store(pdf(), "a.pdf", "application/pdf", user.pk)
    evidence = Evidence.objects.create(
        unit=government.kesehatan, year=2026, title="a", file=kept, added_by=user
    )
    client.force_login(getattr(government.users, person))
    assert client.get(reverse("evaluations:evidence", args=(evidence.pk,))).status_code == status
