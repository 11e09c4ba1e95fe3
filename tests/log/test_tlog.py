"""The Merkle tree is that of RFC 6962, and no altered proof passes."""

import ast
import inspect
import time
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.log import tlog
from deliberation.log.tlog import (
    EMPTY_ROOT,
    Frontier,
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
    root_of,
)

# The reference tree of the Certificate Transparency implementations: eight leaves, the root after each.
LONG = "606162636465666768696a6b6c6d6e6f"
LEAVES = [*map(bytes.fromhex, ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", LONG))]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAF_0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
LEAF_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
NODE_01 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
NODE_23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
NODE_45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
NODE_67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
NODE_03 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
NODE_47 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
HASHES = [leaf_hash(leaf) for leaf in LEAVES]

MANY = [leaf_hash(b"%d" % number) for number in range(70)]


def naive_root(hashes):
    """Return the root by the recursive definition of RFC 6962 §2.1, word for word."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


def naive_path(m, hashes):
    """Return PATH(m, D[n]) of RFC 6962 §2.1.1."""
    if len(hashes) == 1:
        return []
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if m < k:
        return [*naive_path(m, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_path(m - k, hashes[k:]), naive_root(hashes[:k])]


def naive_subproof(m, hashes, whole):
    """Return SUBPROOF(m, D[n], b) of RFC 6962 §2.1.2."""
    if m == len(hashes):
        return [] if whole else [naive_root(hashes)]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if m <= k:
        return [*naive_subproof(m, hashes[:k], whole), naive_root(hashes[k:])]
    return [*naive_subproof(m - k, hashes[k:], False), naive_root(hashes[:k])]


def hexes(hashes):
    return [one.hex() for one in hashes]


def flip(data, bit):
    return bytes(byte ^ (1 << bit % 8 if at == bit // 8 else 0) for at, byte in enumerate(data))


def test_the_root_after_each_leaf_is_that_of_the_reference_tree():
    frontier = Frontier()
    assert frontier.root().hex() == ROOTS[0]
    for size, leaf in enumerate(HASHES, start=1):
        frontier.push(leaf)
        assert (frontier.size, frontier.root().hex()) == (size, ROOTS[size])
        assert root_of(HASHES[:size]).hex() == ROOTS[size]


def test_leaf_and_node_hashes_are_kept_apart_by_their_prefix():
    assert leaf_hash(b"").hex() == LEAF_0
    assert node_hash(HASHES[0], HASHES[1]).hex() == NODE_01
    assert leaf_hash(HASHES[0] + HASHES[1]) != node_hash(HASHES[0], HASHES[1])


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [
        (0, 1, []),
        (0, 8, [LEAF_1, NODE_23, NODE_47]),
        (5, 8, [LEAF_4, NODE_67, NODE_03]),
        (2, 3, [NODE_01]),
        (1, 5, [LEAF_0, NODE_23, LEAF_4]),
    ],
)
def test_inclusion_proofs_are_those_of_the_reference_tree(index, size, proof):
    assert hexes(prove_inclusion(HASHES[:size], index)) == proof


@pytest.mark.parametrize(
    ("old", "new", "proof"),
    [
        (1, 1, []),
        (1, 8, [LEAF_1, NODE_23, NODE_47]),
        (6, 8, [NODE_45, NODE_67, NODE_03]),
        (2, 5, [NODE_23, LEAF_4]),
        (4, 8, [NODE_47]),
    ],
)
def test_consistency_proofs_are_those_of_the_reference_tree(old, new, proof):
    assert hexes(prove_consistency(HASHES[:new], old)) == proof


def test_every_proof_up_to_seventy_leaves_follows_the_definition_and_passes():
    roots = [naive_root(MANY[:size]) for size in range(len(MANY) + 1)]
    for size in range(1, len(MANY) + 1):
        assert root_of(MANY[:size]) == roots[size]
        for index in range(size):
            path = prove_inclusion(MANY[:size], index)
            assert path == naive_path(index, MANY[:size])
            assert check_inclusion(MANY[index], index, size, path, roots[size])
        for old in range(1, size + 1):
            proof = prove_consistency(MANY[:size], old)
            assert proof == naive_subproof(old, MANY[:size], True)
            assert check_consistency(old, size, roots[old], roots[size], proof)


@given(st.lists(st.binary(max_size=40), max_size=200))
def test_pushing_gives_the_root_of_the_definition(leaves):
    hashes = [leaf_hash(leaf) for leaf in leaves]
    assert root_of(iter(hashes)) == naive_root(hashes)


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_frontier_goes_on_after_being_stored(before, after):
    leaves = [leaf_hash(b"%d" % number) for number in range(before + after)]
    frontier = Frontier()
    for leaf in leaves[:before]:
        frontier.push(leaf)
    stored = Frontier.from_bytes(frontier.size, frontier.to_bytes())
    assert stored == frontier
    for leaf in leaves[before:]:
        stored.push(leaf)
    assert (stored.size, stored.root()) == (before + after, root_of(leaves))
    assert frontier.size == before


def test_a_copied_frontier_grows_apart():
    frontier = Frontier()
    frontier.push(HASHES[0])
    other = frontier.copy()
    other.push(HASHES[1])
    assert (frontier.root().hex(), other.root().hex()) == (ROOTS[1], ROOTS[2])
    assert frontier != other
    assert ROOTS[1] in repr(frontier)


@pytest.mark.parametrize(("size", "length"), [(1, 0), (0, 32), (3, 32), (4, 31), (-1, 32)])
def test_a_frontier_of_the_wrong_length_is_refused(size, length):
    with pytest.raises(ValueError, match="frontier of size"):
        Frontier.from_bytes(size, bytes(length))


@given(st.data())
def test_no_altered_inclusion_proof_passes(data):
    size = data.draw(st.integers(1, 70))
    index = data.draw(st.integers(0, size - 1))
    root, proof = root_of(MANY[:size]), prove_inclusion(MANY[:size], index)
    bit = data.draw(st.integers(0, 255))
    assert not check_inclusion(flip(MANY[index], bit), index, size, proof, root)
    assert not check_inclusion(MANY[index], index, size, proof, flip(root, bit))
    assert not check_inclusion(MANY[index], index, size, [*proof, root], root)
    assert not check_inclusion(MANY[index], index, size, [MANY[index], *proof], root)
    for other in {*range(-1, size + 1)} - {index}:
        assert not check_inclusion(MANY[index], other, size, proof, root)
    for at in range(len(proof)):
        assert not check_inclusion(MANY[index], index, size, [*proof[:at], *proof[at + 1 :]], root)
        altered = [*proof[:at], flip(proof[at], bit), *proof[at + 1 :]]
        assert not check_inclusion(MANY[index], index, size, altered, root)
        short = [*proof[:at], proof[at][:-1], *proof[at + 1 :]]
        assert not check_inclusion(MANY[index], index, size, short, root)


@given(st.data())
def test_no_altered_consistency_proof_passes(data):
    new = data.draw(st.integers(2, 70))
    old = data.draw(st.integers(1, new - 1))
    old_root, new_root, proof = root_of(MANY[:old]), root_of(MANY[:new]), prove_consistency(MANY[:new], old)
    bit = data.draw(st.integers(0, 255))
    assert check_consistency(old, new, old_root, new_root, proof)
    assert not check_consistency(old, new, flip(old_root, bit), new_root, proof)
    assert not check_consistency(old, new, old_root, flip(new_root, bit), proof)
    assert not check_consistency(old, new, new_root, old_root, proof)
    assert not check_consistency(new, old, new_root, old_root, proof)
    for extra in ([*proof, new_root], [old_root, *proof], [*proof, b""], []):
        assert not check_consistency(old, new, old_root, new_root, extra)
    for at in range(len(proof)):
        altered = [*proof[:at], flip(proof[at], bit), *proof[at + 1 :]]
        assert not check_consistency(old, new, old_root, new_root, altered)
        assert not check_consistency(old, new, old_root, new_root, [*proof[:at], *proof[at + 1 :]])


def test_a_log_that_rewrote_an_old_leaf_cannot_prove_consistency():
    rewritten = [*MANY[:10], leaf_hash(b"another past"), *MANY[11:]]
    old_root, new_root = root_of(MANY[:40]), root_of(rewritten)
    for proof in (prove_consistency(MANY, 40), prove_consistency(rewritten, 40)):
        assert not check_consistency(40, 70, old_root, new_root, proof)


def test_from_the_empty_tree_only_the_empty_proof_is_good():
    root = root_of(HASHES)
    assert prove_consistency(HASHES, 0) == []
    assert check_consistency(0, 8, EMPTY_ROOT, root, [])
    assert not check_consistency(0, 8, EMPTY_ROOT, root, [root])
    assert not check_consistency(0, 1, EMPTY_ROOT, EMPTY_ROOT, [EMPTY_ROOT])
    assert not check_consistency(0, 8, root, root, [])
    assert check_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert not check_consistency(0, 0, root, root, [])


def test_between_equal_sizes_only_the_empty_proof_of_equal_roots_is_good():
    root, other = root_of(HASHES), root_of(HASHES[::-1])
    assert check_consistency(8, 8, root, root, [])
    assert not check_consistency(8, 8, root, other, [])
    assert not check_consistency(8, 8, root, root, [root])


def test_no_proof_is_made_for_what_the_tree_does_not_hold():
    for index in (-1, 8):
        with pytest.raises(ValueError, match="has no leaf"):
            prove_inclusion(HASHES, index)
    for old in (-1, 9):
        with pytest.raises(ValueError, match="does not begin with"):
            prove_consistency(HASHES, old)


def test_a_push_costs_about_a_microsecond():
    best = min(timed_pushes(20_000) for _ in range(5))
    assert best < 10e-6, f"{best * 1e6:.2f} µs a push"  # generous: a busy machine must not fail the build


def timed_pushes(count):
    frontier, leaf = Frontier(), HASHES[0]
    start = time.perf_counter()
    for _ in range(count):
        frontier.push(leaf)
    return (time.perf_counter() - start) / count


def test_the_tree_reads_no_file_clock_or_chance():
    imported = {
        name.name.split(".")[0] if isinstance(node, ast.Import) else node.module.split(".")[0]
        for node in ast.walk(ast.parse(inspect.getsource(tlog)))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert imported == {"__future__", "collections", "hashlib"}
