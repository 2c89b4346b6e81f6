"""A view as one file that can be mailed: its map, tables and chart work without any server."""
