"""诉求: what people report, through whatever channel, until it is merged, taken up as a matter or split off.

| verb \\ state            | received 待处理 | merged 已并入 | taken_up 已立项 | split_off 已转出 | answered 已答复 |
|-------------------------|-------|-------|-------|-------|-------|
| ``Report.receive``      | (new) | –     | –     | –     | –     |
| ``Report.reclass``      | yes   | –     | –     | –     | –     |
| ``Report.merge``        | merged | –    | –     | –     | –     |
| ``Report.take_up``      | taken_up | –  | –     | –     | –     |
| ``Report.split_off``    | split_off | – | –     | –     | –     |
| ``Report.answer``       | answered | once | once | once  | –     |

Whatever the channel, the same event is entered: a paper from the box is worth as much as a click.
"""
