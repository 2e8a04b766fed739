"""The superior by rule: who stands above whom, and another one with a reason."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from agreements.changes import sentence_of
from agreements.enums import Level, Status, UnitKind
from agreements.models import Position, Unit, YearPolicy
from agreements.parties import proposed_superior
from agreements.superiors import by_rule, explanation
from records import triggers
from tests.factories import make_agreement, make_position, make_unit, put_into

pytestmark = pytest.mark.django_db


@pytest.fixture
def posts(government):
    """One post of every kind the rule speaks of, none with a recorded superior."""
    g, p = government, SimpleNamespace()
    unit = lambda name, parent, kind, **more: make_unit(name, parent, kind, **more)  # noqa: E731
    p.asisten = make_position(unit("Asisten I", g.setda, UnitKind.STAFF), "Asisten Pemerintahan")
    p.ahli = make_position(unit("Staf Ahli I", g.setda, UnitKind.STAFF), "Staf Ahli Bidang Hukum")
    p.kabag = make_position(g.bureau, "Kepala Bagian Organisasi", Level.III)
    camat = unit("Kecamatan Contoh", g.root, UnitKind.DISTRICT)
    p.camat = make_position(camat, "Camat Contoh", Level.III)
    p.lurah = make_position(unit("Kelurahan Contoh", camat, UnitKind.VILLAGE), "Lurah Contoh", Level.IV)
    p.rsud = make_position(unit("RSUD Contoh", g.kesehatan, UnitKind.HOSPITAL), "Direktur RSUD", Level.III)
    sekretariat = unit("Sekretariat Dinas Kesehatan", g.kesehatan, UnitKind.DIVISION)
    p.sekretaris = make_position(sekretariat, "Sekretaris Dinas Kesehatan", Level.III)
    umum = unit("Subbagian Umum", sekretariat, UnitKind.SECTION)
    p.kasubbag = make_position(umum, "Kepala Subbagian Umum", Level.IV)
    p.kasubbag_beside = make_position(g.kesehatan, "Kepala Subbagian Keuangan", Level.IV, heads=False)
    p.kasi = make_position(unit("Seksi Gizi", g.bidang, UnitKind.SECTION), "Kepala Seksi Gizi", Level.IV)
    uptd = unit("UPTD Labkes", g.kesehatan, UnitKind.TECHNICAL)
    p.uptd = make_position(uptd, "Kepala UPTD Labkes", Level.IV)
    p.tata_usaha = make_position(uptd, "Analis Laboratorium", Level.FUNCTIONAL, heads=False)
    p.ketua_tim = make_position(g.bidang, "Ketua Tim Stunting", Level.TEAM_LEAD, heads=False)
    p.wakil = make_position(g.root, "Wakil Bupati Contoh", Level.DEPUTY_HEAD, heads=False)
    p.regent, p.sekda, p.kadinkes, p.kabid = g.regent, g.sekda, g.kadinkes, g.kabid
    return p


RULE = {
    "regent": None,
    "wakil": "regent",
    "sekda": "regent",
    "kadinkes": "regent",
    "asisten": "sekda",
    "ahli": "regent",
    "kabag": "asisten",
    "camat": "regent",
    "lurah": "camat",
    "rsud": "kadinkes",
    "sekretaris": "kadinkes",
    "kabid": "kadinkes",
    "kasubbag": "sekretaris",
    "kasubbag_beside": "sekretaris",
    "kasi": "kabid",
    "uptd": "kadinkes",
    "tata_usaha": "uptd",
    "ketua_tim": "kabid",
}


def expected(posts) -> dict:
    return {post: superior and getattr(posts, superior) for post, superior in RULE.items()}


def test_the_rule_says_who_stands_above(posts):
    rules = {post: by_rule(getattr(posts, post)) for post in RULE}
    assert {post: rule.proposed for post, rule in rules.items()} == expected(posts)
    assert all(rule.sentence for rule in rules.values())


def test_who_has_no_recorded_superior_signs_with_the_one_by_rule(posts):
    Position.objects.update(superior=None)
    positions = {post: Position.objects.get(pk=getattr(posts, post).pk) for post in RULE}
    assert {post: proposed_superior(each) for post, each in positions.items()} == expected(posts)


def test_the_policy_may_put_staf_ahli_under_the_sekda(posts):
    YearPolicy.objects.filter(year=2026).update(experts_under_secretary=True)
    assert by_rule(posts.ahli, date(2026, 7, 1)).proposed == posts.sekda
    assert by_rule(posts.ahli, date(2025, 7, 1)).proposed == posts.regent


def test_a_hospital_that_signs_with_the_regional_head_answers_to_them(posts):
    Unit.objects.filter(pk=posts.rsud.unit_id).update(signs_with_head=True)
    assert by_rule(Position.objects.get(pk=posts.rsud.pk)).proposed == posts.regent


def test_which_of_several_asisten_is_for_a_person_to_say(government, posts):
    second = make_position(make_unit("Asisten II", government.setda, UnitKind.STAFF), "Asisten Ekonomi")
    rule = by_rule(posts.kabag)
    assert (rule.proposed, set(rule.others)) == (None, {posts.asisten, second})
    Unit.objects.filter(pk=government.bureau.pk).update(parent=second.unit)
    assert by_rule(Position.objects.get(pk=posts.kabag.pk)).proposed == second


# --- the form -----------------------------------------------------------------------------------


@pytest.fixture
def bureau(client, bagian_organisasi):
    client.force_login(bagian_organisasi)
    return client


def data_of(position, **fields):
    data = {"title": position.title, "level": position.level, "valid_from": "2021-01-01"}
    if position.heads_unit:
        data["heads_unit"] = "on"
    return data | fields


def test_left_empty_the_superior_is_the_one_by_rule(bureau, posts):
    page = reverse("agreements:position_edit", args=(posts.kasi.pk,))
    assert bureau.post(page, data_of(posts.kasi, superior="")).status_code == 302
    posts.kasi.refresh_from_db()
    assert (posts.kasi.superior, posts.kasi.superior_reason) == (posts.kabid, "")


def test_another_superior_needs_a_reason_which_is_kept_and_shown(bureau, posts):
    page = reverse("agreements:position_edit", args=(posts.kasi.pk,))
    refused = bureau.post(page, data_of(posts.kasi, superior=posts.kadinkes.pk))
    assert "Menurut aturan atasannya Kepala Bidang Kesehatan Masyarakat" in refused.content.decode()
    reason = "Bidang belum ada pejabatnya sejak penyederhanaan birokrasi."
    sent = data_of(posts.kasi, superior=posts.kadinkes.pk, superior_reason=reason)
    assert bureau.post(page, sent).status_code == 302
    posts.kasi.refresh_from_db()
    assert proposed_superior(posts.kasi) == posts.kadinkes
    assert reason in explanation(posts.kasi)
    shown = bureau.get(reverse("agreements:position_detail", args=(posts.kasi.pk,))).content.decode()
    assert f"Dipilih lain karena: {reason}" in shown


def test_a_reason_counts_before_the_rule_also_for_who_signs_with_the_regional_head(posts):
    Position.objects.filter(pk=posts.kadinkes.pk).update(
        superior=posts.sekda, superior_reason="Perbup 1/2026"
    )
    assert proposed_superior(Position.objects.get(pk=posts.kadinkes.pk)) == posts.sekda


def test_changing_the_superior_leaves_agreements_alone(bureau, posts):
    agreement = make_agreement(posts.kasi, second=posts.kabid)
    put_into(agreement, Status.IN_FORCE)
    page = reverse("agreements:position_edit", args=(posts.kasi.pk,))
    sent = data_of(posts.kasi, superior=posts.kadinkes.pk, superior_reason="Bidang belum ada pejabatnya.")
    assert bureau.post(page, sent).status_code == 302
    agreement.refresh_from_db()
    assert agreement.second_position == posts.kabid


def test_any_position_can_be_searched_for_as_superior(bureau, posts):
    page = reverse("agreements:position_edit", args=(posts.kasi.pk,))
    asked = bureau.get(page, {"pilih": "atasan", "cari": "camat"})
    assert [row.value for row in asked.context["rows"]] == [posts.camat.pk]
    form = bureau.get(page, {"atasan": posts.camat.pk}).context["form"]
    assert form["superior"].value() == posts.camat.pk


# --- no circle, whoever writes -------------------------------------------------------------------


def test_no_circle_among_superiors_whoever_writes(posts):
    """Without the form, as an import or the second of two people would."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Position.objects.filter(pk=posts.kadinkes.pk).update(superior=posts.kabid)
    assert sentence_of(refused.value).startswith("Jabatan tidak dapat menjadi bawahan dirinya sendiri.")


def test_no_circle_in_the_tree_whoever_writes(government):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Unit.objects.filter(pk=government.kesehatan.pk).update(parent=government.bidang)
    assert sentence_of(refused.value).startswith("Unit tidak dapat berada di bawah dirinya sendiri.")


def test_a_unit_may_move_within_the_tree(government):
    Unit.objects.filter(pk=government.bidang.pk).update(parent=government.pendidikan)
    government.bidang.refresh_from_db()
    assert government.bidang.parent == government.pendidikan


def test_who_moves_a_unit_waits_for_who_is_moving_another_on_postgresql():
    for name in ("unit_no_circle", "position_no_circle"):
        trigger = next(each for each in triggers.registered() if each.name == name)
        assert "PERFORM pg_advisory_xact_lock" in next(iter(trigger.statements("postgresql")))
