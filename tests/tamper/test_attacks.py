"""Every attack of the table, by four kinds of attackers: who finds it, and by which check.

C   operator and witnesses stand together and nobody kept anything: only what the entries say is left
A   somebody edits the files of a bundle without any key
B   the operator signs anew, the witnesses do not
C+  as C, but somebody kept an earlier checkpoint
"""

import copy
from pathlib import Path
from typing import Any

import pytest

from deliberation.audit import verify
from tests.audit.forging import SLUG, Log
from tests.tamper import bundles, mending
from tests.tamper.attacks import ATTACKS, LIMITS, Attack, Forge
from tests.tamper.procedure import honest

#: Checks of the entries themselves: each must have an attack that it alone finds.
OF_ENTRIES = {"C05", "C06", "C08", "C09", "C10", "C12", "C13", "C14", "C15", "C16", "C17"}


def forged(forge: Forge, *, mends: bool = True) -> Log:
    """Return the log after an attack, with everything mended that follows from it."""
    log = honest().copy()
    whence = provenance(log)
    forge(log)
    if mends:
        log.renumber()
        mending.rolled(log)
        mending.recounted(log)
    for line, entry in whence:
        line["position"] = log.entries.index(entry) if entry in log.entries else line["position"]
    return log


def provenance(log: Log) -> list[tuple[Any, Any]]:
    """Return the lines of a resolution that name positions, each with the entry that stands there."""
    lines = log.body("resolution.adopted")["provenance"]
    return [(line, log.entries[line["position"]]) for line in lines]


def found_in(log: Log) -> set[str]:
    """Return the checks that find something in the entries, and insist that the verifier did not stumble."""
    checker = verify.Checker()
    for leaf in log.leaves():
        checker.take(leaf)
    checker.finish(checker.size, checker.tree.root(), SLUG)
    assert not [finding for finding in checker.findings if "this entry lacks something" in finding.en], checker.findings
    return {finding.code for finding in checker.findings}


def test_the_log_that_nobody_attacked_is_clean(tmp_path: Path) -> None:
    assert found_in(honest()) == set()
    assert bundles.codes(bundles.bundle(tmp_path, honest(), earlier=60), pinned=True, policy=True) == set()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_by_operator_and_witnesses_is_found_by_its_check(attack: Attack) -> None:
    assert found_in(forged(attack.forge, mends=attack.mends)) == attack.codes


def test_every_check_has_an_attack_that_it_alone_finds() -> None:
    assert {code for attack in ATTACKS for code in attack.codes if len(attack.codes) == 1} >= OF_ENTRIES


@pytest.mark.parametrize("forge", LIMITS, ids=lambda forge: forge.__name__)
def test_what_cannot_be_found_without_a_checkpoint_is_found_with_one(forge: Forge, tmp_path: Path) -> None:
    log = forged(forge)
    assert found_in(log) == set(), LIMITS[forge]
    assert bundles.codes(bundles.bundle(tmp_path, log), pinned=True) == {"C04"}


EVERY = [*ATTACKS, *(Attack(forge, frozenset(), True) for forge in LIMITS)]


@pytest.mark.slow
@pytest.mark.parametrize("attack", EVERY, ids=lambda attack: attack.name)
def test_whoever_edits_files_without_keys_is_found(attack: Attack, tmp_path: Path) -> None:
    bundles.bundle(tmp_path, honest())
    bundles.overwrite(tmp_path, forged(attack.forge, mends=attack.mends))
    assert bundles.codes(tmp_path) & {"C01", "C03"}


@pytest.mark.slow
@pytest.mark.parametrize("attack", EVERY, ids=lambda attack: attack.name)
def test_an_operator_alone_is_found_by_the_missing_witness(attack: Attack, tmp_path: Path) -> None:
    assert "C02" in bundles.codes(bundles.bundle(tmp_path, forged(attack.forge, mends=attack.mends), witnessed=False), policy=True)


@pytest.mark.slow
@pytest.mark.parametrize("attack", EVERY, ids=lambda attack: attack.name)
def test_whoever_kept_a_checkpoint_finds_every_attack(attack: Attack, tmp_path: Path) -> None:
    assert "C04" in bundles.codes(bundles.bundle(tmp_path, forged(attack.forge, mends=attack.mends)), pinned=True)


def test_a_forger_changes_a_copy() -> None:
    before = copy.deepcopy(honest().entries)
    for attack in ATTACKS:
        forged(attack.forge, mends=attack.mends)
    assert honest().entries == before
