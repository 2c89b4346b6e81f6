"""Forecasts of violence by unit and month, as draws, and how they are scored."""
