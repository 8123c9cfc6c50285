"""The HTTP server: TLS for inbound, and a log that repeats nothing of a request."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

from cheroot.errors import FatalSSLAlert
from cheroot.makefile import StreamReader, StreamWriter
from cheroot.ssl import Adapter
from cheroot.wsgi import Server

from clew.node.logs import tell_of_server

if TYPE_CHECKING:
    import socket


class LoggedServer(Server):
    """Tells of faults in the node's own log; by itself it would print what an exception says."""

    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        """Say that there was a fault, and where."""
        tell_of_server(traceback=traceback)


class _Connection(ssl.SSLSocket):
    """Says a failed handshake in the word that the server passes over: whoever knocks must not fill the log."""

    def read(self, *arguments: Any, **named: Any) -> Any:
        """As the parent reads; the handshake happens with the first call."""
        try:
            return super().read(*arguments, **named)
        except ssl.SSLError as error:
            raise FatalSSLAlert(*error.args) from error


class InboundTLS(Adapter):
    """Wraps accepted connections; the handshake is done by the thread that reads the request.

    The adapters that come with the server do it in the one thread that accepts connections, where somebody who
    connects and says nothing would hold up everybody.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        # The server's own constructor wants files; a context is all that is used of them.
        context.sslsocket_class = _Connection
        self.context = context

    def bind(self, sock: socket.socket) -> socket.socket:
        """The listening socket as it is."""
        return sock

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, str]]:
        """The connection under TLS, and nothing about it for the application."""
        wrapped = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return wrapped, self.get_environ()

    def get_environ(self) -> dict[str, str]:
        """What the application is told of the connection."""
        return {"wsgi.url_scheme": "https", "HTTPS": "on"}

    def makefile(self, sock: ssl.SSLSocket, mode: str = "r", bufsize: int = -1) -> Any:
        """A stream over the connection."""
        return (StreamReader if "r" in mode else StreamWriter)(sock, mode, bufsize)
