"""What each event may hold, said once: for the published schemas, and for the table that the verifier carries.

A shape is a short text:

| shape     | means                               | shape       | means                                          |
|-----------|-------------------------------------|-------------|------------------------------------------------|
| t         | text                                | [X]         | a list of X                                    |
| u, U      | an id; an id or ""                  | (X,X,X?)    | a list of exactly these, the last one optional |
| h, H      | 32 bytes in hex; those or ""        | {a:X,b?:X}  | an object of exactly these, b optional         |
| d, D      | a day 2026-04-17; a day or ""       | <X>         | an object of any names, each of X              |
| n         | a whole number from 0 to 2^53 - 1   | ~X          | null, or X                                     |
| b         | true or false                       |             |                                                |

Fields that are plain follow from the annotations of the event classes and from their names; what is nested is told here.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from deliberation import capabilities
from deliberation.log.aggregate import ENVELOPE, EVENTS, Event
from deliberation.polls.conditions import Condition
from deliberation.polls.rules import Rule

_SINGLE = {"t", "u", "U", "h", "H", "d", "D", "n", "b"}
_PLAIN = {"str": "t", "int": "n", "bool": "b", "list[str]": "[t]", "dict[str, str]": "<t>", "dict[str, int]": "<n>"}
#: Texts of these names are ids, or "" where there is none.
_IDS = {
    "agent", "amendment", "binding", "box", "matter", "meeting", "motion", "owner", "person", "place_id", "poll", "publication",
    "repeats", "replaces", "reporter", "resolution", "second", "slip", "subject", "unit", "voter", "witness",
}  # fmt: skip
_HASHES = {"base_digest", "digest", "words"}
_DAYS = {"adopted_on", "decided_on", "due_on", "effective_on", "from_date", "made_on", "noticed", "on", "since", "until"}


def _object(kind: type, known: dict[str, str] | None = None) -> str:
    """The shape of a dataclass as it stands in a leaf; fields that have a default may be left out."""
    parts = []
    for field in sorted(dataclasses.fields(kind), key=lambda field: field.name):
        told = (known or {}).get(str(field.type)) or _PLAIN.get(str(field.type)) or _other(str(field.type))
        defaults = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        parts.append(f"{field.name}{'?' if defaults else ''}:{told}")
    return "{" + ",".join(parts) + "}"


def _other(annotation: str) -> str:
    return {"int | None": "~n", "tuple[str, ...]": "[t]"}.get(annotation, "t")


CONDITION = _object(Condition)
RULE = _object(Rule, {"tuple[Condition, ...]": f"[{CONDITION}]"})
STEP = (
    "{base:t,base_times:n,count:n,en:t,holds:b,kind:t,left:n,measure:t,of:n,operator:t,right:n,rule:t,source:t,subject:t,"
    "times:n,version:t,zh:t}"
)
OPERATION = "{after?:t,again?:b,clause:t,new?:t,old?:t,operation:t,text?:t}"
TEXT = "{clauses:[(t,t)],last:n,title:t}"
ROLLS = "<{area?:n,count:n,members?:<n>,root:h,scope?:u}>"
AID = "{place?:t,proxy?:u,slip?:u,witness?:u}"
LINE = "(u,t,U,U,n?)"
_AREA = "{abstain:n,against:n,for:n,roll:n,silent:n}"
_GROUP = "[{abstain:n,against:n,for:n,name:t}]"

#: "type field" or field -> its shape, where neither annotation nor name say enough.
TOLD = {
    "aid": AID,
    "findings": "[{clause:t,ground:t,wording:t}]",
    "home": "U",
    "key_commitment": "h",
    "operations": f"[{OPERATION}]",
    "rolls": ROLLS,
    "sealed": "h",
    "text dict": TEXT,
    "amendment.settled label": "t",
    "ballot.voided entry": "n",
    "box.scanned digest": "h",
    "content.erased commitments": "[h]",
    "filing.made attachments": "[{digest:H,title:t}]",
    "filing.made resolution": "U",
    "letters.issued letters": "[(t,t,u)]",
    "letter.replaced target": "u",
    "matter.gate_passed rules": "[t]",
    "matter.opened stages": "[{en:t,review:b,rules:[t],stage:t,zh:t}]",
    "meeting.called agenda": "[{item:t,motion:U,title:t}]",
    "meeting.opened chair": "U",
    "meeting.opened secretary": "U",
    "minute.corrected confirmed_by": "U",
    "minute.entered speaker": "U",
    "notice.issued place": "U",
    "meeting.called seats": "[u]",
    "notice.inspected workers": "[u]",
    "notice.served workers": "[u]",
    "person.erased contents": "[h]",
    "poll.announced rule": RULE,
    "poll.counted groups": f"{{channel?:{_GROUP},grid?:{_GROUP}}}",
    "poll.counted key": "h",
    "poll.counted refused": "<n>",
    "poll.counted slips": "{issued?:n,returned?:n}",
    "poll.counted steps": f"[{STEP}]",
    "poll.counted tallies": f"<{{abstain:n,against:n,area?:{_AREA},for:n,roll:n,silent?:n}}>",
    "poll.served evidence": "H",
    "poll.served voters": "[u]",
    "proxy.granted instruction": "H",
    "proxy.granted letter": "H",
    "register.households_entered lines": "[(u,U,t,U)]",
    "register.owners_entered lines": "[(u,t,U)]",
    "register.persons_entered lines": "[(u,U,t,n,n)]",
    "register.places_entered lines": "[(u,t,t,U)]",
    "register.titles_entered lines": "[(u,u,t,t)]",
    "register.units_entered lines": "[(u,U,t,n)]",
    "resolution.adopted provenance": "[{clause:t,label:t,origin:t,position:n,version:n}]",
    "role.granted place": "U",
    "roll.corrected added": f"[{LINE}]",
    "roll.corrected removed": "[u]",
    "roll.page_frozen lines": f"[{LINE}]",
    "rules.adopted rules": f"[{RULE}]",
}


def tables() -> dict[tuple[str, int], dict[str, str]]:
    """Return (type, version) -> field -> shape for every event and every version it ever had."""
    capabilities.load()
    found: dict[tuple[str, int], dict[str, str]] = {}
    for name, kind in EVENTS.items():
        fields = {each.name: _shape(name, each) for each in dataclasses.fields(kind) if each.name not in ENVELOPE}  # type: ignore[arg-type]
        for version in range(kind.class_version, 0, -1):
            found[name, version] = fields
            fields = {field: shape for field, shape in fields.items() if field not in _added(kind, version)}
    return {key: dict(sorted(found[key].items())) for key in sorted(found)}


def _added(kind: type[Event], version: int) -> set[str]:
    """Return what a version has that the one before had not: the upcast adds it."""
    body: dict[str, Any] = {}
    if version > 1:
        getattr(kind, f"upcast_v{version - 1}_v{version}")(body)
    return set(body)


def _shape(name: str, field: dataclasses.Field[Any]) -> str:
    annotation = str(field.type)
    told = TOLD.get(f"{name} {field.name}") or TOLD.get(f"{field.name} {annotation[:4]}") or TOLD.get(field.name)
    if told:
        return told
    if annotation != "str":
        if annotation not in _PLAIN:
            raise TypeError(f"say in TOLD what {name} {field.name} ({annotation}) holds")
        return _PLAIN[annotation]
    return "U" if field.name in _IDS else "H" if field.name in _HASHES else "D" if field.name in _DAYS else "t"


#: Long shapes that occur more than once; each may use those behind it.
NAMED = {"@rule": RULE, "@step": STEP, "@condition": CONDITION, "@operation": OPERATION, "@text": TEXT, "@rolls": ROLLS, "@line": LINE}


def table_text() -> str:
    """Return the table as the verifier carries it: named shapes first, then a line for each type and version."""
    names = list(NAMED)
    lines = [f"{name} {_short(shape, names[number + 1 :])}" for number, (name, shape) in enumerate(NAMED.items())]
    for (name, version), fields in tables().items():
        lines.append(" ".join([name, str(version), *(f"{field}:{_short(shape, names)}" for field, shape in fields.items())]))
    return "\n".join(lines) + "\n"


def _short(shape: str, names: list[str]) -> str:
    for name in names:
        shape = shape.replace(NAMED[name], name)
    return shape


# the published schemas

_SINGLES: dict[str, dict[str, Any]] = {
    "t": {"type": "string"},
    "u": {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"},
    "U": {"type": "string", "pattern": "^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})?$"},
    "h": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "H": {"type": "string", "pattern": "^([0-9a-f]{64})?$"},
    "d": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "D": {"type": "string", "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"},
    "n": {"type": "integer", "minimum": 0, "maximum": (1 << 53) - 1},
    "b": {"type": "boolean"},
}


def schemas() -> dict[str, Any]:
    """Return all shapes as JSON Schema (2020-12): ``$defs`` has "type/version" of each body."""
    bodies = {
        f"{name}/{version}": _json_object({field: (shape, False) for field, shape in fields.items()})
        for (name, version), fields in tables().items()
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "yishihui-events v1", "$defs": bodies}


def _json_object(fields: dict[str, tuple[str, bool]]) -> dict[str, Any]:
    """``fields``: name -> (shape, whether it may be left out)."""
    return {
        "type": "object",
        "properties": {name: json_schema(shape) for name, (shape, _) in fields.items()},
        "required": sorted(name for name, (_, optional) in fields.items() if not optional),
        "additionalProperties": False,
    }


def json_schema(shape: str) -> dict[str, Any]:
    """Return a shape as JSON Schema."""
    first, inner = shape[0], shape[1:-1]
    if shape in _SINGLE:
        return dict(_SINGLES[shape])
    if first == "~":
        return {"anyOf": [{"type": "null"}, json_schema(shape[1:])]}
    if first == "[":
        return {"type": "array", "items": json_schema(inner)}
    if first == "<":
        return {"type": "object", "additionalProperties": json_schema(inner)}
    if first == "(":
        parts = split(inner)
        items = [json_schema(part.removesuffix("?")) for part in parts]
        least = len(parts) - parts[-1].endswith("?")
        return {"type": "array", "prefixItems": items, "minItems": least, "maxItems": len(parts)}
    fields = dict(part.split(":", 1) for part in split(inner))
    return _json_object({name.removesuffix("?"): (told, name.endswith("?")) for name, told in fields.items()})


def split(text: str) -> list[str]:
    """Return the parts between the commas that stand in no bracket."""
    parts, depth = [""], 0
    for sign in re.findall(r"[\[({<\])}>]|,|[^\[({<\])}>,]+", text):
        depth += (sign in "[({<") - (sign in "])}>")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts
