"""名册 pages: what the register holds, the import of a roster, and who holds which office."""

from web.register import offices, overview, roster
from web.register.blueprint import bp

__all__ = ["bp", "offices", "overview", "roster"]
