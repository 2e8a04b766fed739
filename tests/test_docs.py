"""The documents say what the code does: names, states, steps, settings, commands, links."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands

from agreements import plan_workflow as plan_steps
from agreements import workflow as agreement_steps
from agreements.enums import ActionPlanStatus, ImportState, Status
from agreements.imports import workflow as import_steps
from evaluations import revisions as revision_steps
from evaluations import workflow as realisation_steps
from evaluations.enums import CellState, RealisationStatus, RevisionStatus
from records import triggers
from records.enums import JobState

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
ROOMS = ("perjanjian", "records", "accounts", "agreements", "evaluations", "reports")
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
DEPLOY = ROOT / "deploy"
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
        ("Action plan: states", ActionPlanStatus),
        ("Realisation: states", RealisationStatus),
        ("Realisation: what a cell shows", CellState),
        ("Revision by the source: states", RevisionStatus),
        ("Import: states", ImportState),
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
        ("Action plan: steps", plan_steps.TRANSITIONS),
        ("Realisation: steps", realisation_steps.TRANSITIONS),
        ("Revision by the source: steps", revision_steps.TRANSITIONS),
        ("Import: steps", import_steps.TRANSITIONS),
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
    headings = ("Agreement", "Action plan", "Realisation", "Revision by the source", "Import")
    for heading in (f"{name}: steps" for name in headings):
        assert all(row["what it does"].endswith(".") for row in tables(section("states.md", heading)))


# --- settings, commands, files ------------------------------------------------------------------


def names_the_settings_read() -> set[str]:
    """First arguments of env.str(…), env.bool(…) … and required(…)."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / "perjanjian" / "settings.py").read_text())):
        if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
            continue
        called = ast.unparse(node.func)
        if called == "required" or re.fullmatch(r"env\.(str|bool|int|list)", called):
            found.add(node.args[0].value)
    return found


def test_every_environment_variable_is_explained_and_no_other():
    rows = tables(section("production.md", "Environment variables"))
    assert sorted(code(row["variable"]) for row in rows) == sorted(names_the_settings_read())
    assert all(row["meaning"].endswith((".", ")")) and codes(row["example"]) for row in rows)


def test_the_example_of_an_environment_sets_only_what_is_read():
    text = (DEPLOY / "environment.example").read_text()
    assert set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE)) <= names_the_settings_read()


def commands_in(path: Path) -> set[str]:
    """Names after `manage.py`, as instances of the unit for tasks, and after `perjanjian` in a shell block."""
    text = path.read_text()
    shell = "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    wrapped = re.findall(
        r"(?:^|&& |-u perjanjian |environment(?:\.owner)? )perjanjian ([a-z_]+)", shell, re.MULTILINE
    )
    return {
        *re.findall(r"manage\.py ([a-z_]+)", text),
        *re.findall(r"perjanjian-task@([a-z_]+)", text),
        *wrapped,
    }


def test_every_command_named_in_a_document_exists():
    named = set().union(*(commands_in(path) for path in [*PAGES, *DEPLOY.iterdir()]))
    assert named - set(get_commands()) == set()
    assert {
        "lock_periods",
        "revive_jobs",
        "check_history",
        "first_account",
        "collectstatic",
        "shell",
    } <= named


def test_every_unit_named_in_a_document_is_there_and_every_unit_is_named():
    text = (DOCS / "production.md").read_text()
    named = set(re.findall(r"perjanjian-[a-z]+\.(?:timer|service)|perjanjian\.service", text))
    units = {path.name for path in DEPLOY.iterdir() if path.suffix in (".timer", ".service")}
    timed = {path.stem for path in DEPLOY.glob("*.timer")}
    started_by_a_timer = {name for name in units if name.endswith(".service") and Path(name).stem in timed}
    assert named <= units
    assert units - started_by_a_timer - {"perjanjian-task@.service"} <= named


def test_units_start_what_is_there():
    for path in DEPLOY.glob("*.service"):
        for found in re.findall(r"/opt/perjanjian/(\S+)", path.read_text()):
            assert found.startswith(".venv/") or (ROOT / found).is_file(), (path.name, found)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(path):
    targets = re.findall(r"\]\(([^)\s]+)\)", path.read_text())
    local = [target.split("#")[0] for target in targets if "://" not in target]
    assert [target for target in local if target and not (path.parent / target).exists()] == []


def test_the_database_role_may_not_rewrite_what_is_append_only():
    append_only = {
        t.table for t in triggers.registered() if t.operation == "UPDATE" and t.condition == "1 = 1"
    }
    text = (DEPLOY / "postgresql-roles.sql").read_text()
    assert set(re.findall(r"^ +'(\w+)',?$", text, re.MULTILINE)) == append_only


@pytest.mark.parametrize("path", sorted((DOCS / "adr").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_is_short_and_complete(path):
    text = path.read_text()
    number = int(path.stem[:4])
    assert text.startswith(f"# {number}. ")
    assert "**Decision.**" in text
    assert "**Consequence.**" in text
    assert len(text.splitlines()) <= 25


def test_decisions_are_numbered_without_a_gap():
    numbers = [int(path.stem[:4]) for path in sorted((DOCS / "adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
