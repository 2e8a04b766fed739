"""Passwords people here would guess first."""

from django.core.exceptions import ValidationError

LOCAL_WORDS = (
    "bupati", "walikota", "kabupaten", "pemkab", "pemkot", "pemda", "sakip", "esakip", "perjanjian",
    "kinerja", "organisasi", "indonesia", "merdeka", "bismillah", "katasandi", "rahasia", "garuda",
)  # fmt: skip


class LocalWordsValidator:
    """Refuses a password that is a local word with little more than digits around it."""

    def validate(self, password: str, user=None) -> None:
        letters = "".join(c for c in password.lower() if c.isalpha())
        for word in LOCAL_WORDS:
            if letters in (word, word * 2):
                raise ValidationError(
                    f"Kata sandi ini mudah ditebak (hanya “{word}” dan angka). Pakai beberapa kata yang berbeda.",
                    code="password_local_word",
                )

    def get_help_text(self) -> str:
        return "Bukan nama jabatan, nama daerah, atau kata umum yang hanya ditambah angka."
