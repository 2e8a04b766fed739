"""Pages of the promise, one module a subject."""
