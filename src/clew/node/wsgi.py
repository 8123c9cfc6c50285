"""The WSGI application of the staff pages."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clew.node.settings")

application = get_wsgi_application()
