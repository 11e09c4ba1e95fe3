"""会议 pages: notices, the secretary's desk while a meeting runs, the record and the minutes as papers."""

from web.meetings import desk, notices, papers, sheet
from web.meetings.blueprint import bp

__all__ = ["bp", "desk", "notices", "papers", "sheet"]
