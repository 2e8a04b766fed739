"""The access table, one module a subject: each has ROWS, a list of `tests.access.Row`.

Every route of the application stands here at least once, or `tests/test_access.py` fails.
"""
