"""The country pack: typed tables with provenance, read, checked, seen as of a month, and written."""

from toguna.country.country import Country
from toguna.country.read import check, read_country
from toguna.country.write import write_country

__all__ = ["Country", "check", "read_country", "write_country"]
