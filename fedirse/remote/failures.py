"""Why a connection failed, in the codes administrators read, whichever HTTP library noticed it."""

import ssl

from fedirse.base.errors import RemoteUnavailable

# By class name along the inheritance: httpx and httpcore share their names, and no library is imported to look at its errors.
_REASONS = {
    "ClientSSLError": "tls",
    "ConnectTimeout": "connect-timeout",
    "ConnectionTimeoutError": "connect-timeout",
    "TimeoutException": "timeout",
    "TimeoutError": "timeout",
    "ConnectError": "connect",
    "ClientConnectorError": "connect",
    "NetworkError": "disconnected",
    "ServerDisconnectedError": "disconnected",
    "ClientOSError": "disconnected",
    "ProtocolError": "broken-answer",
    "ClientPayloadError": "broken-answer",
    "ClientResponseError": "broken-answer",
}


def unavailable(error: Exception, host: str) -> RemoteUnavailable:
    """The error to raise for a failed connection to `host`.

    Its reason is "tls", "connect-timeout", "timeout", "connect", "disconnected", "broken-answer", or "connection" for the rest.
    """
    return RemoteUnavailable(f"{host}: {type(error).__name__}: {error}", reason=_reason(error))


def _reason(error: Exception) -> str:
    # httpcore keeps the error it translates as the only argument of its own, and drops it as the cause.
    if isinstance(error, ssl.SSLError) or any(isinstance(argument, ssl.SSLError) for argument in error.args):
        return "tls"
    names = (kind.__name__ for kind in type(error).__mro__)
    return next((_REASONS[name] for name in names if name in _REASONS), "connection")
