"""The example government: rows of data/demo, played through the real workflows on the days of two years."""
