"""Demo data: a multiplex in Bandra that could be real, and any multiple of its past."""
