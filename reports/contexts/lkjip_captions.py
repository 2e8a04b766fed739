"""Numbers of tables and figures in a performance report, as its contents list them."""

from dataclasses import dataclass

from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Caption:
    """The number and title of a table or figure, and the id its entry in the contents leads to."""

    anchor: str
    label: str
    text: str


@dataclass(frozen=True)
class Figure:
    """A chart with its caption."""

    caption: Caption
    picture: SafeString


class Captions:
    """Numbers tables and figures in the order of the document, by chapter; appendices begin with L."""

    def __init__(self) -> None:
        self._tables: list[Caption] = []
        self._figures: list[Caption] = []
        self._next: dict[tuple[str, str], int] = {}

    def table(self, chapter: int | str, text: str) -> Caption:
        return self._numbered(self._tables, "Tabel", str(chapter), text)

    def table_if(self, holds: object, chapter: int | str, text: str) -> Caption | None:
        """A caption for a table that is there only where it has rows."""
        return self.table(chapter, text) if holds else None

    def figure(self, chapter: int | str, text: str) -> Caption:
        return self._numbered(self._figures, "Gambar", str(chapter), text)

    def _numbered(self, kept: list[Caption], word: str, chapter: str, text: str) -> Caption:
        number = self._next[word, chapter] = self._next.get((word, chapter), 0) + 1
        anchor = f"{word}-{chapter}-{number}".lower()
        caption = Caption(anchor, f"{word} {chapter}.{number}", text)
        kept.append(caption)
        return caption

    @property
    def tables(self) -> tuple[Caption, ...]:
        return tuple(self._tables)

    @property
    def figures(self) -> tuple[Caption, ...]:
        return tuple(self._figures)
