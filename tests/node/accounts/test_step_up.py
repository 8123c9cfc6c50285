"""A proof of presence counts once, for one officer and one act; what is signed can be checked with her key alone."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from clew.node.accounts.actions import StepUp, sign_as_officer, verify_step_up
from clew.node.accounts.models import Officer, OfficerKey
from clew.node.accounts.queries import officer_public_key
from clew.node.audit.models import AuditEntry
from clew.node.types import BadInput

pytestmark = pytest.mark.django_db
DIGEST = sha256(b"what is released").digest()


def test_a_signature_verifies_with_the_officers_public_key(
    officer_factory: Callable[..., Officer], code_of: Callable[[Officer], str]
) -> None:
    anna = officer_factory()
    signature = sign_as_officer(officer=anna, digest=DIGEST, step_up=verify_step_up(officer=anna, code=code_of(anna)))
    assert signature.method == "totp-server-key"
    assert signature.public_key == officer_public_key(anna)
    Ed25519PublicKey.from_public_bytes(signature.public_key).verify(signature.signature, DIGEST)


def test_an_officer_signs_with_one_key(
    officer_factory: Callable[..., Officer], code_of: Callable[[Officer], str]
) -> None:
    anna = officer_factory()
    keys = {
        sign_as_officer(officer=anna, digest=DIGEST, step_up=verify_step_up(officer=anna, code=code_of(anna))).key_id
        for _ in range(2)
    }
    assert len(keys) == 1


def test_a_code_counts_once(officer_factory: Callable[..., Officer], code_of: Callable[[Officer], str]) -> None:
    anna = officer_factory()
    code = code_of(anna)
    verify_step_up(officer=anna, code=code)
    with pytest.raises(BadInput, match="used already"):
        verify_step_up(officer=anna, code=code)


def test_a_code_may_be_typed_with_a_gap(
    officer_factory: Callable[..., Officer], code_of: Callable[[Officer], str]
) -> None:
    anna = officer_factory()
    code = code_of(anna)
    assert verify_step_up(officer=anna, code=f" {code[:3]} {code[3:]}").method == "totp"


def test_a_wrong_code_is_refused_and_recorded(officer_factory: Callable[..., Officer]) -> None:
    anna = officer_factory()
    with pytest.raises(BadInput, match="wrong"):
        verify_step_up(officer=anna, code="000000x")
    assert AuditEntry.objects.filter(act="accounts.step_up_failed", actor_id=anna.pk).count() == 1


def test_codes_cannot_be_guessed_quickly(
    officer_factory: Callable[..., Officer], code_of: Callable[[Officer], str]
) -> None:
    anna = officer_factory()
    for _ in range(5):
        with pytest.raises(BadInput):
            verify_step_up(officer=anna, code="nothing")
    with pytest.raises(BadInput, match="too many"):
        verify_step_up(officer=anna, code=code_of(anna))


def test_another_officers_code_is_refused(
    officer_factory: Callable[..., Officer], code_of: Callable[[Officer], str]
) -> None:
    anna, boris = officer_factory(), officer_factory(second_factor=False)
    with pytest.raises(BadInput):
        verify_step_up(officer=boris, code=code_of(anna))


def test_a_recovery_code_proves_presence_once(officer_factory: Callable[..., Officer]) -> None:
    anna = officer_factory()
    code = RecoveryCodes.activate(anna).get_unused_codes()[0]
    assert verify_step_up(officer=anna, code=code).method == "recovery-code"
    with pytest.raises(BadInput):
        verify_step_up(officer=anna, code=code)


def test_a_proof_signs_one_thing(officer_factory: Callable[..., Officer], code_of: Callable[[Officer], str]) -> None:
    anna = officer_factory()
    proof = verify_step_up(officer=anna, code=code_of(anna))
    sign_as_officer(officer=anna, digest=DIGEST, step_up=proof)
    with pytest.raises(BadInput):
        sign_as_officer(officer=anna, digest=DIGEST, step_up=proof)


def test_a_proof_signs_for_nobody_else(
    officer_factory: Callable[..., Officer], code_of: Callable[[Officer], str]
) -> None:
    anna, boris = officer_factory(), officer_factory()
    proof = verify_step_up(officer=anna, code=code_of(anna))
    with pytest.raises(BadInput):
        sign_as_officer(officer=boris, digest=DIGEST, step_up=proof)


def test_a_proof_that_was_never_checked_signs_nothing(officer_factory: Callable[..., Officer]) -> None:
    anna = officer_factory()
    with pytest.raises(BadInput):
        sign_as_officer(officer=anna, digest=DIGEST, step_up=StepUp(anna.pk, "totp"))


def test_only_a_digest_is_signed(officer_factory: Callable[..., Officer], code_of: Callable[[Officer], str]) -> None:
    anna = officer_factory()
    with pytest.raises(BadInput):
        sign_as_officer(officer=anna, digest=b"short", step_up=verify_step_up(officer=anna, code=code_of(anna)))


def test_neither_the_key_nor_the_authenticators_secret_lies_open_in_the_store(
    officer_factory: Callable[..., Officer], code_of: Callable[[Officer], str]
) -> None:
    anna = officer_factory()
    sign_as_officer(officer=anna, digest=DIGEST, step_up=verify_step_up(officer=anna, code=code_of(anna)))
    assert "JBSWY3DPEHPK3PXP" not in str(Authenticator.objects.get(user_id=anna.pk).data)
    sealed = OfficerKey.objects.get(officer=anna)
    assert len(bytes(sealed.sealed_private_key)) == 12 + 32 + 16


def test_a_key_moved_to_another_officer_cannot_be_used(
    officer_factory: Callable[..., Officer], code_of: Callable[[Officer], str]
) -> None:
    from clew.node.at_rest import Unreadable

    anna, boris = officer_factory(), officer_factory()
    sign_as_officer(officer=anna, digest=DIGEST, step_up=verify_step_up(officer=anna, code=code_of(anna)))
    OfficerKey.objects.filter(officer=anna).update(officer=boris)
    with pytest.raises(Unreadable):
        sign_as_officer(officer=boris, digest=DIGEST, step_up=verify_step_up(officer=boris, code=code_of(boris)))
