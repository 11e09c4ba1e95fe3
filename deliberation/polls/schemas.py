"""What somebody types for each verb of a poll."""

from __future__ import annotations

from marshmallow.validate import Regexp

from deliberation.forms import (
    Choice,
    Count,
    Flag,
    Form,
    Id,
    IsoDate,
    Line,
    Many,
    Moment,
    Prose,
)
from deliberation.polls.annulling import GROUNDS
from deliberation.polls.ballots import ASSISTED, PAPER, PHONE
from deliberation.polls.catalogue import PROFILES
from deliberation.polls.doubts import FINDINGS
from deliberation.polls.paper import SLIP_REASONS
from deliberation.polls.proxies import FREE
from deliberation.polls.roll import ADVICE
from deliberation.polls.serving import OWN, WAYS
from deliberation.register.ownership import UNIT_KINDS

#: A local rule is told from the catalogue's by its id.
LOCAL_ID = Regexp(r"LOCAL_[A-Z0-9_]{1,25}\Z", error="编号写成“LOCAL_1”这样。|Write the id like LOCAL_1.")
CHOICE_WORDS: dict[str, tuple[str, str]] = {
    "for": ("同意", "for"),
    "against": ("反对", "against"),
    "abstain": ("弃权", "abstain"),
}
CHANNEL_WORDS: dict[str, tuple[str, str]] = {
    PHONE: ("手机", "phone"),
    PAPER: ("纸票", "paper"),
    ASSISTED: ("协助投票", "assisted"),
}
BOX_KINDS: dict[str, tuple[str, str]] = {"station": ("投票站票箱", "station box"), "roving": ("流动票箱", "roving box")}
#: What a clerk finds on a slip: a choice, nothing or nothing clear (counts as abstaining), or a reason to put it aside.
SLIP_WORDS: dict[str, tuple[str, str]] = {
    **CHOICE_WORDS,
    "blank": ("空白或看不清", "blank or unclear"),
    **SLIP_REASONS,
}


#: What a letter says about the choice.
INSTRUCTION_WORDS: dict[str, tuple[str, str]] = {FREE: ("由受托人决定", "the agent decides"), **CHOICE_WORDS}


class Announce(Form):
    """公告表决."""

    number = Line(40, ask="请写表决编号。|Please give the vote a number.")
    title = Line(ask="请写清楚表决什么。|Please say what is voted on.")
    rule = Line(64, ask="请选按什么规则表决。|Please choose the rule to vote by.")
    channels = Many(Choice(CHANNEL_WORDS))
    noticed = IsoDate()
    opens = Moment()
    closes = Moment()
    advisory = Many(Choice(ADVICE), required=False)
    within = Id(required=False)
    women = Count(0, 5000, required=False)
    repeats = Id(required=False)
    petition = Count(0, 100_000, required=False)


#: How a local rule may be put together.
UNIT_WORDS: dict[str, tuple[str, str]] = {
    "household": ("一户一票", "one vote a household"),
    "person": ("成年村民一人一票", "one vote an adult villager"),
    "resident": ("成年居民一人一票（租户也算）", "one vote an adult resident, tenants too"),
    "party": ("党员一人一票", "one vote a Party member"),
    "owner": ("业主一人一票，人数和面积都要够", "one vote an owner, by heads and by area"),
    "seat": ("议事会一席一票", "one vote a seat"),
}
OPERATOR_WORDS: dict[str, tuple[str, str]] = {
    ">": ("超过（刚好一样多不算）", "more than"),
    ">=": ("达到（刚好达到就算）", "at least"),
}
BASE_WORDS: dict[str, tuple[str, str]] = {"present": ("到会（参加）的", "those taking part"), "all": ("全体的", "the whole roll")}
ABSTENTION_WORDS: dict[str, tuple[str, str]] = {
    "stays": ("留在总数里，等于没有同意", "stay in the base, like not agreeing"),
    "leaves": ("不计入总数", "leave the base"),
}


BOTH = "请选一起办的另一位。|Please choose who does it with you."


class Adopt(Form):
    """采用规则: a voting profile, rules of the catalogue or local ones, and what they rest on."""

    profile = Choice({id: each.name for id, each in PROFILES.items()}, ask="请选一种表决办法。|Please choose a voting profile.")
    rules = Many(Line(64))
    basis = Line(120, ask="请写依据，比如哪次会议通过的哪份议事规则。|Please say what this rests on, such as a meeting's decision.")
    since = IsoDate()
    longest_days = Count(0, 365)
    doubt_days = Count(0, 60, required=False)
    bar_months = Count(0, 24, required=False)
    unit_kinds = Many(Choice(UNIT_KINDS), required=False)
    cap = Count(0, 50, required=False)
    no_property_staff = Flag()
    second = Id(ask=BOTH)


class LocalRule(Form):
    """添加本地规则: who votes, how many must come, how many must agree."""

    code = Line(32, validate=LOCAL_ID, ask="请给规则一个编号，比如 LOCAL_1。|Please give the rule an id, such as LOCAL_1.")
    name = Line(60, ask="请写规则的名称。|Please name the rule.")
    unit = Choice(UNIT_WORDS, ask="请选谁来投票。|Please choose who votes.")
    quorum_operator = Choice(OPERATOR_WORDS)
    quorum_numerator = Count(0, 100)
    quorum_denominator = Count(1, 100)
    operator = Choice(OPERATOR_WORDS)
    numerator = Count(1, 100)
    denominator = Count(1, 100)
    base = Choice(BASE_WORDS)
    abstention = Choice(ABSTENTION_WORDS)
    notice_days = Count(0, 90)
    basis = Line(120, ask="请写依据，比如哪次会议通过的哪份议事规则。|Please say what this rests on, such as a meeting's decision.")
    second = Id(ask=BOTH)


class Cast(Form):
    """投票: for whom, and how."""

    voter = Id(ask="请选代表哪一户投票。|Please choose for which household you vote.")
    choice = Choice(CHOICE_WORDS, ask="请在三项里选一项。|Please choose one of the three.")


class Hands(Form):
    """举手表决."""

    title = Line(ask="请写清楚表决什么。|Please say what is voted on.")
    rule = Line(64, ask="请选按什么规则表决。|Please choose the rule to vote by.")
    in_favour = Count(0, 5000)
    against = Count(0, 5000)
    abstain = Count(0, 5000)
    women = Count(0, 5000, required=False)


class Deliver(Form):
    """登记送达."""

    phone = Count(0, 100_000)
    paper = Count(0, 100_000)


class Seal(Form):
    """封箱."""

    label = Line(40, ask="请写票箱的名称。|Please name the box.")
    kind = Choice(BOX_KINDS)
    slips = Count(1, 100_000)
    second = Id(ask="请选另一位封箱人。|Please choose the second person.")


class Slip(Form):
    """录入一张纸票: the door as written on it, and what is on it."""

    box = Id(ask="请先选票箱。|Please choose the box first.")
    door = Line(60, required=False)
    found = Choice(SLIP_WORDS, ask="请按 1 同意、2 反对、3 弃权，或选一个原因。|Press 1 for, 2 against, 3 abstain, or choose a reason.")


class Settle(Form):
    """定下两遍不一样的一张: what two persons see on it."""

    sheet = Id()
    door = Line(60, required=False)
    found = Choice(SLIP_WORDS, ask="请选票上写的是什么。|Please say what is on the slip.")
    second = Id(ask="请选一起看票的另一位。|Please choose who looks at it with you.")


class Scanned(Form):
    """登记扫描件: how many slips it shows; the file is read for its fingerprint only."""

    pages = Count(1, 100_000)


class Late(Form):
    """截止以后交来的纸票."""

    door = Line(60, required=False)


class Serve(Form):
    """登记送达: in which way, to which doors, one a line; "" with ``all`` for every door not served yet."""

    way = Choice({way: names for way, names in WAYS.items() if way != OWN}, ask="请选怎样送达。|Please choose how.")
    doors = Prose(20_000, required=False)
    all = Flag()


class Grant(Form):
    """委托投票: whose ballot, who casts it, what the letter says, until when."""

    voter = Id(ask="请选哪一户委托。|Please choose whose ballot it is.")
    agent = Line(40, ask="请写受托人的姓名。|Please give the agent's name.")
    instruction = Choice(INSTRUCTION_WORDS, ask="请选怎样投。|Please choose how.")
    until = Moment(required=False)


class Assist(Form):
    """协助投票: for whom, what they say, who looks on, where."""

    door = Line(60, ask="请写门牌。|Please give the door.")
    choice = Choice(CHOICE_WORDS, ask="请在三项里选一项。|Please choose one of the three.")
    witness = Id(ask="请选在场见证的另一位。|Please choose who looks on.")
    place = Line(40, ask="请写在哪里投的，比如居民家中、党群中心。|Please say where, such as at home or in the hall.")


class CorrectRoll(Form):
    """更正名册: another person, given by name, speaks for a household, or the household goes."""

    voter = Id(ask="请选要更正的一户。|Please choose the household.")
    holder = Line(60, required=False)
    second = Id(ask="更正要两个人经手，请选另一位。|A correction needs two persons: choose the other.")
    reason = Prose(500, ask="请写更正的原因。|Please give the reason.")


class Refresh(Form):
    """按登记更正名册: which lines, all unless some are left out."""

    lines = Many(Id(), ask="请勾选要更正的行。|Please tick the lines to correct.")
    second = Id(ask="更正要两个人经手，请选另一位。|A correction needs two persons: choose the other.")
    reason = Prose(500, ask="请写更正的原因。|Please give the reason.")


class Extend(Form):
    """延期."""

    closes = Moment()
    reason = Prose(500, ask="请写延期的原因。|Please give the reason.")


class Annul(Form):
    """撤销结果."""

    ground = Choice(GROUNDS, ask="请选撤销的原因。|Please choose the ground.")
    authority = Line(60, ask="请写由谁决定，比如哪个法院、哪个镇街。|Please say who decided, such as which court or office.")
    document = Line(80, ask="请写文书编号，比如（2026）某01民初1号。|Please give the number of the document.")


class Cancel(Form):
    """撤销公告."""

    reason = Prose(500, ask="请写撤销的原因。|Please give the reason.")


class Ask(Form):
    """询问计票."""

    said = Prose(2000, ask="请写您对计票有什么疑问。|Please write what you doubt about the count.")


class AskFor(Form):
    """替人登记询问: what came on paper or was said at the counter; ``called`` is a name."""

    called = Line(60, ask="请写明是谁问的。|Please write who asks.")
    said = Prose(2000, ask="请写明问的是什么。|Please write what was asked.")


class AnswerDoubt(Form):
    """答复询问."""

    finding = Choice(FINDINGS, ask="请选核对下来有没有错。|Please choose what was found.")
    said = Prose(2000, ask="请写怎么核对的、结果怎样。|Please write what was checked and what came of it.")


class Recount(Form):
    """复核: what two persons found."""

    in_favour = Count(0, 100_000)
    against = Count(0, 100_000)
    abstain = Count(0, 100_000)
    refused = Count(0, 100_000)
    second = Id(ask="请选另一位复核人。|Please choose the second person.")
    said = Prose(500, ask="请写怎么复核的。|Please write how it was done.")
