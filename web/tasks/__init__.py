"""任务 pages: rectification notices, from issue to 销号."""

from web.tasks import showing, work
from web.tasks.blueprint import bp

__all__ = ["bp", "showing", "work"]
