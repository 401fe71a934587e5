"""The public search: projection, engines, synonyms (not built yet)."""
