"""Roads: who can be reached from where and in what time, corridors, critical links, crossings."""
