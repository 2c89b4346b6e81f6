"""Months, errors, provenance, plug-ins and progress: what every room needs and no domain logic."""
