"""Training modules, learner records and certificates (not built yet)."""
