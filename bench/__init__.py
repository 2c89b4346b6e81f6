"""Timings of what a user waits for. Printed, never asserted: tests do not time."""
