"""A database that cannot be used, in plain words: for whoever stands at the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from deliberation.errors import Refusal

#: What a driver says -> what it means, in Chinese and in English.
MEANINGS = (
    ("locked", "正被另一个程序占用", "another program holds it"),
    ("unable to open", "文件打不开", "the file cannot be opened"),
    ("readonly", "文件是只读的", "the file is read-only"),
    ("not a database", "这个文件不是数据库", "this file is no database"),
    ("password", "用户名或密码不对", "the user or the password is wrong"),
    ("does not exist", "没有这个数据库或用户", "no such database or user"),
    ("refused", "那里没有数据库在运行", "no database is running there"),
    ("resolve", "找不到这台机器", "the host is not known"),
    ("disk", "磁盘满了或者坏了", "the disk is full or broken"),
)


class DatabaseAway(Refusal):
    """The database cannot be opened, read or written. Facts: url without password, reason, reason_en, said."""

    zh = "数据库 {url} 现在用不了：{reason}。已经记下的都还在库里；请检查后再运行同样的命令。\n  {said}"
    en = "The database {url} cannot be used now: {reason_en}. What was recorded is kept: check it and run again."
    status = 503


@contextmanager
def plainly(url: str) -> Iterator[None]:
    """Turn what the database layer raises into DatabaseAway."""
    try:
        yield
    except ArgumentError as error:
        raise _away(url, str(error)) from error
    except DBAPIError as error:
        raise _away(url, str(error.orig)) from error
    except SQLAlchemyError as error:
        raise _away(url, str(error)) from error


def _away(url: str, said: str) -> DatabaseAway:
    line = said.strip().splitlines()[0] if said.strip() else "?"
    named = [(zh, en) for word, zh, en in MEANINGS if word in said.lower()]
    zh, en = named[0] if named else ("连不上", "it cannot be reached")
    return DatabaseAway(url=_without_password(url), reason=zh, reason_en=en, said=line)


def _without_password(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return url
