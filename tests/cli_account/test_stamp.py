"""Heads stamped by a real time-stamping authority."""

import subprocess
from pathlib import Path

from tests.cli_account.story import refused, run, weapon


def test_the_head_is_stamped_by_an_authority(home):
    """A real authority's answer is kept after checking; one about another head is refused."""
    authority = Path("tsa")
    authority.mkdir()
    (authority / "tsa.cnf").write_text(
        f"[tsa]\ndefault_tsa = one\n[one]\ndir = {authority}\nserial = {authority}/serial\ncrypto_device = builtin\n"
        f"signer_cert = {authority}/cert.pem\nsigner_key = {authority}/key.pem\ndefault_policy = 1.2.3.4.1\n"
        "signer_digest = sha256\ndigests = sha256\naccuracy = secs:1\nordering = yes\ntsa_name = yes\n"
        "ess_cert_id_chain = no\ness_cert_id_alg = sha256\n", encoding="utf-8")  # fmt: skip
    (authority / "serial").write_text("01\n", encoding="utf-8")
    usage = "extendedKeyUsage = critical,timeStamping"
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", authority / "key.pem", "-out",
            authority / "cert.pem", "-days", "3650", "-subj", "/CN=Made-up authority", "-addext", usage)  # fmt: skip
    assert "--request needs --to" in refused("head", "--request", "head.tsq")
    run("head", "--to", "head.txt", "--request", "head.tsq")
    openssl("ts", "-reply", "-config", authority / "tsa.cnf", "-queryfile", "head.tsq", "-out", "head.tsr")
    trust = ("--trust", authority / "cert.pem")
    weapon("W-1")
    run("head", "--to", "later.txt")
    assert "does not fit" in refused("head", "--stamp", "head.tsr", "--of", "later.txt", *trust)
    kept = run("head", "--stamp", "head.tsr", "--of", "head.txt", *trust).out
    assert "entries stood by" in kept
    assert run("head", *trust).out == kept


def openssl(*words):
    """Run OpenSSL, whose time-stamping authority is a real one."""
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)
