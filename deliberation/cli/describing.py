"""What the house can do, read from its code: every event, the verbs that record it, and who may."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import click

from deliberation import capabilities
from deliberation.actors import ROLES
from deliberation.cli.console import as_json, language, options, say, show
from deliberation.log.aggregate import ENVELOPE, EVENTS, OWNERS, Aggregate, Event


@click.command()
@options
@as_json
def describe(database: str | None, as_json: bool) -> None:
    """所有事件、动作和谁能做 · every event, the verbs that record it, and who may"""
    entries = description()
    if as_json:
        show(entries)
        return
    for entry in entries:
        say(entry["event"])
        said = (
            entry[language()],
            entry["about"],
            ", ".join(f"{name}: {kind}" for name, kind in entry["body"].items()),
        )
        for line in filter(None, said):
            say(f"    {line}")
        for verb in entry["verbs"]:
            english = language() == "en"
            held = (", " if english else "、").join(ROLES[role][english] for role in verb["roles"])
            say(f"    {verb['verb']}{verb['takes']}" + (f"  [{held}]" if held else ""))


def description() -> list[dict[str, Any]]:
    """Return all event types by name: sentences, body fields, verbs with the roles that routes ask for."""
    capabilities.load()
    return [_event(name) for name in sorted(EVENTS)]


def _event(name: str) -> dict[str, Any]:
    event, owner = EVENTS[name], OWNERS[name]
    made: Any = event
    fields = {field.name: str(field.type) for field in dataclasses.fields(made) if field.name not in ENVELOPE}
    about = " ".join((vars(event).get("__doc__") or "").split())
    # Without a docstring of its own a data class is given its signature for one.
    about = "" if about.startswith(f"{event.__name__}(") else about
    return {
        "event": name,
        "version": event.class_version,
        "zh": event.zh,
        "en": event.en,
        "about": about,
        "body": fields,
        "verbs": [_verb(owner, verb) for verb in verbs(owner) if event.__name__ in triggered(owner, verb)],
    }


def _verb(owner: type[Aggregate], method: str) -> dict[str, Any]:
    signature = inspect.signature(getattr(owner, method))
    takes = "(" + ", ".join(name for name in signature.parameters if name not in ("self", "by")) + ")"
    about = (inspect.getdoc(getattr(owner, method)) or "").partition("\n")[0]
    return {
        "verb": f"{owner.__name__}.{method}",
        "takes": takes,
        "about": about,
        "roles": sorted(_roles(owner.__name__, method)),
    }


def verbs(owner: type[Aggregate]) -> list[str]:
    """Return the public methods of an aggregate that record something."""
    own = [name for name, value in vars(owner).items() if not name.startswith("_") and _is_method(value)]
    return [name for name in own if triggered(owner, name)]


def _is_method(value: Any) -> bool:
    return inspect.isfunction(value) or isinstance(value, (classmethod, staticmethod))


@cache
def triggered(owner: type[Aggregate], method: str) -> frozenset[str]:
    """Return the names of the owner's events that a method names, itself or through its private helpers."""
    tree = _tree(getattr(owner, method))
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    events = {
        name
        for name in named
        if inspect.isclass(vars(owner).get(name)) and issubclass(vars(owner)[name], Event)
    }
    helpers = {
        name
        for name in named
        if name != method and name.startswith("_") and _is_method(vars(owner).get(name))
    }
    return frozenset(events.union(*(triggered(owner, helper) for helper in helpers)))


def _roles(owner: str, method: str) -> set[str]:
    """Return the roles of the routes that use a verb; none without the pages."""
    return {role for names, roles in _routes() if {owner, method} <= names for role in roles}


@cache
def _routes() -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    """Return the names that each route with a role, and its module's helpers, use, and the roles."""
    if find_spec("web") is None:
        return ()
    rooms = tuple(f"web.{name}." for name in import_module("web").BLUEPRINTS)
    for room in rooms:
        import_module(room.rstrip("."))
    modules = [module for name, module in sorted(sys.modules.items()) if f"{name}.".startswith(rooms)]
    return tuple(route for module in modules for route in _routes_of(module))


def _routes_of(module: ModuleType) -> Iterator[tuple[frozenset[str], tuple[str, ...]]]:
    own = {
        name: value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__
    }
    for view in own.values():
        roles: tuple[str, ...] = getattr(view, "roles", ())
        if roles:
            yield _names(inspect.unwrap(view), own), roles


def _names(function: Callable[..., Any], own: dict[str, Any]) -> frozenset[str]:
    nodes = list(ast.walk(_tree(function)))
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    names |= {node.id for node in nodes if isinstance(node, ast.Name)}
    helpers = [
        own[name]
        for name in names
        if name in own and own[name] is not function and not hasattr(own[name], "roles")
    ]
    return frozenset(
        names.union(
            *(_names(helper, {k: v for k, v in own.items() if v is not helper}) for helper in helpers)
        )
    )


def _tree(function: Callable[..., Any]) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


COMMANDS = (describe,)
