"""Published percentages against the engine: the verdicts, and every published row."""

import csv
import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evaluations import achievement
from evaluations.measures import Outcome
from evaluations.published.comparison import (
    ABSORPTION,
    EXACT,
    NONE,
    OTHER,
    ROUNDING,
    UNREADABLE,
    compare_budget,
    compare_indicator,
    judge,
    standard_formulas,
)
from evaluations.published.declarations import declarations
from evaluations.published.reading import FILES, Row, read_number, read_rows

DATA = Path(__file__).parents[2] / "data" / "published"
EXPLAINED = Path(__file__).with_name("published_explained.csv")
NUMBER = {formula.words: formula for formula in standard_formulas("number")}
HIGHER, SELISIH, INVERS = NUMBER["R ÷ T"], NUMBER["(2 × T − R) ÷ T"], NUMBER["T ÷ R"]


def verdict_on(formula, target, actual, published):
    figures = [read_number(target, "koma"), read_number(actual, "koma")]
    return judge(figures, read_number(published, "koma", "%"), formula, list(NUMBER.values()))


# --- verdicts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "target", "actual", "published", "verdict", "named"),
    [
        (HIGHER, "97,78", "99", "101,25", EXACT, "R ÷ T"),
        (HIGHER, "3", "2", "67%", EXACT, "R ÷ T"),
        (SELISIH, "49,34", "110,84", "-24,65", EXACT, "(2 × T − R) ÷ T"),
        # cut off instead of rounded: 166,666…
        (HIGHER, "3", "5", "166,66", ROUNDING, "R ÷ T"),
        # cut off towards zero: −24,6453
        (SELISIH, "49,34", "110,84", "-24,64", ROUNDING, "(2 × T − R) ÷ T"),
        # rounded to one decimal, printed with two
        (HIGHER, "15", "11", "73,30", ROUNDING, "R ÷ T"),
        # the inputs were rounded before they were printed
        (HIGHER, "10,41", "10,59", "101,75", ROUNDING, "R ÷ T"),
        # whole numbers are counted, so half a village more is no explanation
        (HIGHER, "15", "11", "75,86", NONE, ""),
        (SELISIH, "13,26", "17,22", "129,86", OTHER, "R ÷ T"),
        (SELISIH, "10", "8", "125", OTHER, "T ÷ R"),
        (INVERS, "10", "12", "80", OTHER, "(2 × T − R) ÷ T"),
        (HIGHER, "10", "12", "100", OTHER, "R ÷ T, 100 bila tercapai"),
        (SELISIH, "10", "25", "0", OTHER, "(2 × T − R) ÷ T, 100 bila tercapai"),
        # an exact other formula explains more than what 0,4 might have been before rounding
        (SELISIH, "0,4", "0,421", "105,25", OTHER, "R ÷ T"),
        (HIGHER, "20,20", "30,30", "49,98", OTHER, "(2 × T − R) ÷ T"),
        (HIGHER, "54,55", "54,55", "116,59", NONE, ""),
        (HIGHER, "0", "5", "100", NONE, ""),
        (None, "10", "12", "120", OTHER, "R ÷ T"),
        (None, "10", "12", "17", NONE, ""),
    ],
)
def test_the_verdict_on_a_percentage(formula, target, actual, published, verdict, named):
    found = verdict_on(formula, target, actual, published)
    assert (found.verdict, found.formula) == (verdict, named)
    assert bool(found.reason) == (verdict != EXACT)


def test_the_edges_of_rounding():
    assert verdict_on(HIGHER, "100", "66,666", "66,67").verdict == EXACT
    # half up is the engine's rounding; half down is still a rounding
    assert verdict_on(HIGHER, "1000", "1", "0,1").verdict == EXACT
    assert verdict_on(HIGHER, "200", "1", "1").verdict == EXACT
    assert verdict_on(HIGHER, "200", "1", "0").verdict == ROUNDING
    assert verdict_on(HIGHER, "200", "3", "3").verdict == NONE
    # one step beyond what cutting off explains
    assert verdict_on(HIGHER, "3", "5", "166,65").verdict == NONE


def indicator(**cells):
    base = dict.fromkeys(FILES["indicators.csv"], "")
    base |= {"source_id": "klaten-lkjip-2016", "direction": "naik", "target": "10", "realisasi": "5"}
    return Row("indicators.csv", 7, base | {"capaian_published": "50"} | cells)


def test_a_row_without_target_realisation_or_percent_is_not_compared():
    for column in ("target", "realisasi", "capaian_published"):
        assert compare_indicator(indicator(**{column: ""}), declarations()) is None


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"source_id": "sumber-lain"}, "belum dinyatakan"),
        ({"direction": "rentang"}, "belum dinyatakan"),
        ({"capaian_published": "#DIV/0!"}, "capaian “#DIV/0!” adalah galat"),
        ({"realisasi": "n/a"}, "realisasi “n/a” bukan angka"),
        ({"realisasi": "4-6"}, "realisasi “4-6” tidak terbaca"),
        (
            {"source_id": "bengkuluutara-iku-pemda", "direction": "predikat", "target": "Ada"},
            "skalanya tidak",
        ),
    ],
)
def test_a_row_that_cannot_be_read_says_which_figure_and_why(cells, reason):
    found = compare_indicator(indicator(**cells), declarations())
    assert (found.verdict, found.computed) == (UNREADABLE, None)
    assert reason in found.reason


def test_a_line_with_shifted_cells_is_unreadable_not_dropped():
    found = compare_indicator(replace(indicator(target=""), fault="baris ini punya 3 kolom"), declarations())
    assert (found.verdict, found.reason) == (UNREADABLE, "baris ini punya 3 kolom")


@pytest.mark.parametrize(
    ("realised", "published", "verdict", "formula"),
    [
        ("69,3", "100", EXACT, "rentang, di luarnya 1 − |R − batas| ÷ batas"),
        ("67,718", "98", EXACT, "rentang, di luarnya 1 − |R − batas| ÷ batas"),
        ("70,89", "102", OTHER, "rentang, di luarnya R ÷ batas"),
        ("71,585", "97", EXACT, "rentang, di luarnya 1 − |R − batas| ÷ batas"),
    ],
)
def test_a_range_is_judged_by_its_nearest_bound(realised, published, verdict, formula):
    row = indicator(
        source_id="jabar-bukutabel-rpjmd",
        direction="rentang",
        target="69,1-69,5",
        realisasi=realised,
        capaian_published=published,
    )
    found = compare_indicator(row, declarations())
    assert (found.verdict, found.formula) == (verdict, formula)


def test_a_predicate_is_judged_by_its_rank():
    row = indicator(
        source_id="banyuwangi-ikd-2025",
        direction="predikat",
        target="WTP",
        realisasi="WDP",
        capaian_published="60",
    )
    assert compare_indicator(row, declarations()).verdict == EXACT


def test_a_budget_row_is_judged_by_absorption():
    cells = dict.fromkeys(FILES["budgets.csv"], "") | {
        "source_id": "polman-bkd-es4-2022",
        "anggaran": "1,000,000",
        "realisasi": "0",
        "persen_published": "0.00",
    }
    assert compare_budget(Row("budgets.csv", 2, cells), declarations()).verdict == EXACT
    nothing = Row("budgets.csv", 2, cells | {"anggaran": "0"})
    assert compare_budget(nothing, declarations()).verdict == NONE
    assert ABSORPTION.percent([Decimal(4), Decimal(1)]) == 25


# --- every published row ----------------------------------------------------------------------

INDICATORS = {EXACT: 109, ROUNDING: 6, OTHER: 4, NONE: 3, UNREADABLE: 4}
BUDGETS = {EXACT: 15, ROUNDING: 1}


def compared():
    indicators = [compare_indicator(row, declarations()) for row in read_rows(DATA, "indicators.csv")]
    budgets = [compare_budget(row, declarations()) for row in read_rows(DATA, "budgets.csv")]
    return [row for row in indicators if row], [row for row in budgets if row]


def counted(rows):
    return dict(Counter(row.verdict for row in rows))


def test_all_published_percentages_are_compared_and_these_are_the_verdicts():
    indicators, budgets = compared()
    assert len(indicators) == 126
    assert len(budgets) == 16
    assert counted(indicators) == INDICATORS
    assert counted(budgets) == BUDGETS


def test_every_row_that_is_not_exact_was_looked_at_by_hand_and_no_explanation_is_stale():
    with EXPLAINED.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    explained = [tuple(list(line.values())[:5]) for line in lines]
    indicators, budgets = compared()
    met = [
        (row.file, row.source, row.name, row.published, row.verdict)
        for row in indicators + budgets
        if row.verdict != EXACT
    ]
    assert sorted(explained) == sorted(met)
    assert all(len(line["explanation"]) > 40 and line["explanation"].endswith(".") for line in lines)


def wrong(target, actual, rule):
    return Outcome((target + actual) * 50 / target, "higher")


@pytest.mark.parametrize(
    ("formulas", "key"), [("FORMULAS", "higher"), ("LOWER_FORMULAS", "selisih"), ("LOWER_FORMULAS", "invers")]
)
def test_a_changed_formula_of_the_engine_is_noticed(monkeypatch, formulas, key):
    monkeypatch.setitem(getattr(achievement, formulas), key, wrong)
    indicators, _ = compared()
    assert len(indicators) == 126
    assert counted(indicators) != INDICATORS


def test_a_changed_scale_rule_of_the_engine_is_noticed(monkeypatch):
    monkeypatch.setitem(achievement.COMPARISONS, "scale", lambda *_: Outcome(Decimal(99), "scale"))
    assert counted(compared()[0]) != INDICATORS


def test_the_copy_names_the_document_of_every_row():
    with (DATA / "sources.csv").open(encoding="utf-8", newline="") as stream:
        named = {row["source_id"] for row in csv.DictReader(stream)}
    for name in ("indicators.csv", "quarterly.csv", "budgets.csv"):
        assert {row["source_id"] for row in read_rows(DATA, name)} <= named


# --- the command ------------------------------------------------------------------------------


def run(*args):
    out, err = StringIO(), StringIO()
    call_command("load_published", *map(str, args), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_prints_the_table_and_every_row_that_is_not_exact():
    out, err = run(DATA)
    assert err == ""
    table = [line for line in out.splitlines() if line.startswith(("sumber ", "jumlah "))]
    assert " ".join(table[0].split()) == (
        "sumber arah persis dalam pembulatan rumus baku lain tanpa rumus baku tak terbaca jumlah"
    )
    assert " ".join(table[1].split()) == "jumlah 109 6 4 3 4 126"
    assert " ".join(table[3].split()) == "jumlah 15 1 0 0 0 16"
    assert len({len(line) for line in table[:2]}) == 1
    assert "klaten-lkjip-2016            turun" in out
    indicators, budgets = compared()
    for row in indicators + budgets:
        said = f"{row.file} baris {row.line}, {row.source}: {row.name}"
        assert (said in out) == (row.verdict != EXACT)


def test_json_holds_every_row(tmp_path):
    run(DATA, "--json", tmp_path / "out.json")
    lines = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert len(lines) == 142
    assert {"file", "line", "published", "computed", "verdict", "formula", "reason"} <= set(lines[0])
    bpk = next(line for line in lines if line["name"].startswith("Opini BPK"))
    assert (bpk["published"], bpk["computed"], bpk["verdict"]) == ("100,00", "100.000000", EXACT)
    assert {line["computed"] for line in lines if line["verdict"] == UNREADABLE} == {None}


def test_json_that_cannot_be_written_is_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="tidak dapat ditulis"):
        run(DATA, "--json", tmp_path)


def test_a_bad_file_is_said_and_the_others_are_still_compared(tmp_path):
    (tmp_path / "budgets.csv").write_bytes((DATA / "budgets.csv").read_bytes())
    (tmp_path / "indicators.csv").write_text("salah\n")
    out, err = run(tmp_path)
    assert "indicators.csv: kolom source_id, region" in err
    assert "quarterly.csv: berkas tidak dapat dibuka" in err
    assert "budgets.csv: 16 dari" in out


@pytest.mark.parametrize("make", [True, False])
def test_a_folder_without_files_is_refused(tmp_path, make):
    folder = tmp_path / "kosong"
    if make:
        folder.mkdir()
    with pytest.raises(CommandError):
        run(folder)
