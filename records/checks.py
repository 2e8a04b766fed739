"""System checks of what the database must hold."""

from django.core.checks import Tags, Warning, register

from records import triggers


@register(Tags.database)
def triggers_are_installed(app_configs, databases, **kwargs):
    """Every registered trigger stands in the database (asked by `check --database default`).

    A warning, not an error: `migrate` itself runs this check before it can install one.
    """
    if not databases or "default" not in databases:
        return []
    return [
        Warning(
            f"Pemicu basis data {name} tidak terpasang.",
            hint="Jalankan: python manage.py migrate",
            id="records.W001",
        )
        for name in triggers.missing()
    ]
