"""Golden logs: what a release wrote is read by every later one.

``<NAME>/leaves.gz``     the stored bytes of every event of one played story, each behind its length in two bytes
``<NAME>/digest.json``   its root, how many events of each type, and the digest of its views here and there

Beside the story, ``--estate`` keeps a vote of owners, with letters, deliveries, help and slips. A new one is made at each release, ``python3 -m tests.golden NAME``; one that is there is never written over. Its
leaves and its root stand for ever. When a view is *meant* to tell more of old logs, or otherwise,
``python3 -m tests.golden --views NAME`` takes the digests of the same leaves again, and the difference stands in the
change that wants it.
"""
