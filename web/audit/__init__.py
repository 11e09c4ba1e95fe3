"""核查 pages: the history, any moment of it, the checks, and what deserves a second look."""

from web.audit import changes, checks, replay, walk
from web.audit.blueprint import bp

__all__ = ["bp", "changes", "checks", "replay", "walk"]
