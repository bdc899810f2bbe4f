"""A certificate for loopback with its key, made by openssl once in a test run and gone with it: none is kept in the repository."""

import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.needs import need

NAMES = "subjectAltName=IP:127.0.0.1,DNS:localhost"


@cache
def certificate() -> Path:
    """The file with both. Skips the test where openssl is absent."""
    path = Path(_folder().name) / "loopback.pem"
    made = (str(need("openssl")), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    named = ("-subj", "/CN=localhost", "-addext", NAMES, "-keyout", str(path), "-out", str(path) + ".crt")
    subprocess.run((*made, *named), check=True, capture_output=True)
    with path.open("ab") as both:
        both.write(Path(f"{path}.crt").read_bytes())
    return path


@cache
def _folder() -> TemporaryDirectory[str]:
    """Held until the run ends, and then removed."""
    return TemporaryDirectory(prefix="incidentbot-tests-")
