"""Computes one achievement: first line the raw percentage, second the one averages take, third the sentence."""

import re
from decimal import Decimal

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluations.achievement import (
    ACCUMULATIONS,
    KINDS,
    METHODS,
    POLARITIES,
    SCALE_ABOVE,
    Reading,
    Rule,
    Target,
)
from evaluations.simulation import simulate
from perjanjian.numerals import NBSP, AmbiguousNumeral, NumeralError, format_number, parse, parse_date

UNREADABLE = 2  # the exit code where something typed cannot be read
EMPTY = "-"


class Command(BaseCommand):
    help = (
        "Menghitung capaian. Angka ditulis seperti biasa: 2,5 atau 1.250,5. "
        "Contoh: achievement --target 10 --actual 12 --polarity lower"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        # Otherwise argparse takes a typed -2,5 for the name of an option.
        parser._negative_number_matcher = re.compile(r"-[0-9.,]+")
        parser.add_argument("--target", help="Target; untuk rentang pakai --low dan --high.")
        parser.add_argument(
            "--actual",
            nargs="+",
            required=True,
            help="Realisasi; beberapa nilai untuk beberapa periode, “-” untuk yang belum diisi.",
        )
        parser.add_argument("--low", help="Batas bawah rentang.")
        parser.add_argument("--high", help="Batas atas rentang.")
        parser.add_argument("--kind", choices=KINDS, default="number")
        parser.add_argument("--polarity", choices=POLARITIES, default="higher")
        parser.add_argument("--method", choices=METHODS, default="selisih")
        parser.add_argument("--cap", help="Batas capaian untuk rata-rata, dalam persen.")
        parser.add_argument("--accumulation", choices=ACCUMULATIONS, default="last")
        parser.add_argument("--scale-above", choices=SCALE_ABOVE, default="hundred")
        parser.add_argument("--factor", default="100", help="Pengali untuk pembilang/penyebut.")
        parser.add_argument("--unit", default="", help="Satuan, untuk kalimatnya.")

    def handle(self, *args, **options) -> None:
        rule = Rule(
            kind=options["kind"],
            polarity=options["polarity"],
            method=options["method"],
            cap=_number(options["cap"]),
            scale_above=options["scale_above"],
            factor=_number(options["factor"]) or Decimal(100),
            unit=options["unit"],
        )
        readings = [_reading(text, rule.kind) for text in options["actual"]]
        found = simulate(_target(options, rule.kind), readings, rule, options["accumulation"])
        for line in (found.raw_text, found.used_text, found.sentence):
            self.stdout.write(line.replace(NBSP, " "))


def _number(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        return parse(text)
    except AmbiguousNumeral as error:
        meant = " atau ".join(format_number(reading, grouping=False) for reading in error.readings)
        raise CommandError(f"{error.message} Tulis {meant}.", returncode=UNREADABLE) from None
    except NumeralError as error:
        raise CommandError(error.message, returncode=UNREADABLE) from None


def _rank(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise CommandError(
            f"Tingkat “{text}” tidak terbaca. Tulis urutannya, 1 yang terendah.", returncode=UNREADABLE
        )
    return int(text)


def _date(text: str):
    try:
        return parse_date(text)
    except NumeralError as error:
        raise CommandError(error.message, returncode=UNREADABLE) from None


def _target(options: dict, kind: str) -> Target:
    if kind == "range":
        return Target(low=_number(options["low"]), high=_number(options["high"]))
    text = options["target"]
    if text is None:
        raise CommandError("Tulis targetnya dengan --target.", returncode=UNREADABLE)
    if kind == "scale":
        return Target(step=_rank(text))
    return Target(date=_date(text)) if kind == "date" else Target(value=_number(text))


def _reading(text: str, kind: str) -> Reading | None:
    if text == EMPTY:
        return None
    if kind == "scale":
        return Reading(step=_rank(text))
    if kind == "date":
        return Reading(date=_date(text))
    above, slash, below = text.partition("/")
    if slash and kind == "ratio":
        return Reading(numerator=_number(above), denominator=_number(below))
    return Reading(value=_number(text))
