"""Pages of facts, one module a subject."""
