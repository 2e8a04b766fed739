"""Units and head positions told from the names governments print. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from agreements.enums import Level, UnitKind

SMALL_WORDS = {"dan", "di", "ke", "dari", "untuk", "serta", "pada"}
ACRONYMS = {"DPRD", "DPR", "RSUD", "UPTD", "UMKM", "KB", "RI"}
# A name this long and cut short by its source still tells which listed unit it begins.
TELLING_LETTERS = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as a name tells it; `parent` names the unit above, "" the government itself."""

    name: str
    kind: UnitKind
    parent: str
    head: str
    level: Level

    @property
    def signs_with_head(self) -> bool:
        """Camat sign with the regional head whatever their echelon (practice; design of the PK)."""
        return self.level == Level.II or self.kind == UnitKind.DISTRICT


# What a name begins with: kind, level of its head, title of the head ({} is the whole name, {rest} what
# follows the first word).
BEGINNINGS: tuple[tuple[str, UnitKind, Level, str], ...] = (
    (r"sekretariat daerah", UnitKind.SECRETARIAT, Level.II, "Sekretaris Daerah"),
    (r"sekretariat (?:dprd|dewan)", UnitKind.COUNCIL_SECRETARIAT, Level.II, "Sekretaris {rest}"),
    (r"inspektorat", UnitKind.INSPECTORATE, Level.II, "Inspektur"),
    (r"badan penanggulangan bencana", UnitKind.AGENCY, Level.II, "Kepala Pelaksana {}"),
    (r"badan|bappeda|bapperida", UnitKind.AGENCY, Level.II, "Kepala {}"),
    (r"dinas|kantor|satuan", UnitKind.OFFICE, Level.II, "Kepala {}"),
    (r"rumah sakit|rsud|uptd rsud", UnitKind.HOSPITAL, Level.II, "Direktur {}"),
    (r"kecamatan", UnitKind.DISTRICT, Level.III, "Camat {rest}"),
    (r"distrik", UnitKind.DISTRICT, Level.III, "Kepala {}"),
    (r"bagian", UnitKind.BUREAU, Level.III, "Kepala {}"),
    (r"bidang", UnitKind.DIVISION, Level.III, "Kepala {}"),
    (r"sub ?bidang|sub ?bagian|seksi", UnitKind.SECTION, Level.IV, "Kepala {}"),
)
_SECRETARIAT = "Sekretariat Daerah"


def squashed(name: str) -> str:
    """What two writings of one name have in common: its letters and digits."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def spoken(name: str) -> str:
    """A name printed all in capitals, in ordinary ones; others as they are."""
    if not name.isupper():
        return name
    words: list[str] = []
    for word in name.split():
        bare = word.strip(",./()")
        lower = bare.casefold() in SMALL_WORDS and words
        words.append(word if bare in ACRONYMS else word.lower() if lower else word.capitalize())
    return " ".join(words)


def places_of(printed: str) -> list[Place]:
    """The unit a name tells, after the units above it; empty when it tells no kind we know.

    `Badan Keuangan - Sub Bidang Anggaran` is two units; a Bagian belongs to the Sekretariat Daerah.
    """
    name = spoken(" ".join(printed.split()))
    if found := re.fullmatch(r"(.+?) - (.+)", name):
        above, below = places_of(found[1]), _place(found[2], "")
        return [*above, _place(found[2], above[-1].name)] if above and below else []  # type: ignore[list-item]
    if found := re.fullmatch(rf"(Bagian .+?) {_SECRETARIAT}.*", name, re.IGNORECASE):
        return [_place(_SECRETARIAT, ""), _place(found[1], _SECRETARIAT)]  # type: ignore[list-item]
    place = _place(name, "")
    if place and place.kind in (UnitKind.BUREAU, UnitKind.DIVISION, UnitKind.SECTION):
        return []
    return [place] if place else []


def _place(name: str, parent: str) -> Place | None:
    for beginning, kind, level, title in BEGINNINGS:
        if re.match(rf"(?:{beginning})\b", name, re.IGNORECASE):
            rest = name.partition(" ")[2]
            return Place(name, kind, parent, title.format(name, rest=rest)[:255], level)
    return None


def listed_name(name: str, listed: Collection[str]) -> str:
    """How the list of units writes `name`: with other spacing or capitals, or in full where it was cut short."""
    short = squashed(name)
    same = [known for known in listed if squashed(known) == short]
    if same or len(short) < TELLING_LETTERS:
        return same[0] if same else name
    longer = [known for known in listed if squashed(known).startswith(short)]
    return longer[0] if len(longer) == 1 else name
