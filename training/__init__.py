"""Training modules with lessons and a quiz, learner records and certificates."""
