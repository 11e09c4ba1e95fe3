"""讨论: comments on a motion or on one of its clauses, each answered once: adopted, explained or merged.

| verb \\ state        | made 待答复 | answered 已答复 |
|---------------------|-------|-------|
| ``Comment.make``    | (new) | –     |
| ``Comment.answer``  | answered | –  |

Comments may be made as long as the motion is neither settled nor withdrawn, and are answered even after that.
"""
