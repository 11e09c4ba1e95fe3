"""决议: a text adopted by a vote that carried it, clause by clause with where each clause comes from.

| verb \\ state          | – | adopted 已通过 |
|-----------------------|---------|-----------|
| ``Resolution.adopt``  | adopted | –         |

A motion is adopted once: the resolution's id follows from the motion's. It takes a poll that was counted,
decided (an opinion decides nothing), passed, and was held on exactly this text; the guard asks for all four.
It is in force from the day it names. What replaces it later is another resolution.
"""
