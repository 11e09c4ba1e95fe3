"""公示: what is put on display for so many days, and the objections raised against it meanwhile.

| verb \\ state            | –      | posted 公示中 | taken down 已撤下 |
|-------------------------|--------|------------|---------------|
| ``Publication.post``    | posted | –          | –             |
| ``Publication.take_down`` | –    | taken down, after its last day | – |
| ``Objection.raise_``    | –      | raised, one a person, until the last day 24:00 | – |
| ``Objection.answer``    | –      | raised → answered | raised → answered |

Decisions, results and how they are carried out stay on display for 15 days at least (村民委员会组织法第三十五条,
居民委员会组织法第三十四条). The first day is not counted; a last day off moves to the next working day.
"""
