"""The verifier's own Ed25519 against RFC 8032 and against the library; notes against C2SP's own examples."""

import base64
import time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as some

from deliberation.audit import verify
from tests.audit.signing import FIRST

#: RFC 8032, 7.1: public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493
#: Points of small order, and y that is not below the prime: no key, no matter what is "signed".
NO_KEYS = [
    bytes(32),
    (1).to_bytes(32, "little"),
    (2**255 - 20).to_bytes(32, "little"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    (2**255 - 18).to_bytes(32, "little"),
    (2**255 - 19).to_bytes(32, "little"),
    b"\xff" * 32,
    (2).to_bytes(32, "little"),
    b"",
    bytes(31),
]


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_vectors_of_the_rfc_hold(public: str, message: str, signature: str) -> None:
    key, text, signed = (bytes.fromhex(one) for one in (public, message, signature))
    assert verify.ed25519(key, text, signed)
    assert not verify.ed25519(key, text + b"\0", signed)
    for at in range(0, 64, 7):
        assert not verify.ed25519(key, text, signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :])


@settings(max_examples=25, deadline=None)
@given(seed=some.binary(min_size=32, max_size=32), text=some.binary(max_size=200))
def test_it_takes_what_the_library_signs(seed: bytes, text: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public = key.public_key().public_bytes_raw()
    assert verify.ed25519(public, text, key.sign(text))
    assert not verify.ed25519(public, text + b"x", key.sign(text))


def test_a_signature_is_written_in_one_way_only() -> None:
    public, message, signature = (bytes.fromhex(one) for one in RFC_8032[1])
    factor = int.from_bytes(signature[32:], "little") + ORDER
    assert not verify.ed25519(public, message, signature[:32] + factor.to_bytes(32, "little"))
    assert not verify.ed25519(public, message, signature + b"\0")
    assert not verify.ed25519(public, message, signature[:63])


@pytest.mark.parametrize("public", NO_KEYS)
def test_what_is_no_key_signs_nothing(public: bytes) -> None:
    for signature in (bytes(64), (1).to_bytes(32, "little") + bytes(32), public.ljust(32, b"\0") + bytes(32)):
        assert not verify.ed25519(public, b"", signature)


def test_a_verification_takes_a_moment() -> None:
    public, message, signature = (bytes.fromhex(one) for one in RFC_8032[2])
    verify.ed25519(public, message, signature)
    begun = time.process_time()
    for _ in range(20):
        verify.ed25519(public, message, signature)
    assert (time.process_time() - begun) / 20 < 0.006  # a third of it where nothing else runs


# notes


#: c2sp.org/signed-note and c2sp.org/tlog-cosignature: keys named there, and what a note may not be.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=",
)


def test_the_example_of_the_note_library_is_read() -> None:
    key = verify.read_key(PETER, verify.LOG)
    text, signature = PETERS_NOTE
    content = base64.b64decode(signature)
    assert content[:4] == key.id
    assert verify.ed25519(key.public, text.encode(), content[4:])
    assert str(key) == PETER


@pytest.mark.parametrize(
    "text",
    [
        "", "jiahe", "jiahe+c74f20a3", PETER.replace("c74f20a3", "c74f20a4"), PETER.replace("+ARpc", "+Arpc"), PETER[:-1], PETER + "A",
        PETER.replace("Peter", "Peter "), f"+{PETER}",
    ],
)  # fmt: skip
def test_what_is_no_key_is_not_read(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        verify.read_key(text, verify.LOG)


def test_a_key_of_a_log_is_none_of_a_witness() -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        verify.read_key(str(FIRST.verifier), verify.WITNESS)


ROOT = "A" * 43 + "="
GOOD = f"jiahe\n7\n{ROOT}\n\n— jiahe AAAAAAAA\n"


@pytest.mark.parametrize(
    "text",
    [
        GOOD[:-1], GOOD + "\n", GOOD + "x\n", GOOD.replace("\n\n", "\n"), GOOD.replace("— ", "- "), GOOD.replace("7", "07"),
        GOOD.replace("7", "0"), GOOD.replace("7", "9" * 30), GOOD.replace("7", "七"), GOOD.replace("7", "-7"),
        GOOD.replace("A=", "B="), GOOD.replace("jiahe\n7", "jiahe\nmore\n7"), GOOD.replace(f"{ROOT}\n", f"{ROOT}\nmore\n"),
        GOOD.replace("AAAAAAAA", "AAAAAA=="), GOOD.replace("AAAAAAAA", "AAAAAAA"), GOOD.replace("jiahe AAAA", "jia+he AAAA"),
        GOOD.replace("\n\n", "\r\n\r\n"), "\t" + GOOD, GOOD + "— jiahe AAAAAAAA\n" * 100, f"jiahe\n7\n{ROOT}\n\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_found(text: str) -> None:
    assert verify.read_note(GOOD.encode()).size == 7
    with pytest.raises(verify.Broken):
        verify.read_note(text.encode())
