"""The WSGI application of the staff pages."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clew.node.settings")

pages = get_wsgi_application()

# After the settings are loaded: what is below reads them.
from clew.node.probes import with_probes  # noqa: E402

application = with_probes(pages)
