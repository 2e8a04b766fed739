"""Workbooks into master data: what may be imported, how it is read, examined, applied and undone."""
