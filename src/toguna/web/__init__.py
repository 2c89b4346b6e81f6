"""The workbench: every view of a country over HTTP, thin over the verbs, on one machine without the internet."""
