"""Long work of the workbench: each job in a process of its own, its place in the queue and its results on disk."""
