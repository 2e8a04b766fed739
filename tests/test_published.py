"""The published figures are whole, and the workbooks built out of them say what they say."""

import csv
import io
from decimal import Decimal

import openpyxl

from agreements.models.planning import PROGRAMME_CODE
from tests import published
from tests.published import BENGKULU, DATA, PADANG


def sheet_of(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_all_rows_are_there_once_and_name_their_document():
    assert len(published.rows("indicators", BENGKULU)) == 330
    assert len({line["opd"] for line in published.rows("indicators", BENGKULU)}) == 17
    assert len(published.rows("budgets", PADANG)) == 2068
    with (DATA / "sources.csv").open(encoding="utf-8", newline="") as stream:
        named = {line["source_id"] for line in csv.DictReader(stream)}
    for what, region in (("indicators", BENGKULU), ("budgets", PADANG)):
        lines = [tuple(line.values()) for line in published.rows(what, region)]
        assert len(set(lines)) == len(lines)
        assert {line[0] for line in lines} <= named


def test_codes_of_budgets_are_made_up_visibly_and_end_as_published():
    lines = published.budget_lines()
    assert len({line.code for line in lines}) == 2068
    for line in lines:
        PROGRAMME_CODE(line.code)
        assert line.code.startswith("9.")
    assert sum(line.amount for line in lines) == sum(
        Decimal(f"0{line['anggaran']}") for line in published.rows("budgets", PADANG)
    )


def test_budgets_in_sipd_shape_have_all_its_faults():
    lines = [line for line in published.budget_lines() if line.office.startswith("Dinas K")]
    sheet = sheet_of(published.budgets_workbook(lines))
    cells = list(sheet.iter_rows(values_only=True))
    assert sum(row == published.SIPD_HEADINGS for row in cells) > 3
    codes = {row[1]: row[0] for row in cells if row[1]}
    assert all(codes[line.code] == published.money_text(line.amount) for line in lines)
    assert cells[-1][:3] == (published.money_text(sum(line.amount for line in lines)), None, "TOTAL")
    offices = {line.printed_office for line in lines}
    assert {row[3] for row in cells} == offices | {None, "SKPD"}
    assert any(each.min_col == each.max_col == 4 for each in sheet.merged_cells.ranges)
