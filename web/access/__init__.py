"""登录 pages: how people sign in, and what they confirm for each other."""

from web.access import seconds
from web.access.blueprint import bp

__all__ = ["bp", "seconds"]
