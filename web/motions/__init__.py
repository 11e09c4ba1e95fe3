"""议题 pages: a text of clauses from its proposal to its result, with everything said and moved about it."""

from web.motions import editing, proposing, reading, staff
from web.motions.blueprint import bp

__all__ = ["bp", "editing", "proposing", "reading", "staff"]
