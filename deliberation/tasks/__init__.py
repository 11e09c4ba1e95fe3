"""任务: the rectification notice (隐患整改告知单), from issue to 销号.

| verb \\ state        | issued 已开具 | served 已送达 | failed 复查不合格 | passed 复查合格 |
|---------------------|-----------|----------------|----------------|----------------|
| ``Notice.serve``    | served    | –              | –              | –              |
| ``Notice.inspect``  | –         | passed, failed | passed, failed | passed, failed |
| ``Notice.escalate`` | –         | –              | escalated 已上报 | –              |
| ``Notice.close``    | –         | –              | –              | closed 已销号    |
| ``Notice.withdraw`` | withdrawn | withdrawn      | withdrawn      | withdrawn 已撤回 |

``Notice.issue`` makes an issued one; closed, escalated and withdrawn are ends. A notice cites a clause in
force and a public place, never a name or a household. Its period is frozen when it is issued and runs from
service. Serving and inspecting take two persons; a failed inspection counts only after the period. A
withdrawn notice keeps its number; the one issued in its place says so.
"""
