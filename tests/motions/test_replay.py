"""Whatever is done with motions, in whatever order: the log alone gives every view again, at every moment."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.clauses import Insert, Operation, Remove, Replace, Text
from deliberation.council import Council
from deliberation.errors import Refusal
from deliberation.log import fold
from deliberation.motions.model import Amendment, Motion, Second
from deliberation.procedures.model import Matter
from tests.given import (
    DELEGATES,
    RESIDENTS,
    actor,
    polls_taken_for_granted,
    village,
    who,
    words,
)

SECRETARY = actor("secretary")
POLL = who("a poll")
DRAFT = Text.of("十条", ["通道畅通。", "电动自行车不进楼。", "不抛物。"])
#: Three numbers: which motion, which other thing, and which of the ways to do it.
Choice = tuple[int, int, int]


class Bench:
    """A village in which one thing after the other is tried; the digest after each success is kept."""

    def __init__(self, town: Council) -> None:
        self.town = town
        matter = Matter.open("1", "安全自治十条", "SI_YI", by=SECRETARY)
        self.matter = matter.id
        self.motions: list[str] = []
        self.amendments: list[str] = []
        self.digests: dict[int, str] = {}
        town.save(matter)
        self.propose((0, 1, 0))
        self.keep()

    def keep(self) -> None:
        self.digests[self.town.head().size] = self.town.digest()

    def motion(self, choice: Choice) -> Motion:
        return self.town.get(Motion, self.motions[choice[0] % len(self.motions)])

    def propose(self, choice: Choice) -> None:
        number, needed = str(choice[0]), choice[1] % 3
        by = actor(person=RESIDENTS[choice[2] % 8])
        it = Motion.propose(self.matter, number, "十条", "compact", DRAFT, needed, by=by)
        self.town.save(it)
        self.motions.append(it.id)

    def second(self, choice: Choice) -> None:
        it = self.motion(choice)
        self.town.save(Second.of(it.id, it.matter, it.number, by=actor(person=RESIDENTS[choice[1] % 8])))

    def admit(self, choice: Choice) -> None:
        it = self.motion(choice)
        it.admit(by=SECRETARY)
        self.town.save(it)

    def revise(self, choice: Choice) -> None:
        it = self.motion(choice)
        reason = ("review", "comments", "drafting")[choice[1] % 3]
        it.revise(operations(it.text, choice), reason, "改一改", label="丙", by=SECRETARY)
        self.town.save(it)

    def move(self, choice: Choice) -> None:
        it = self.motion(choice)
        replaces = self.amendments[choice[1] % len(self.amendments)] if choice[1] and self.amendments else ""
        by = actor("delegate", person=DELEGATES[choice[2] % 4])
        changed = operations(it.text, choice)
        label = "甲乙丙丁"[choice[2] % 4]
        amendment = Amendment.move(it.id, it.matter, label, it.text.digest(), changed, replaces, by=by)
        self.town.save(amendment)
        self.amendments.append(amendment.id)

    def vote(self, choice: Choice) -> None:
        """The result of a poll on an amendment; a passed one is written in, in the same step."""
        if not self.amendments:
            return
        amendment = self.town.get(Amendment, self.amendments[choice[1] % len(self.amendments)])
        outcome = "FAIL" if choice[2] == 0 else "PASS"
        amendment.settle(POLL, outcome, by=SECRETARY)
        if outcome == "FAIL":
            self.town.save(amendment)
            return
        it = self.town.get(Motion, amendment.motion)
        it.amend(amendment.id, amendment.label, amendment.operations, POLL, by=SECRETARY)
        self.town.save(amendment, it)

    def withdraw(self, choice: Choice) -> None:
        if choice[1]:
            return
        it = self.motion(choice)
        it.withdraw(words("不提了"), by=actor("chair"))
        self.town.save(it)

    def settle(self, choice: Choice) -> None:
        it = self.motion(choice)
        it.settle(POLL, "PASS" if choice[2] else "FAIL", by=SECRETARY)
        self.town.save(it)


def operations(text: Text, choice: Choice) -> list[Operation]:
    """Return one or two changes that this text allows."""
    clause = text.clauses[choice[1] % len(text.clauses)]
    replacing = Replace(clause.id, clause.text, f"{clause.text}{choice[2]}")
    adding = Insert(text.next_id, clause.id, "另加一条。")
    removing = Remove(clause.id, text.before(clause.id), clause.text)
    return [[replacing], [adding], [removing], [adding, replacing], [adding, removing]][choice[2] % 5]


#: What is tried; most of it in an order in which it can succeed now and then.
VERBS: list[Callable[[Bench, Choice], None]] = [
    Bench.propose,
    Bench.second,
    Bench.second,
    Bench.admit,
    Bench.revise,
    Bench.move,
    Bench.move,
    Bench.vote,
    Bench.vote,
    Bench.withdraw,
    Bench.settle,
]
NUMBERS = st.integers(0, 7)


@settings(max_examples=15)
@given(st.lists(st.tuples(st.sampled_from(VERBS), st.tuples(NUMBERS, NUMBERS, NUMBERS)), max_size=14))
def test_the_log_alone_gives_every_view_at_every_moment(steps):
    with village() as town, polls_taken_for_granted():
        bench = Bench(town)
        for verb, choice in steps:
            before = town.head().size
            try:
                verb(bench, choice)
            except Refusal:
                assert town.head().size == before, "what is refused leaves no trace"
            bench.keep()
        for size, digest in bench.digests.items():
            with town.as_of(position=size) as past:
                assert fold.digest(past.connection, past.community) == digest
        town.rebuild()
        assert town.digest() == bench.digests[town.head().size]
