"""Pages of the look itself: the neutral page of the quick exit, leaving, keeping a session alive.

Quick exit. Someone at risk, or a shelter worker beside her, must be able to clear the screen at
once. The usual pattern sends the reader to a public website; that would tell an outside server
which node was just left, and needs a network. So the node serves a page about the weather itself,
without its name, navigation or mark. Leaving also signs out, so that "Back" shows a sign-in page and not
the case, and asks the browser to drop what the page stored (Clear-Site-Data, W3C 2017). The browser's
list of visited addresses cannot be cleared by a page; only a private window avoids it.
"""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe


@require_safe
def weather(request: HttpRequest) -> HttpResponse:
    """A page anyone may see on anyone's screen."""
    return render(request, "clew/weather.html")


@require_POST
@never_cache
def leave(request: HttpRequest) -> HttpResponse:
    """Signs out and shows the weather; never refuses, whoever asks."""
    logout(request)
    response = redirect("weather")
    # Not "cache": Chromium takes seconds for it, and pages of a signed-in reader are never stored.
    response["Clear-Site-Data"] = '"storage"'
    return response


@require_POST
@never_cache
def keep_session(request: HttpRequest) -> HttpResponse:
    """The reader is still there: starts the session's time anew. 403 when it has already ended."""
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    request.session.modified = True
    return HttpResponse(status=204)


def permission_denied(request: HttpRequest, exception: BaseException) -> HttpResponse:
    """403 with the refusal's own sentence and who can help, where the refusal carries them."""
    context = {
        "sentence": getattr(exception, "sentence", "") or str(exception),
        "who_can_help": getattr(exception, "who_can_help", ""),
    }
    return render(request, "403.html", context, status=403)
