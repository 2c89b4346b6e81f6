"""Time stamps (RFC 3161): somebody else's word that a head existed at a moment.

A log works without them. Where there is a line to a time-stamping authority, its answer is put into the log as a note
and can be checked for ever after without a line, with the authority's certificate.
"""

from __future__ import annotations

from datetime import datetime
from urllib.error import URLError
from urllib.request import Request, urlopen

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from toguna.accounts.log.signing import Head
from toguna.core.errors import AccountError


def question(head: Head) -> bytes:
    """Return what to send to a time-stamping authority about a head (DER); it tells nothing but a hash."""
    made = TimestampRequestBuilder().data(head.raw()).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True).build()
    return made.as_bytes()


def ask(head: Head, url: str, seconds: float = 20.0) -> bytes:
    """Return an authority's answer about a head (DER).

    Parameters
    ----------
    head : what to stamp
    url : address of the authority, http or https
    seconds : how long to wait

    Raises
    ------
    AccountError
        The address is no web address, or nobody answers there.
    """
    if not url.startswith(("http://", "https://")):
        raise AccountError(
            "A time-stamping authority has an address that begins with http:// or https://. Give such a one."
        )
    sent = Request(url, data=question(head), headers={"Content-Type": "application/timestamp-query"})
    try:
        with urlopen(sent, timeout=seconds) as answer:
            found: bytes = answer.read()
    except (URLError, TimeoutError, OSError):
        raise AccountError(
            f"No time stamp came from {url}. The log is whole without it; ask again when there is a line."
        ) from None
    return found


def certificates(pem: bytes) -> list[Certificate]:
    """Return the certificates in a PEM file, the authority's root among them."""
    return load_pem_x509_certificates(pem)


def stamped_at(answer: bytes, head: Head, roots: list[Certificate]) -> datetime:
    """Return when a head was stamped, after checking the answer (UTC).

    Parameters
    ----------
    answer : the authority's answer, DER
    head : what was stamped
    roots : certificates to trust

    Raises
    ------
    AccountError
        The answer is none, is about something else, or is not signed by the authority trusted.
    """
    verifier = VerifierBuilder()
    for root in roots:
        verifier = verifier.add_root_certificate(root)
    try:
        response = decode_timestamp_response(answer)
        verifier.build().verify_message(response, head.raw())
    except (VerificationError, ValueError):
        raise AccountError(
            "The time stamp does not fit this head and these certificates. Give those of the authority asked."
        ) from None
    return response.tst_info.gen_time
