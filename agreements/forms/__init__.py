"""Forms of organisation, plan, people and settings, one module a subject."""
