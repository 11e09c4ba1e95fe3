"""表决: rules, rolls, ballots by phone, paper and hands, sealed until the count.

| stage     | may become | by                                                          |
|-----------|------------|-------------------------------------------------------------|
| –         | announced  | ``Poll.announce`` (with the pages of its rolls)             |
| announced | announced  | ``correct_roll``, ``deliver``, ``Serving.record``, ``Proxy.grant``, ``extend`` |
| announced | open       | ``open``: text, roll, review and window are as announced    |
| announced | cancelled  | ``cancel``                                                  |
| open      | open       | ``Ballot.cast``, ``Box.seal``, ``SlipReading.read``, ``RefusedSlip.refuse``, ``count_hands``, ``extend`` |
| open      | open       | ``correct_roll`` of an owners' roll: a flat sold meanwhile  |
| open, closed | the same | ``Ballot.void`` with the objection to the binding of who cast it by phone; an open poll takes a new one |
| open      | closed     | ``close``, after the window's end                           |
| closed    | closed     | slips of boxes that were sealed in time are still put aside |
| closed    | counted    | ``PollCount.declare``, once                                 |
| counted   | counted   | ``Doubt``, ``PollRecount``: preliminary while people may ask, firm after |
| counted   | annulled   | ``Annulment.declare``, once; the count stays where it is    |
"""
