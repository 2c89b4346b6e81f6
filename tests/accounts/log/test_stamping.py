"""Time stamps by an authority of our own made with OpenSSL: checked without a line, refused when anything differs."""

import subprocess

import pytest

from toguna.accounts.log import verify
from toguna.accounts.log.stamping import ask, certificates, question, stamped_at
from toguna.core.errors import AccountError

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[stamping]
basicConstraints = CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ordering = no
tsa_name = no
"""


def openssl(*words):
    made = subprocess.run(["openssl", *map(str, words)], capture_output=True, check=False)
    assert made.returncode == 0, made.stderr.decode()


def authority(folder, name):
    """Make a root and a stamping certificate; return a function that answers questions, and the root."""
    folder.mkdir()
    (folder / "conf").write_text(CONFIG.format(name=name, folder=folder))
    (folder / "serial").write_text("01\n")
    conf = ["-config", folder / "conf"]
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "root.key",
            "-out", folder / "root.pem", "-days", 30, "-extensions", "root", *conf)  # fmt: skip
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr",
            "-subj", f"/CN={name} stamping", *conf)  # fmt: skip
    openssl("x509", "-req", "-in", folder / "tsa.csr", "-CA", folder / "root.pem", "-CAkey", folder / "root.key",
            "-set_serial", 2, "-days", 30, "-extfile", folder / "conf", "-extensions", "stamping",
            "-out", folder / "tsa.pem")  # fmt: skip

    def answer(query):
        (folder / "query").write_bytes(query)
        openssl("ts", "-reply", "-queryfile", folder / "query", "-signer", folder / "tsa.pem", "-inkey",
                folder / "tsa.key", *conf, "-section", "here", "-out", folder / "answer")  # fmt: skip
        return (folder / "answer").read_bytes()

    return answer, certificates((folder / "root.pem").read_bytes())


def test_a_stamped_head(log, url, keys, tmp_path):
    """The answer is kept in the log and checked offline; about another head or by another authority it fails."""
    answer, roots = authority(tmp_path / "one", "Toguna test authority")
    _, others = authority(tmp_path / "two", "Somebody else")
    log.append("rights", "case", "reported", {"n": 1}, "officer")
    head = log.head()
    answered = answer(question(head))
    when = stamped_at(answered, head, roots)
    assert abs(when.timestamp() - head.time / 1e6) < 120
    log.stamp(answered, head)
    [(kept, stamp)] = log.stamps()
    assert kept == head
    assert stamped_at(stamp, kept, roots) == when
    assert verify(url, keys).is_whole
    for wrong, of, by in (
        (answered, log.head(), roots),
        (answered, head, others),
        (b"nothing of the kind", head, roots),
        (answered.replace(head.root[:1], b"\0"), log.head(), roots),
    ):
        with pytest.raises(AccountError, match="does not fit"):
            stamped_at(wrong, of, by)


def test_without_a_line(log):
    """Nobody answering is said in a sentence; the log goes on without."""
    head = log.head()
    with pytest.raises(AccountError, match="whole without it"):
        ask(head, "http://127.0.0.1:9/", seconds=1)
    with pytest.raises(AccountError, match="begins with http"):
        ask(head, "file:///etc/passwd")
