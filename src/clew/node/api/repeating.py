"""A request that changes something is done once, however often it is sent (`Idempotency-Key`).

The key, the act and its answer are one transaction: after a cut line the same request gets the answer it would have
had, and one that failed left nothing and is done anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clew.exchange.strict_json import canonical, digest
from clew.node.api.models import KeptAnswer
from clew.node.api.problems import Problem
from clew.node.at_rest import seal, unseal

KEY: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")


def once(*, integration_id: int, key: str, asked: Any, act: Callable[[], Any]) -> Any:
    """Do what is asked, or give the answer to the same request that was sent before with this key.

    Raises:
        Problem: there is no key, or it was used for another request.
    """
    if not KEY.fullmatch(key):
        raise Problem(
            400,
            "no-idempotency-key",
            _("The header Idempotency-Key is missing, or is not 8 to 64 letters, digits, - or _."),
            _("Send a fresh one with each new request, and the same one when you send a request again."),
        )
    request = digest(canonical(asked))
    try:
        with transaction.atomic():
            kept = KeptAnswer.objects.select_for_update().filter(integration_id=integration_id, key=key).first()
            if kept is None:
                kept = KeptAnswer.objects.create(
                    integration_id=integration_id, key=key, request=request, at=timezone.now()
                )
                given = act()
                kept.answer = seal(json.dumps(given, ensure_ascii=False).encode(), _bound_to(kept))
                kept.save(update_fields=["answer"])
                return given
    except IntegrityError:
        # The same key at the same moment: the other one was first, and is done by now.
        kept = KeptAnswer.objects.filter(integration_id=integration_id, key=key).first()
        if kept is None:
            raise
    if kept.request != request or kept.answer is None:
        raise Problem(
            409,
            "key-used",
            _("This Idempotency-Key was used for another request."),
            _("Send a fresh one with each new request."),
        )
    return json.loads(unseal(bytes(kept.answer), _bound_to(kept)))


def _bound_to(kept: KeptAnswer) -> bytes:
    return f"api-answer:{kept.integration_id}:{kept.key}".encode()
