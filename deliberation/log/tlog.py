"""The Merkle tree of RFC 6962 (§2.1): SHA-256, leaves prefixed by 0x00 and nodes by 0x01.

A log keeps only the *frontier*: the roots of the complete subtrees that make up the tree, largest first, one
for each set bit of its size. Everything else (earlier roots, proofs) is computed from leaf hashes, or from
any store that knows the root of a range of leaves: ``inclusion_ranges`` and ``consistency_ranges`` name the
ranges of a proof.

Indices and sizes count leaves; indices start at 0. Every hash is 32 bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

WIDTH = 32
#: Root of the tree without leaves (RFC 6962 §2.1).
EMPTY_ROOT = sha256(b"").digest()

Range = tuple[int, int]


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf's bytes."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two hashes."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree, reduced to what is needed to go on: at most one hash for each bit of its size."""

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def push(self, leaf: bytes) -> None:
        """Append a leaf, given by its hash. One node hash a push on average."""
        peaks, size = self._peaks, self.size
        self.size = size + 1
        # Each trailing one-bit is a complete subtree as large as what is being carried: join them. The hash
        # is spelled out here because a call for each node would double the cost of an append.
        while size & 1:
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            size >>= 1
        peaks.append(leaf)

    def root(self) -> bytes:
        """Return the root hash of all leaves pushed so far."""
        if not self._peaks:
            return EMPTY_ROOT
        *rest, root = self._peaks
        for peak in reversed(rest):
            root = node_hash(peak, root)
        return root

    def copy(self) -> Frontier:
        """Return an independent frontier of the same tree."""
        return Frontier.from_bytes(self.size, self.to_bytes())

    def to_bytes(self) -> bytes:
        """Return the hashes, largest subtree first, one after the other. The size is kept beside them."""
        return b"".join(self._peaks)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Frontier:
        """Read ``to_bytes()`` back. Raises ValueError if so many bytes cannot belong to this size."""
        if size < 0 or len(data) != WIDTH * size.bit_count():
            raise ValueError(f"a frontier of size {size} does not take {len(data)} bytes")
        frontier = cls()
        frontier.size = size
        frontier._peaks = [data[at : at + WIDTH] for at in range(0, len(data), WIDTH)]
        return frontier

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frontier) and (self.size, self._peaks) == (other.size, other._peaks)

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __repr__(self) -> str:
        return f"Frontier(size={self.size}, root={self.root().hex()})"


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root of the tree over these leaf hashes, in order, in O(log n) memory."""
    frontier = Frontier()
    for leaf in leaf_hashes:
        frontier.push(leaf)
    return frontier.root()


def _split(start: int, end: int) -> int:
    """Return where the tree over leaves start..end divides: after the largest power of two below its size."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the ranges of leaves whose roots prove leaf ``index`` of a tree of ``size`` (RFC 6962 §2.1.1).

    Raises ValueError if the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_ranges(old_size: int, new_size: int) -> list[Range]:
    """Return the ranges whose roots prove that the old tree begins the new one (RFC 6962 §2.1.2).

    Nothing is needed from the empty tree, or between equal sizes. Raises ValueError if the tree has shrunk.
    """
    if not 0 <= old_size <= new_size:
        raise ValueError(f"a tree of {new_size} leaves does not begin with {old_size}")
    if old_size == 0:
        return []
    start, end, path = 0, new_size, []
    while old_size < end:
        middle = _split(start, end)
        if old_size <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    # The checker holds the old root, so the last subtree of the old tree is left out if it is the whole of
    # it.
    return [*([(start, end)] if start else []), *path[::-1]]


def prove_inclusion(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of leaf ``index`` among ``hashes``, lowest first, or raise ValueError."""
    return [root_of(hashes[start:end]) for start, end in inclusion_ranges(index, len(hashes))]


def prove_consistency(hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """Return the proof that ``hashes`` continue their first ``old_size``, or raise ValueError."""
    return [root_of(hashes[start:end]) for start, end in consistency_ranges(old_size, len(hashes))]


def _all_hashes(hashes: Iterable[bytes]) -> bool:
    return all(len(one) == WIDTH for one in hashes)


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether ``proof`` shows that the leaf of this hash stands at ``index`` of the tree of this root.

    False for anything malformed; never raises. The leaf hash must come from the checker's own copy of the
    leaf, never from whoever made the proof.
    """
    if not 0 <= index < size or not _all_hashes([leaf, *proof]):
        return False
    node, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            node, last = _up_to_right_child(node, last)
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def check_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether ``proof`` shows that the tree of the new root begins with the tree of the old root.

    False for anything malformed; never raises. Every tree begins with the empty one, so from size 0 only the
    empty proof is good: hashes there would look like evidence and prove nothing.
    """
    if not 0 <= old_size <= new_size or not _all_hashes([old_root, new_root, *proof]):
        return False
    if old_size == new_size:
        return not proof and old_root == new_root and (old_size > 0 or old_root == EMPTY_ROOT)
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    if not proof:
        return False
    return _both_roots(old_size, new_size, old_root, proof) == (old_root, new_root)


def _both_roots(
    old_size: int, new_size: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Rebuild the old and the new root from a proof (RFC 9162 §2.1.4.2); None if it does not fit."""
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    # node == 0: the old tree is complete, so its root is itself the first hash.
    first, rest = (proof[0], proof[1:]) if node else (old_root, proof)
    old = new = first
    for sibling in rest:
        if last == 0:
            return None
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            node, last = _up_to_right_child(node, last)
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return (old, new) if last == 0 else None


def _up_to_right_child(node: int, last: int) -> Range:
    """Skip the levels on which a left-hand node has no sibling and so stands unchanged."""
    while node and not node & 1:
        node, last = node >> 1, last >> 1
    return node, last
