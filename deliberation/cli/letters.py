"""The first letter: somebody who holds an office gets the number and the code from whoever runs the machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from deliberation.access.finding import open_letter_of, staff_without
from deliberation.access.letters import STAFF, LetterPage, Replacement, SignIn
from deliberation.access.locks import Locks, fresh_code, fresh_number
from deliberation.access.tables import letters
from deliberation.access.views import adopted_rules
from deliberation.actors import operator
from deliberation.cli.console import community, options, say, settings_of, tell
from deliberation.cli.roster import NobodyOrSeveral
from deliberation.council import Council
from deliberation.deadlines import local_date
from deliberation.errors import Refusal
from deliberation.log.reading import Reading
from deliberation.register import views as register

#: What is adopted where nothing is: hours of waiting, days for which a letter is good.
HOURS, DAYS = 72, 60


class NoOffice(Refusal):
    """Somebody who holds no office, is bound, or has a letter. Facts: name."""

    zh = "没有给“{name}”做信：没有登记职务，或者已经绑定，或者手里还有一封能用的。职务用 appoint 登记；信丢了加 --lost 和另一位工作人员的名字；已经凭家里的信绑定的，请本人先在“我的登录”里解除。"
    en = (
        "No letter was made for “{name}”: no office is recorded, or they are bound, or hold a letter that is still good. "
        "Record the office with appoint; replace a lost letter with --lost and the name of another of the staff; whoever is bound by a "
        "letter to their home ends that binding first."
    )


@click.command()
@options
@click.option("--home", default="", help="同名的写明住处 · the home, to tell namesakes apart")
@click.option("--lost", "second", default="", metavar="NAME", help="原来的信丢了，换一封；写上在场的另一位 · replace a lost letter, with somebody of the desk beside you")
@click.argument("name")
def letter(database: str | None, home: str, second: str, name: str) -> None:
    """给一位有职务的人做登录信 · make a sign-in letter for somebody who holds an office"""
    settings = settings_of(database)
    settings.make()
    now = datetime.now(UTC).replace(microsecond=0)
    with community(database) as council:
        number, code = admit(council, Locks(settings.pepper_key()), name, home, now, second=second)
    tell("登录信做好了。码只显示这一次，请抄下来当面交给本人：", "The letter is made. Its code is shown this once; hand it over in person:")
    say(f"  登录号 {number[:4]} {number[4:]}", f"  number {number[:4]} {number[4:]}")
    say(f"  码   {code[:3]} {code[3:6]} {code[6:]}", f"  code   {code[:3]} {code[3:6]} {code[6:]}")
    tell("打开网站，点“登录”“我有登录信”。", "Open the site, choose “Sign in”, “I have a letter”.")


def admit(council: Council, locks: Locks, name: str, home: str, now: datetime, *, second: str = "") -> tuple[str, str]:
    """Make a staff letter and return (number, code); with a ``second`` of the desk, in place of one that was lost.

    Raises NobodyOrSeveral, NoOffice, and what the guards of a replacement say.
    """
    by, day = operator(now), local_date(now).isoformat()
    with council.reading() as r:
        person = _one(r, name, home)
        lost = open_letter_of(r, person, int(now.timestamp())) if second else None
        if lost is None and person not in staff_without(r, day, int(now.timestamp())):
            raise NoOffice(name=name)
        beside = _one(r, second, "") if second else ""
        rules, number = adopted_rules(r), fresh_number()
        while r.row(letters, number) is not None:
            number = fresh_number()
    if rules is None:
        council.save(SignIn.adopt(HOURS, DAYS, by=by))
    until = int((now + timedelta(days=DAYS if rules is None else rules.days)).timestamp())
    code = fresh_code()
    stored = locks.code(number, code)
    if lost is None:
        council.save(LetterPage.issue([(number, STAFF, person)], [stored], until=until, by=by))
    else:
        council.save(Replacement.replace(lost.number, STAFF, person, stored, until=until, reason="lost", second=beside, by=by))
    return number, code


def _one(r: Reading, name: str, home: str) -> str:
    people = [who for who, label in register.people_called(r, name) if home in ("", label)]
    if len(people) != 1:
        raise NobodyOrSeveral(name=name, count=len(people))
    return people[0]


COMMANDS = (letter,)
