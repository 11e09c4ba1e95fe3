"""What a release wrote down stays readable, countable and the same, on every database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deliberation.audit import bundle, verify
from deliberation.audit.recount import recount
from deliberation.council import Council, kinds
from deliberation.log import fold
from deliberation.log.leaf import canonical, read_leaf
from deliberation.scenario.player import COMMUNITY
from tests.audit.conftest import checkpoints_of
from tests.golden import __main__ as command
from tests.golden import keeping
from tests.golden.keeping import Golden


@pytest.fixture(params=keeping.names(), scope="module")
def golden(request: pytest.FixtureRequest) -> Golden:
    return keeping.read(request.param)


@pytest.fixture
def council(golden: Golden, database_url: str) -> Iterator[Council]:
    """The log put into an empty database again."""
    council = Council.open(database_url, golden.digest["community"])
    keeping.restore(council, golden.leaves)
    yield council
    council.close()


def test_a_release_has_a_golden_log_that_is_small_enough_to_keep() -> None:
    assert keeping.names()
    for name in keeping.names():
        assert (keeping.HERE / name / "leaves.gz").stat().st_size < 1_500_000


def test_every_entry_is_still_read_and_is_the_bytes_it_was(golden: Golden) -> None:
    for leaf in golden.leaves:
        event = read_leaf(leaf)
        again = {
            "actor": {"person": event.by.person, "role": event.by.role},
            "agg": event.id,
            "aggv": event.originator_version,
            "at": event.timestamp.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "body": event.body(),
            "type": event.TYPE,
            "v": event.class_version,
        }
        assert event.class_version > 1 or canonical(again) == leaf


def test_every_sentence_of_the_history_is_still_told(council: Council) -> None:
    from deliberation.log.history import entries

    with council.reading() as r:
        for entry in entries(r.connection, r.community, limit=10_000):
            for language in ("zh", "en"):
                assert "…" not in entry.sentence(language, lambda _person: "甲").replace("……", "")


def test_the_root_and_the_counts_are_those_of_the_day(golden: Golden) -> None:
    known = keeping.facts(golden.leaves)
    assert {part: golden.digest[part] for part in known} == known
    assert verify.Tree(golden.leaves).root().hex() == golden.digest["root"]


def test_every_proceeding_is_still_loaded_from_its_events(golden: Golden, council: Council) -> None:
    last = {}
    for leaf in golden.leaves:
        event = read_leaf(leaf)
        last[event.id] = (event.TYPE, event.originator_version)
    for stream, (kind, version) in last.items():
        assert council.get(kinds()[kind], stream).version == version


def test_the_views_fold_to_what_they_were_all_along_the_log(golden: Golden, council: Council) -> None:
    assert keeping.views_of(council, len(golden.leaves)) == {
        part: golden.digest[part] for part in ("digests", "rows")
    }


def test_an_earlier_moment_is_folded_elsewhere_to_the_same(golden: Golden, council: Council) -> None:
    place = list(golden.digest["digests"])[4]
    with council.as_of(position=int(place)) as past:
        assert fold.digest(past.connection, past.community) == golden.digest["digests"][place]


def test_the_verifier_finds_nothing(golden: Golden, council: Council, tmp_path: Path) -> None:
    assert (council.head().size, council.head().root.hex()) == (len(golden.leaves), golden.digest["root"])
    bundle.export(checkpoints_of(council), tmp_path / "bundle")
    checker = verify.check(tmp_path / "bundle")
    assert checker.findings == []
    assert checker.size == len(golden.leaves) + 1  # the key that signs its first checkpoint
    assert checker.recounted
    assert all(poll.same for poll in checker.recounted)
    assert recount(council).findings == []


# how one is made


@pytest.fixture
def kept(golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Council]:
    """The beginning of a log, and an empty folder to keep it in."""
    monkeypatch.setattr(keeping, "HERE", tmp_path)
    council = Council.open(f"sqlite:///{tmp_path / 'log.db'}", COMMUNITY)
    keeping.restore(council, golden.leaves[:40])
    yield council
    council.close()


def test_a_log_is_written_once_and_read_back(golden: Golden, kept: Council) -> None:
    keeping.write("again", kept)
    again = keeping.read("again")
    assert again.leaves == golden.leaves[:40]
    assert keeping.facts(again.leaves).items() <= again.digest.items()
    assert again.digest["digests"]["40"] == kept.digest()
    with pytest.raises(FileExistsError):
        keeping.write("again", kept)


def test_the_command_writes_over_nothing(kept: Council, capsys: pytest.CaptureFixture[str]) -> None:
    keeping.write("there", kept)
    before = keeping.read("there")
    assert command.main(["there"]) == 1
    assert "is there already" in capsys.readouterr().err
    assert keeping.read("there") == before


def test_the_digests_alone_can_be_taken_again(kept: Council, capsys: pytest.CaptureFixture[str]) -> None:
    keeping.write("old", kept)
    good = keeping.read("old")
    keeping.write_digest("old", good.digest | {"digests": good.digest["digests"] | {"40": "another"}})
    assert command.main(["--views", "old"]) == 0
    assert "differ at 40\n" in capsys.readouterr().out
    assert keeping.read("old") == good


@pytest.mark.slow
def test_a_new_one_is_the_story_played_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "HERE", tmp_path)
    assert command.main(["new"]) == 0
    assert len(keeping.read("new").leaves) == sum(keeping.read("new").digest["events"].values())
