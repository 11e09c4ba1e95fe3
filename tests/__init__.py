"""The by-laws as tests. ``python3 -m tests`` runs everything; see ``__main__.py``."""
