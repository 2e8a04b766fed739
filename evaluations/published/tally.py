"""Makes the rows that are not there yet and keeps count: what is new, what was found, what is left over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import models

from evaluations.published.drafts import Leftover

Key = TypeVar("Key")
Made = TypeVar("Made", bound=models.Model)


class BuildRefused(Exception):
    """Nothing is built; the message is an Indonesian sentence."""


@dataclass
class Built:
    """What a build did, per kind of row, with what it could not make and what people still have to add."""

    new: dict[str, int] = field(default_factory=dict)
    found: dict[str, int] = field(default_factory=dict)
    leftovers: list[Leftover] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def count(self, label: str, new: int, found: int) -> None:
        self.new[label] = self.new.get(label, 0) + new
        self.found[label] = self.found.get(label, 0) + found

    def ensure(
        self, label: str, model: type[Made], existing: Mapping[Key, Made], wanted: Mapping[Key, Made]
    ) -> dict[Key, Made]:
        """Make the wanted rows that do not exist yet, all at once; returns both by their key."""
        missing = {key: row for key, row in wanted.items() if key not in existing}
        model._default_manager.bulk_create(list(missing.values()))
        self.count(label, len(missing), len(wanted) - len(missing))
        return {**existing, **missing}
