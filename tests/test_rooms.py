"""Imports point one way; an import against the arrow means the code is in the wrong room."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ORDER = ("perjanjian", "records", "accounts", "agreements", "evaluations", "reports")
# Leaves may be read from anywhere; the root map names every app; settings name them as text.
LEAVES = {"agreements.enums", "evaluations.enums", "records.enums"}
ROOT_FILES = {"perjanjian/urls.py", "perjanjian/settings.py"}
FILES = [path for room in ORDER for path in sorted((ROOT / room).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_there_is_something_to_check():
    assert len(FILES) > 50


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path):
    name = str(path.relative_to(ROOT))
    if name in ROOT_FILES:
        return
    above = ORDER[ORDER.index(name.split("/")[0]) + 1 :]
    wrong = {
        module
        for module in imported(path)
        if module.split(".")[0] in above and ".".join(module.split(".")[:2]) not in LEAVES
    }
    assert wrong == set()


PURE = {
    "perjanjian/numerals.py": {"django"},
    "evaluations/achievement.py": {"django"},
    "accounts/permissions.py": {"django"},
}


@pytest.mark.parametrize(("name", "forbidden"), PURE.items())
def test_pure_modules_stay_pure(name, forbidden):
    assert {m for m in imported(ROOT / name) if m.split(".")[0] in forbidden} == set()


def test_only_one_module_knows_weasyprint():
    assert [str(p.relative_to(ROOT)) for p in FILES if any("weasyprint" in m for m in imported(p))] == [
        "reports/pdf.py"
    ]


def test_pages_carry_no_inline_script_or_style():
    wrong = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text().lower()
        if any(sign in text for sign in (" style=", "<style", " onclick=", "javascript:", "hx-on")):
            wrong.append(str(path.relative_to(ROOT)))
    assert [name for name in wrong if "/widgets/" not in name] == []
