"""名册 pages: what the register holds, the import of a roster, who owns what, and who holds which office."""

from web.register import offices, overview, owners, roster
from web.register.blueprint import bp

__all__ = ["bp", "offices", "overview", "owners", "roster"]
