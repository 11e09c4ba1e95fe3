"""议题: a text of clauses, proposed, seconded, admitted, amended clause by clause, adopted or not.

| verb \\ state              | proposed 待附议 | admitted 已受理 | adopted 已通过 | rejected 未通过 | withdrawn 已撤回 |
|---------------------------|------|------|------|------|------|
| ``Motion.propose``        | (new) | –   | –    | –    | –    |
| ``Second.of``             | once a person | – | – | – | – |
| ``Motion.admit``          | with enough seconds | – | – | – | – |
| ``Motion.revise``         | yes  | yes  | –    | –    | –    |
| ``Amendment.move``        | yes  | yes  | –    | –    | –    |
| ``Motion.amend``          | yes  | yes  | –    | –    | –    |
| ``Motion.settle``         | –    | adopted or rejected | – | – | – |
| ``Motion.withdraw``       | yes  | yes  | –    | –    | –    |

| verb \\ state        | moved 待表决 | passed 已通过 | not_passed 未通过 |
|---------------------|------|------|------|
| ``Amendment.settle`` | passed or not_passed | – | – |

An amendment is voted on by its digest: base text and operations. Once it passes, ``Amendment.settle`` and
``Motion.amend`` are saved together. A tie is not a pass; another try names the failed one in ``replaces``.
"""
