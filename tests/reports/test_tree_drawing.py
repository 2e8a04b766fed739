"""The drawn tree: what is written in a box, and SVG that neither CSS nor a reader's text can break."""

from xml.etree import ElementTree

import pytest

from agreements.enums import TreeLevel
from reports.tree_drawing import (
    BOX,
    COLOURS,
    LINK,
    PAD,
    ROOT,
    SHAPES,
    SMALL,
    TEXT,
    Box,
    face,
    heading,
    legend,
    whole,
    width_of,
    wrapped,
)

SVG = "{http://www.w3.org/2000/svg}"
LONG = "Terpenuhinya seluruh kondisi yang diperlukan masyarakat kepulauan " * 8


def box(**fields) -> Box:
    return Box(**{"key": "s1", "kind": TreeLevel.FINAL, "text": "Masyarakat sehat"} | fields)


def parsed(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(str(drawing))


def words(drawing: str) -> list[str]:
    return [element.text or "" for element in parsed(drawing).iter(f"{SVG}text")]


# --- text in a box ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["Masyarakat sehat", LONG, "x" * 900, "W" * 60, "iii " * 90, "漢字" * 60, ""]
)
def test_no_line_is_wider_than_the_room_and_no_text_longer_than_its_lines(text):
    lines = wrapped(text, 188, TEXT, 6)
    assert len(lines) <= 6
    assert max(width_of(line, TEXT) for line in lines) <= 188


def test_what_is_left_out_is_marked_and_the_rest_is_whole():
    assert wrapped("satu dua tiga", 1000, TEXT, 1) == ["satu dua tiga"]
    assert wrapped(LONG, 188, TEXT, 2)[-1].endswith("…")
    assert "".join(wrapped("x" * 100, 50, TEXT, 99)) == "x" * 100


def test_a_box_is_as_high_as_what_it_says():
    bare = face(box())
    full = face(
        box(
            owner="Kepala Dinas", unit="Dinas Kesehatan", measures=("a: 1", "b: 2", "c: 3", "d: 4"), hidden=3
        ),
        onward="lanjut hal. 4 (B)",
        back="lanjutan dari hal. 1 (B)",
    )
    said = [line.text for line in full.lines]
    assert said == [
        "lanjutan dari hal. 1 (B)",
        "Masyarakat sehat",
        "Dinas Kesehatan",
        "Pemilik: Kepala Dinas",
        "• a: 1",
        "• b: 2",
        "• c: 3",
        "• dan 1 indikator lain",
        "+ 3 simpul di bawahnya",
        "lanjut hal. 4 (B)",
    ]
    assert full.height > bare.height
    assert full.lines[-1].y + PAD == full.height


def test_every_text_of_a_box_stays_inside_it():
    shown = face(box(text=LONG, owner=LONG, unit=LONG, measures=(LONG, LONG)), onward="lanjut hal. 128 (AAA)")
    for line in shown.lines:
        assert width_of(line.text, line.size) <= BOX - 2 * PAD


@pytest.mark.parametrize("level", TreeLevel)
def test_a_level_is_a_word_a_shape_and_a_colour_of_its_own(level):
    assert heading(box(kind=level)) == level.label
    assert len(set(SHAPES.values())) == len(TreeLevel)
    assert len({COLOURS[each] for each in TreeLevel}) == len(TreeLevel)
    drawing = whole(box(kind=level), "bagan", "Pohon")
    assert level.label in words(drawing)
    assert SHAPES[level] in {path.get("d") for path in parsed(drawing).iter(f"{SVG}path")}


# --- SVG --------------------------------------------------------------------------------------------


def test_the_drawing_says_its_title_its_content_and_every_box():
    root = box(
        key="a",
        kind=ROOT,
        text="Dinas Kesehatan",
        children=(box(critical=True, owner="Kepala Dinas", address="/1/"), box(key="s2")),
    )
    drawing = parsed(whole(root, "bagan", "Pohon kinerja Dinas Kesehatan"))
    assert drawing.get("aria-labelledby") == "bagan-judul bagan-isi"
    titles = [title.text for title in drawing.iter(f"{SVG}title")]
    assert titles[0] == "Pohon kinerja Dinas Kesehatan"
    assert "Hasil akhir: Masyarakat sehat; faktor kunci keberhasilan; pemilik Kepala Dinas" in titles
    assert "CSF" in words(whole(root, "bagan", "Pohon"))


def test_a_box_with_a_page_is_a_link_and_one_on_paper_is_none():
    linked = parsed(whole(box(address="/2026/pohon-kinerja/simpul/1/"), "bagan", "Pohon"))
    assert [link.get("href") for link in linked.iter(f"{SVG}a")] == ["/2026/pohon-kinerja/simpul/1/"]
    assert not list(parsed(whole(box(), "bagan", "Pohon")).iter(f"{SVG}a"))


def test_only_the_line_to_another_unit_is_dashed():
    root = box(
        children=(
            box(key="s2", children=(box(key="d1", kind=LINK, text="Dinas Sosial: data"),)),
            box(key="s3"),
        )
    )
    lines = list(parsed(whole(root, "bagan", "Pohon")).iter(f"{SVG}polyline"))
    assert [line.get("stroke-dasharray") is not None for line in lines].count(True) == 1
    assert len(lines) == 3


def test_what_people_typed_is_text_and_never_markup():
    sly = '<script>alert("x")</script> & </svg>'
    drawing = whole(box(text=sly, owner=sly, measures=(sly,)), "bagan", sly)
    assert "<script" not in drawing
    assert list(parsed(drawing).iter(f"{SVG}script")) == []


def test_nothing_in_a_drawing_waits_for_a_style_sheet():
    drawing = whole(box(critical=True, children=(box(key="d1", kind=LINK),)), "bagan", "Pohon") + legend("k")
    assert "class=" not in drawing
    assert "style=" not in drawing
    assert "<style" not in drawing


def test_the_legend_names_every_level_and_both_marks():
    said = words(legend("k"))
    assert said[: len(TreeLevel)] == [level.label for level in TreeLevel]
    assert "CSF, faktor kunci keberhasilan" in said
    assert "dukungan lintas perangkat daerah" in said
    assert float(parsed(legend("k")).get("width")) < 1000
    assert parsed(legend("k", 0.24)).get("width").endswith("mm")


def test_widths_are_those_of_the_printed_face():
    assert width_of("ii", 1000) == 2 * 222
    assert width_of("Mm", 1000) == 2 * 833
    assert width_of("", SMALL) == 0
