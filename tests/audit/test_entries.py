"""The chapter on entries says of every type who signs it and what it must satisfy, and the verifier knows no other."""

import re
from pathlib import Path

from deliberation.audit import verify
from deliberation.council import kinds

SPEC = (Path(verify.__file__).parent / "SPEC.md").read_text(encoding="utf-8")
CHAPTER = SPEC.partition("\n## 9.")[2].partition("\n## 10.")[0]
#: What is said of a whole family at once.
ORDER = "NSCKDGRVTO*"


def signers() -> dict[str, str]:
    """Return type -> letters of the offices, as the chapter's table has them."""
    _, _, rest = CHAPTER.partition("### Who signs\n")
    table, _, _ = rest.partition("\n### ")
    rows = re.findall(r"^\| ([a-z_., ]+\.[a-z_., ]+) \| ([A-Z* ]+) \|$", table, re.MULTILINE)
    return {type: letters.replace(" ", "") for types, letters in rows for type in types.split(", ")}


def test_the_chapter_s_table_of_offices_is_the_verifier_s() -> None:
    assert signers() == {type: "".join(sorted(letters, key=ORDER.index)) for type, letters in verify.SIGNERS.items()}


def test_every_type_has_its_offices_and_its_rules() -> None:
    rules = CHAPTER.partition("\n### Register")[2]
    assert {type for type in kinds() if type not in verify.SIGNERS} == set()
    assert [type for type in verify.SIGNERS if type not in rules and type != "community.founded"] == []


def test_the_steps_are_those_of_the_chapter() -> None:
    table = CHAPTER.partition("### Steps\n")[2].partition("\n### ")[0]
    rows = {row.split(" | ")[0].strip("| "): row for row in table.splitlines() if row.startswith("| ")}
    for type, step in verify.TRANSITIONS.items():
        assert type.partition(".")[2] in rows[step.kind], type
        assert all(state in rows[step.kind] for state in (*step.before, step.after)), type


def test_the_names_of_codes_are_those_of_the_program() -> None:
    from deliberation.actors import ROLES
    from deliberation.intake.model import CHANNELS
    from deliberation.polls.counting import RESULTS

    assert verify.LABELLED["role"]["role"] == ROLES
    assert verify.LABELLED["report"]["channel"] == CHANNELS
    assert verify.LABELLED["poll"]["result"] == RESULTS
