"""Takes an agreement of Dinas Kesehatan through the real workflow, step by step."""

import io
from datetime import date

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile

from agreements import workflow
from agreements.enums import Level
from agreements.models import Agreement
from agreements.scope import scope_of
from records.history import Actor
from records.uploads import PDF, Checked
from tests.factories import (
    add_budget,
    add_promise,
    make_agreement,
    make_assignment,
    make_budget,
    make_official,
    make_position,
    put_into,
)


def small_pdf() -> bytes:
    """One empty page that a reader of PDFs accepts."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    stream = io.BytesIO()
    pdf.save(stream)
    return stream.getvalue()


SCAN = Checked(small_pdf(), PDF, "pindaian.pdf")


def actor(user) -> Actor:
    return Actor(user.pk, user.name, "uji", "127.0.0.1")


def take(action: str, agreement: Agreement, user, **given) -> Agreement:
    fresh = Agreement.objects.get(pk=agreement.pk)
    return workflow.perform(action, fresh, scope_of(user), actor(user), **given)


def complete_draft(g, year: int = 2026) -> Agreement:
    agreement = make_agreement(g.kadinkes, year)
    add_promise(agreement, g.stunting, g.sasaran)
    add_budget(agreement, make_budget(g.kesehatan, year))
    return agreement


def submitted(g, year: int = 2026) -> Agreement:
    return take("submit", complete_draft(g, year), g.users.kepala_kesehatan)


def ready(g, year: int = 2026) -> Agreement:
    return take("declare", submitted(g, year), g.users.bagian_organisasi)


def in_signing(g, year: int = 2026) -> Agreement:
    facts = workflow.IssueFacts("Contoh Kota", date(year, 1, 20), paper="a4")
    return take("issue", ready(g, year), g.users.bagian_organisasi, facts=facts)


def in_force(g, year: int = 2026) -> Agreement:
    return take("sign", in_signing(g, year), g.users.bagian_organisasi, facts=ink(g, year))


def recorded(day: date = date(2026, 1, 20), **more) -> workflow.RecordFacts:
    """A paper signed on the day its date says."""
    return workflow.RecordFacts(day, day, "Contoh Kota", SCAN, **more)


def ink(g, year: int = 2026) -> workflow.InkFacts:
    return workflow.InkFacts(date(year, 1, 21), "Contoh Kota", SCAN)


def many(g, count: int, status: str = "ready", year: int = 2026) -> list[Agreement]:
    """Agreements of posts below Kepala Dinas Kesehatan, each with its holder, walked on to the state."""
    found = []
    for number in range(1, count + 1):
        post = make_position(g.kesehatan, f"Administrator {number:02d}", Level.III, g.kadinkes, heads=False)
        make_assignment(make_official(f"Pejabat {number:02d}, S.K.M."), post)
        agreement = make_agreement(post, year, budget_waiver="Tidak mengelola anggaran sendiri")
        add_promise(agreement, g.stunting, g.sasaran)
        found.append(put_into(agreement, status))
    return found


def many_in_signing(g, count: int) -> list[Agreement]:
    """The same, issued through the workflow on 20 January 2026."""
    facts = workflow.IssueFacts("Contoh Kota", date(2026, 1, 20))
    return [take("issue", each, g.users.bagian_organisasi, facts=facts) for each in many(g, count)]


def upload(name: str = "pk.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, small_pdf())
