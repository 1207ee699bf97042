"""The TLS context of every outgoing connection: the system's authorities, and one more where the operator has a private one."""

import ssl
from pathlib import Path

from fedirse.base.errors import ConfigurationError


def client_context(certificate_authority: Path | None = None) -> ssl.SSLContext:
    """A context that verifies certificates and host names.

    Args:
        certificate_authority: PEM file to trust besides the system's authorities.

    Raises:
        ConfigurationError: the file cannot be read or holds no certificate.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if certificate_authority is not None:
        try:
            context.load_verify_locations(cafile=certificate_authority)
        except OSError as error:  # ssl.SSLError is one
            raise ConfigurationError(f"certificate_authority: {certificate_authority} cannot be used: {error}.") from error
    return context
