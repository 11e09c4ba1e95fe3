"""程序: a matter runs through the stages of a template, which is data; its gates are passed in order.

| verb \\ state                | open 办理中 | closed 已结案 |
|-----------------------------|-------|-------|
| ``Matter.open``             | (new) | –     |
| ``Matter.pass_gate``        | the next stage only | – |
| ``Matter.ask_review``       | once at a time for each text | – |
| ``Matter.answer_review``    | what was asked | – |
| ``Matter.close``            | yes; with stages left, only with words why | – |

The stages are copied into the opening: a template changed later leaves running matters as they are.
"""
