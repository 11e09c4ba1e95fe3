"""异议: a binding ends, and the ballots cast by phone since it was made go with it, in one entry of the log."""

from __future__ import annotations

from deliberation.access.model import Binding
from deliberation.actors import Actor
from deliberation.register.private import Words
from web.shell import command_key, council


def object_to(id: str, said: Words, by: Actor) -> None:
    """End a binding on somebody's objection. Raises NotFound, BindingOver, MayNotObject."""
    binding = council().get(Binding, id)
    binding.object(said, by=by)
    council().save(binding, command=command_key())
