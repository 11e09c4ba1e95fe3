"""表决 pages: voting, the staff's side of a poll, and shows of hands."""

from web.polls import aftermath, hands, lawbook, letters, paper, serving, staff, voting
from web.polls.blueprint import bp

__all__ = ["aftermath", "bp", "hands", "lawbook", "letters", "paper", "serving", "staff", "voting"]
