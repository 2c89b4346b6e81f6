"""The road skeleton of a pack: published legs and OpenStreetMap paths, merged into one graph of links."""
