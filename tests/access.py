"""A row of the access table: one address, and what every person of the cast gets there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.conftest import PEOPLE

EVERYONE = frozenset(PEOPLE)
# Who reads all units in all years.
READ_ALL = frozenset(
    {"bagian_organisasi", "bupati", "pimpinan", "perencana", "anggaran", "kepegawaian", "inspektorat"}
)
# Who reads Dinas Kesehatan besides; the guest only for the year 2025.
OF_KESEHATAN = frozenset({"operator_kesehatan", "kepala_kesehatan"})
OF_PENDIDIKAN = frozenset({"operator_pendidikan", "kepala_pendidikan"})


@dataclass(frozen=True)
class Row:
    """Who gets what at one address.

    `prepare(g)` makes what the address needs in the government `g` of the conftest and returns the
    kwargs of the route. People in `ok` get the page (or the redirect of a form sent), people in
    `forbidden` get 403, everyone else 404. Nobody signed in is sent to the sign-in page, except
    where `public`. Several rows for one route: own and other unit, get and post.
    """

    route: str
    prepare: Callable[[Any], Mapping[str, Any]] = lambda g: {}
    ok: frozenset[str] = frozenset()
    forbidden: frozenset[str] = frozenset()
    method: str = "get"
    data: Mapping[str, Any] = field(default_factory=dict)
    public: bool = False
    note: str = ""

    def expected(self, person: str) -> str:
        if person in self.ok or self.public:
            return "ok"
        return "forbidden" if person in self.forbidden else "hidden"
