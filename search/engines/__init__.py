"""Search engines behind one small interface."""

from search.engines.base import Engine, Hit, Results

__all__ = ["Engine", "Hit", "Results"]
