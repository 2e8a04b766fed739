"""Form fields for what is typed the Indonesian way: figures, rupiah, dates and civil servants' numbers.

Django's own localized parsing is never used: it reads a typed ``1.250`` as 1,25.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from perjanjian import numerals
from perjanjian.numerals import AmbiguousNumeral, NumeralError

# NI PPPK carries the count of the work agreement, from 21, where a NIP has the month of appointment.
FIRST_WORK_AGREEMENT = 21


class NumeralInput(forms.TextInput):
    """A text input that, after an ambiguous number, offers its readings as submit buttons below.

    A pressed button sends the whole form again with ``<name>__reading``, which counts before the text.
    It works without JavaScript and inside formsets, whose prefix is part of the name.
    """

    template_name = "perjanjian/widgets/numeral.html"

    def __init__(self, attrs: dict[str, str] | None = None):
        super().__init__(
            {"inputmode": "decimal", "autocomplete": "off", "class": "form-control"} | (attrs or {})
        )
        self.readings: tuple[Decimal, ...] = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        return data.get(f"{name}__reading") or data.get(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}__reading" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        # Without points a number has one reading only, so a chosen one is never asked about again.
        context["widget"]["readings"] = [
            {
                "label": numerals.format_number(reading),
                "value": numerals.format_number(reading, grouping=False),
            }
            for reading in self.readings
        ]
        return context


class NumeralField(forms.Field):
    """A ``Decimal`` typed in Indonesian; takes what ``DecimalField.formfield`` of a model passes.

    ``reference`` (the target or the last value, also settable on a form's own field) is what a doubtful
    thousands point is judged by; see ``numerals.parse``. ``decimal_places`` is the most decimals taken.
    """

    widget = NumeralInput

    def __init__(
        self,
        *,
        max_digits: int = numerals.MAX_DIGITS,
        decimal_places: int | None = None,
        reference: Decimal | None = None,
        min_value: Decimal | int | None = None,
        max_value: Decimal | int | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.max_digits, self.decimal_places, self.reference = max_digits, decimal_places, reference
        self.min_value, self.max_value = min_value, max_value

    def to_python(self, value: Any) -> Decimal | None:
        self.widget.readings = ()
        try:
            return self._read(value)
        except AmbiguousNumeral as error:
            self.widget.readings = error.readings
            raise ValidationError(error.message, code="ambiguous") from None
        except NumeralError as error:
            raise ValidationError(error.message, code="invalid") from None

    def _read(self, value: Any) -> Decimal | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        if not isinstance(value, str):
            return Decimal(value)
        return numerals.parse(value, reference=self.reference, decimals=self.decimal_places)

    def validate(self, value: Decimal | None) -> None:
        super().validate(value)
        if value is None:
            return
        whole_digits = self.max_digits - (self.decimal_places or 0)
        if abs(value) >= Decimal(10) ** whole_digits:
            raise ValidationError(
                f"Angka terlalu besar: paling banyak {whole_digits} angka di depan koma.", code="max_digits"
            )
        if self.min_value is not None and value < self.min_value:
            least = numerals.format_number(self.min_value)
            raise ValidationError(f"Isi angka paling sedikit {least}.", code="min_value")
        if self.max_value is not None and value > self.max_value:
            most = numerals.format_number(self.max_value)
            raise ValidationError(f"Isi angka paling banyak {most}.", code="max_value")

    def prepare_value(self, value: Any) -> Any:
        """What the input shows: typed text as typed, figures so that sending them back changes nothing."""
        if not isinstance(value, Decimal | int) or isinstance(value, bool):
            return value
        text = self.format(value)
        try:
            self._read(text)
        except AmbiguousNumeral:
            return numerals.format_number(value, grouping=False)
        except NumeralError:
            return text
        return text

    def format(self, value: Decimal | int) -> str:
        return numerals.format_number(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled:
            return False
        try:
            return self._read(initial) != self._read(data)
        except NumeralError:
            return True


class MoneyField(NumeralField):
    """An amount in rupiah with two decimals at most; a typed ``Rp`` is passed over."""

    def __init__(self, *, decimal_places: int = 2, **kwargs: Any):
        super().__init__(decimal_places=decimal_places, **kwargs)

    def _read(self, value: Any) -> Decimal | None:
        if isinstance(value, str) and "%" in value:
            raise NumeralError("Isi jumlah rupiah, bukan persen. Hapus tanda %.")
        return super()._read(value)

    def format(self, value: Decimal | int) -> str:
        whole = value == numerals.round_half_up(Decimal(value), 0)
        return numerals.format_number(value, 0 if whole else 2)


class IndonesianDateField(forms.DateField):
    """A date from the browser's date input (ISO) or typed as 17/08/2026, 17-08-2026 or 17 Agustus 2026."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value.strip() if isinstance(value, str) else value)
        try:
            return numerals.parse_date(value)
        except NumeralError as error:
            raise ValidationError(error.message, code="invalid") from None

    def prepare_value(self, value: Any) -> Any:
        # A date input shows ISO dates only; a readable date typed otherwise would vanish from the page.
        try:
            return numerals.parse_date(value) if isinstance(value, str) else value
        except NumeralError:
            return value


class NipField(forms.CharField):
    """A civil servant's number (NIP, or NI PPPK): 18 digits, typed with or without spaces, kept without.

    Birth date and month of appointment are checked for being possible, since one wrong digit is the
    usual slip (Peraturan Kepala BKN 43/2007 gives the form).
    """

    def __init__(self, **kwargs: Any):
        # A model's max_length would make the browser refuse the spaces between the groups.
        kwargs.pop("max_length", None)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        return super().widget_attrs(widget) | {
            "inputmode": "numeric",
            "autocomplete": "off",
            "class": "form-control",
        }

    def to_python(self, value: Any) -> str | None:
        digits = "".join((super().to_python(value) or "").split())
        if not digits:
            return self.empty_value
        if not re.fullmatch(r"[0-9]{18}", digits):
            raise ValidationError(
                f"NIP terdiri atas 18 angka, misalnya 19800101 200501 1 001; di sini ada {len(digits)} tanda.",
                code="invalid",
            )
        try:
            date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}")
        except ValueError:
            raise ValidationError(
                f"Tanggal lahir dalam NIP ({digits[:8]}) tidak ada di kalender. Periksa 8 angka pertama.",
                code="birth_date",
            ) from None
        month = int(digits[12:14])
        if not 1 <= month <= 12 and month < FIRST_WORK_AGREEMENT:
            raise ValidationError(
                f"Bulan pengangkatan dalam NIP ({digits[12:14]}) tidak ada. Periksa angka ke-13 dan ke-14.",
                code="appointment",
            )
        return digits

    def prepare_value(self, value: Any) -> Any:
        return numerals.format_nip(value) if isinstance(value, str) else value
