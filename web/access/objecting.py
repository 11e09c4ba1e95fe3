"""异议: a binding ends, and the ballots cast by phone since it was made go with it, in one entry of the log."""

from __future__ import annotations

from deliberation.access.model import Binding
from deliberation.access.tables import bindings
from deliberation.actors import Actor
from deliberation.polls.voiding import ballots_to_void, voided
from deliberation.register.private import Words
from web.shell import command_key, council, reading


def object_to(id: str, said: Words, by: Actor) -> None:
    """End a binding on somebody's objection. Raises NotFound, BindingOver, MayNotObject."""
    row = reading().row(bindings, id)
    binding = council().get(Binding, id)
    binding.object(said, by=by)
    council().save(binding, *voided(council().get, ballots_to_void(reading(), row), id, by=by), command=command_key())
