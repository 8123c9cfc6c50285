"""Other rooms' bytes about persons, sealed so that erasing one of these persons makes them unreadable too.

What a decision looked at names her as plainly as the dossier does: it is guarded by the same keys.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Refused
from clew.node.dossier.keyring import NONCE, derive, unwrapped_keys
from clew.node.keys import rest_key


def guarded_persons(persons: Collection[int]) -> list[int]:
    """Those of the persons whose values are sealed at present: what is sealed for them opens with their keys only."""
    return sorted(person for person, key in unwrapped_keys(persons).items() if key is not None)


def erased_persons(persons: Collection[int]) -> set[int]:
    """Those of the persons whose key was destroyed."""
    return {person for person, key in unwrapped_keys(persons).items() if key is None}


def seal_for(persons: Collection[int], content: bytes, bound_to: str) -> bytes:
    """Seal content under the node's rest key and the data keys of these persons (AES-256-GCM).

    Args:
        persons: from `guarded_persons`; kept by the caller, who needs them to open it.
        bound_to: what the content is; another's sealed bytes in its place do not open.
    """
    nonce = os.urandom(NONCE)
    return nonce + _cipher(persons, unwrapped_keys(persons)).encrypt(nonce, content, bound_to.encode())


def open_for(persons: Collection[int], sealed: bytes, bound_to: str) -> bytes:
    """Open what `seal_for` sealed.

    Raises:
        Refused: one of the persons was erased, or the content was deleted; nothing brings it back.
    """
    if not sealed:
        raise Refused(
            _("This can no longer be read: the time to keep it was over."),
            _("The data-protection officer has the proof of its deletion."),
        )
    return _cipher(persons, unwrapped_keys(persons)).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to.encode())


def open_each_for(contents: Sequence[tuple[Collection[int], bytes, str]]) -> list[bytes | None]:
    """Open many contents, each given as for `open_for`, with one query; None where a person of one was erased."""
    keys = unwrapped_keys({person for persons, _sealed, _bound_to in contents for person in persons})
    opened: list[bytes | None] = []
    for persons, sealed, bound_to in contents:
        try:
            opened.append(_cipher(persons, keys).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to.encode()))
        except Refused:
            opened.append(None)
    return opened


def _cipher(persons: Collection[int], keys: Mapping[int, bytes | None]) -> AESGCM:
    material = rest_key()
    for person in sorted(persons):
        key = keys.get(person)
        if key is None:
            raise Refused(
                _("This can no longer be read: a person it concerns was erased."),
                _("The audit log still shows that it was done, when and by whom."),
            )
        material += key
    return AESGCM(derive(material, b"safekeeping 1"))
