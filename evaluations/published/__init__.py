"""Figures governments have published: read as printed, compared with the engine, built into a region."""
