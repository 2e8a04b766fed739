"""Reads the figures off the pages, as they are written there, to be found again on paper."""

from dataclasses import dataclass

from tests.browser.conftest import Person


def plain(texts: list[str]) -> list[str]:
    return [" ".join(text.split()) for text in texts]


@dataclass(frozen=True)
class Promised:
    """What the page of an agreement says was promised, and with how much money."""

    targets: list[str]
    amounts: list[str]

    @classmethod
    def on_page(cls, person: Person) -> "Promised":
        cells = person.within("Sasaran, indikator, dan target", "region").place.locator("[data-label=Target]")
        money = person.within("Program dan anggaran", "region").place.locator("td.number")
        return cls(plain(cells.all_inner_texts()), plain(money.all_inner_texts()))

    def stand_in(self, paper: str) -> None:
        for text in (*self.targets, *self.amounts):
            assert text in paper


def measured(page) -> list[list[str]]:
    """Name, target, realisation and percent of every indicator on the page of the unit."""
    rows = page.locator(".attention-table tbody tr").all()
    columns = (
        "td >> nth=0 >> a",
        "[data-label=Target]",
        "[data-label=Realisasi]",
        "[data-label=Capaian] strong",
    )
    return [plain([row.locator(each).first.inner_text() for each in columns]) for row in rows]


def in_the_tables(name: str, target: str, value: str, percent: str) -> tuple[str, str]:
    """How the report prints the same: the unit of measure has a column of its own."""
    figure, _, unit = target.partition(" ")
    return f"{name} {unit or 'Predikat'} {figure} {value.removesuffix(f' {unit}')}", percent
