"""表决 pages: voting, the staff's side of a poll, and shows of hands."""

from web.polls import hands, lawbook, staff, voting
from web.polls.blueprint import bp

__all__ = ["bp", "hands", "lawbook", "staff", "voting"]
