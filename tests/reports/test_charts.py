"""Charts: values as exact geometry, the same in words, and nothing a text could break out of."""

import re
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from reports.charts import (
    BAR_LEFT,
    Bar,
    Month,
    Point,
    achievement_bars,
    axis_end,
    line_over_time,
    money_and_work,
)

SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # our own drawing


def words(svg: str) -> list[str]:
    return ["".join(each.itertext()) for each in parsed(svg).iter(f"{SVG}text")]


def bar(percent, name="Indikator", **fields) -> Bar:
    return Bar(name, None if percent is None else Decimal(percent), **fields)


@pytest.mark.parametrize(
    ("percents", "end"),
    [(["80"], 120), (["100", "121"], 130), (["130"], 130), (["980"], 160), ([None], 120), (["-20"], 120)],
)
def test_the_axis_ends_at_whole_tens_between_120_and_160(percents, end):
    assert axis_end([bar(percent) for percent in percents]) == end


def test_bars_are_as_long_as_their_percentage_and_the_line_stands_at_100():
    drawing = parsed(achievement_bars([bar("60"), bar("90"), bar("120")], "a", "Capaian"))
    lengths = [Decimal(each.get("width")) for each in drawing.iter(f"{SVG}rect")]
    assert lengths == [Decimal(140), Decimal(210), Decimal(280)]
    hundred = [each for each in drawing.iter(f"{SVG}line") if each.get("stroke-dasharray")]
    assert [Decimal(each.get("x1")) for each in hundred] == [BAR_LEFT + Decimal("233.33")]


def test_a_bar_past_the_axis_is_cut_and_keeps_its_figure():
    svg = achievement_bars([bar("980")], "a", "Capaian")
    assert parsed(svg).find(f".//{SVG}rect").get("width") == "280"
    assert parsed(svg).find(f".//{SVG}path") is not None
    assert "980,00\u00a0%" in words(svg)


def test_negative_achievement_has_no_length_but_its_figure():
    svg = achievement_bars([bar("-20")], "a", "Capaian")
    assert parsed(svg).find(f".//{SVG}rect").get("width") == "0"
    assert "-20,00\u00a0%" in words(svg)


def test_a_missing_figure_is_a_sentence_and_no_bar():
    svg = achievement_bars([bar(None, note="Data belum tersedia")], "a", "Capaian")
    assert list(parsed(svg).iter(f"{SVG}rect")) == []
    assert "Data belum tersedia" in words(svg)


def test_provisional_is_a_word_and_a_dashed_outline():
    svg = achievement_bars([bar("90", provisional=True)], "a", "Capaian")
    assert parsed(svg).find(f".//{SVG}rect").get("stroke-dasharray") == "3 2"
    assert "90,00\u00a0% (sementara)" in words(svg)


def test_title_and_description_say_what_is_drawn():
    drawing = parsed(
        achievement_bars([bar("90", "Stunting"), bar(None, "IKM", note="Tidak relevan")], "a", "Capaian")
    )
    title, description = drawing.find(f"{SVG}title"), drawing.find(f"{SVG}desc")
    assert drawing.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert (title.text, description.text) == ("Capaian", "Stunting: 90,00\u00a0%; IKM: Tidak relevan")


def test_only_presentation_attributes():
    svg = achievement_bars([bar("90")], "a", "x") + line_over_time([Point("TW I", Decimal(1), "1")], "b", "y")
    assert re.findall(r"\s(style|class|on\w+)=", svg) == []


HOSTILE = '"><script>alert(1)</script><style>*{display:none}</style> & ' + "x" * 90


def test_hostile_names_stay_text():
    svg = achievement_bars([bar("90", HOSTILE), bar(None, HOSTILE, note=HOSTILE)], "a", HOSTILE)
    line = line_over_time([Point(HOSTILE, Decimal(1), HOSTILE)], "b", HOSTILE, Decimal(2), HOSTILE)
    for each in (svg, line):
        assert {element.tag for element in parsed(each).iter()} <= {
            f"{SVG}{name}" for name in ("svg", "title", "desc", "g", "text", "line", "rect", "circle", "path")
        }


def test_a_long_name_takes_two_lines_and_is_whole_in_the_title():
    name = "Persentase pemenuhan pelayanan kesehatan ibu hamil, ibu bersalin, bayi baru lahir, dan balita"
    svg = achievement_bars([bar("90", name)], "a", "Capaian")
    labels = [text for text in words(svg) if "%" not in text]
    assert len(labels) == 2
    assert labels[1].endswith("…")
    assert parsed(svg).find(f".//{SVG}g/{SVG}title").text.startswith(name)


def points(*values) -> list[Point]:
    return [
        Point(f"TW {at}", None if value is None else Decimal(value), value or "Belum diisi")
        for at, value in enumerate(values, start=1)
    ]


def test_points_stand_at_their_values_between_zero_and_a_tenth_above_the_highest():
    drawing = parsed(line_over_time(points("0", "50", "100"), "a", "x"))
    # 100 + 10 % is the top (28), 0 the bottom (118).
    assert [each.get("cy") for each in drawing.iter(f"{SVG}circle")] == ["118", "77.09", "36.18"]
    assert [each.get("cx") for each in drawing.iter(f"{SVG}circle")] == ["116.67", "286", "455.33"]


def test_figures_near_each_other_are_not_flattened_by_zero():
    drawing = parsed(line_over_time(points("70", "71", "72"), "a", "x"))
    heights = [Decimal(each.get("cy")) for each in drawing.iter(f"{SVG}circle")]
    assert heights == [Decimal("110.5"), Decimal(73), Decimal("35.5")]


def test_a_gap_breaks_the_line_and_says_why():
    svg = line_over_time(points("1", None, "3", "4"), "a", "x")
    joined = [each for each in parsed(svg).iter(f"{SVG}line") if each.get("stroke-width") == "2"]
    assert len(joined) == 1
    assert "Belum diisi" in words(svg)


def test_the_target_is_a_dashed_line_at_its_height():
    drawing = parsed(line_over_time(points("0", "100"), "a", "x", Decimal(50), "50,00"))
    target = [each for each in drawing.iter(f"{SVG}line") if each.get("stroke-dasharray")]
    assert [(each.get("y1"), each.get("y2")) for each in target] == [("77.09", "77.09")]
    assert drawing.find(f"{SVG}desc").text.endswith("target 50,00")


def test_equal_figures_and_no_figures_are_drawn_too():
    assert parsed(line_over_time(points("5", "5"), "a", "x")).find(f".//{SVG}circle").get("cy") == "73"
    assert list(parsed(line_over_time(points(None), "a", "x")).iter(f"{SVG}circle")) == []


# --- money and work -------------------------------------------------------------------------------


def month(label, money, work, complete=True) -> Month:
    known = [None if each is None else Decimal(each) for each in (money, work)]
    return Month(label, *known, complete)


def test_absorption_is_as_tall_as_its_percentage_and_unknown_months_are_empty():
    drawing = money_and_work([month("Jan", "50", "25"), month("Feb", None, None)], "m", "Serapan")
    bars = [Decimal(each.get("height")) for each in parsed(drawing).iter(f"{SVG}rect")]
    assert bars == [Decimal(45)]
    assert len(list(parsed(drawing).iter(f"{SVG}circle"))) == 1
    assert words(drawing).count("–") == 2


def test_both_figures_stand_under_their_month_and_in_words():
    drawing = money_and_work([month("Jan", "5.455", "6")], "m", "Serapan")
    assert {"5,46", "6,00", "Serapan", "Fisik"} <= set(words(drawing))
    assert "Jan: serapan 5,46, fisik 6,00" in drawing


def test_a_month_that_lacks_a_programme_has_a_star():
    drawing = money_and_work([month("Jan", "5", None, complete=False)], "m", "Serapan")
    assert "5,00*" in words(drawing)
    assert "serapan 5,00 (belum lengkap)" in drawing
    assert "*" not in "".join(words(money_and_work([month("Jan", "5", None)], "m", "Serapan")))


def test_spending_above_the_ceiling_does_not_leave_the_chart():
    drawing = parsed(money_and_work([month("Des", "340", "100")], "m", "Serapan"))
    (bar,) = drawing.iter(f"{SVG}rect")
    assert Decimal(bar.get("height")) == 90
