"""The parts of the brief, one file each; every number comes from the assessment."""
