"""会议: a meeting is called with its seats and agenda, opened, recorded entry by entry, closed and signed.

| verb \\ state              | called 已通知 | open 进行中 | closed 已散会 | signed 已签名 | cancelled 已取消 |
|---------------------------|------|------|--------|--------|-----------|
| ``Meeting.open``          | open | –    | –      | –      | –         |
| ``Meeting.cancel``        | cancelled | – | –     | –      | –         |
| ``Meeting.close``         | –    | closed | –    | –      | –         |
| ``Meeting.sign``          | –    | –    | closed, then signed | – | –  |
| ``Attendance.mark/change``| yes  | yes  | –      | –      | –         |
| ``Entry.write``           | –    | yes  | –      | –      | –         |
| ``Entry.correct``         | –    | yes  | yes; once signed by one: the chair's | the chair's | – |

The notice locks the agenda and the seats (应到). Each person's attendance is a stream of its own, and so is
each entry of the record: signing in at the door and typing never wait for one another. An entry is never
changed; a correction stands beside it with its reason, and the old words stay legible (划线更正, 不得涂抹).
"""
