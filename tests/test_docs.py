"""The documents say what the code does: names, states, steps, settings, commands, links."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands

from agreements import workflow as agreement_steps
from agreements.enums import Status
from evaluations import workflow as realisation_steps
from evaluations.enums import CellState, RealisationStatus
from records.enums import JobState

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
ROOMS = ("perjanjian", "records", "accounts", "agreements", "evaluations", "reports")
PAGES = sorted(DOCS.rglob("*.md"))
DEPLOY = sorted(path for path in (ROOT / "deploy").iterdir() if path.is_file())
ENUMS = {"TextChoices", "IntegerChoices", "StrEnum", "IntEnum", "Enum"}


# --- reading the documents ----------------------------------------------------------------------


@cache
def section(name: str, heading: str) -> str:
    """The text under a heading of a page of docs/, up to the next heading of its level."""
    text = (DOCS / name).read_text()
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{name} has no heading “{heading}”"
    return found[1]


def tables(text: str) -> list[dict[str, str]]:
    """The rows of all tables in a text, by the name of their column."""
    rows, head = [], None
    for line in text.splitlines():
        if not line.startswith("|"):
            head = None
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if head is None:
            head = cells
        elif set(line) - set("|-: "):
            rows.append(dict(zip(head, cells, strict=True)))
    return rows


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def code(cell: str) -> str:
    (name,) = codes(cell)
    return name


# --- names --------------------------------------------------------------------------------------


@cache
def enums_of(room: str) -> frozenset[str]:
    """Names of all lists of values a room defines."""
    found = set()
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and ENUMS & {
                ast.unparse(base).split(".")[-1] for base in node.bases
            }:
                found.add(node.name)
    return frozenset(found)


def models_of(room: str) -> set[str]:
    return {model.__name__ for model in apps.get_app_config(room).get_models()}


@pytest.mark.parametrize("room", ["records", "accounts", "agreements", "evaluations"])
def test_the_glossary_has_every_name_of_the_room_once_and_no_other(room):
    written = [code(row["name"]) for row in tables(section("glossary.md", room))]
    assert sorted(written) == sorted(models_of(room) | enums_of(room))


@pytest.mark.parametrize("room", ["perjanjian", "reports"])
def test_rooms_without_a_heading_have_nothing_for_it(room):
    assert models_of(room) | enums_of(room) == set()


def test_the_glossary_uses_the_terms_of_the_screen():
    named = {
        model.__name__: str(model._meta.verbose_name)
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        if "verbose_name" in model._meta.original_attrs
    }
    rows = tables((DOCS / "glossary.md").read_text())
    written = {code(row["name"]): row["term"] for row in rows if "name" in row}
    assert {name: written[name] for name in named} == named


# --- states and steps ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "states"),
    [
        ("Agreement: states", Status),
        ("Realisation: states", RealisationStatus),
        ("Realisation: what a cell shows", CellState),
        ("Job: states", JobState),
    ],
)
def test_every_state_is_described(heading, states):
    rows = tables(section("states.md", heading))
    assert [(code(row["state"]), row["on screen"]) for row in rows] == list(states.choices)


def needs_of(step) -> set[str]:
    facts = getattr(step, "facts", None)
    return ({"reason"} if step.needs_reason else set()) | ({facts.__name__} if facts else set())


@pytest.mark.parametrize(
    ("heading", "transitions"),
    [
        ("Agreement: steps", agreement_steps.TRANSITIONS),
        ("Realisation: steps", realisation_steps.TRANSITIONS),
    ],
)
def test_every_step_is_described_as_the_code_takes_it(heading, transitions):
    written = [
        (
            code(row["step"]),
            row["button"],
            codes(row["from"]),
            code(row["to"]),
            set(codes(row["needs"])),
            code(row["may take it"]),
            row.get("timed", "no") == "yes",
        )
        for row in tables(section("states.md", heading))
    ]
    assert written == [
        (
            name,
            step.label,
            [source.value for source in step.sources],
            step.target.value,
            needs_of(step),
            step.permitted.__name__,
            getattr(step, "timed", False),
        )
        for name, step in transitions.items()
    ]


def test_every_step_says_what_it_does():
    for heading in ("Agreement: steps", "Realisation: steps"):
        assert all(row["what it does"].endswith(".") for row in tables(section("states.md", heading)))
