"""名册: places, units, households, persons, roles with terms; names lie in the vault only."""
