"""The published description of the log: ``python -m deliberation.audit.spec`` writes what follows from the program anew.

``schemas.json`` and the table in ``verify.py`` follow from the event classes (``shapes``), the names of codes from ``verify.py``,
``vectors.json`` from what the program computes (``vectors``).
"""

from __future__ import annotations

import json
from pathlib import Path

from deliberation.audit import shapes
from deliberation.audit.vectors import vectors

HERE = Path(__file__).parent
BEGIN, END = '# schemas: begin\nSCHEMAS = """\n', '"""\n# schemas: end\n'


def written() -> dict[Path, str]:
    """Return each file that is made from the program, with what it should say."""
    source = (HERE.joinpath("verify.py")).read_text(encoding="utf-8")
    before, _, rest = source.partition(BEGIN)
    _, _, after = rest.partition(END)
    return {
        HERE.joinpath("verify.py"): f"{before}{BEGIN}{shapes.table_text()}{END}{after}",
        HERE.joinpath("schemas.json"): json.dumps(shapes.schemas(), indent=1, sort_keys=True, ensure_ascii=False) + "\n",
        HERE.joinpath("vectors.json"): "{\n" + ",\n".join(_part(name, value) for name, value in vectors().items()) + "\n}\n",
    }


def _part(name: str, value: object) -> str:
    """One member of an object; each item of a list on a line of its own."""
    if isinstance(value, list):
        items = ",\n".join(f"  {json.dumps(item, ensure_ascii=False)}" for item in value)
        return f" {json.dumps(name)}: [\n{items}\n ]"
    return f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"


def main() -> None:
    """Write the files."""
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
