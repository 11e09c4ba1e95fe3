"""登录 pages: letters, bindings, one's own keys and sessions, and what the desk does for others."""

from web.access import desk, handed, letter, mine, seconds
from web.access.blueprint import bp

__all__ = ["bp", "desk", "handed", "letter", "mine", "seconds"]
