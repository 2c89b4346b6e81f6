"""One file per data source, and the builder that makes a country pack from them."""
