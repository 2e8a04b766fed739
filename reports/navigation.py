"""The menu, in SAKIP order, and the year in the header."""


def navigation(request) -> dict:
    return {}
