"""A document on paper: made where the library is, refused in a sentence where it is not; nothing is fetched for it."""

import json
import re
import subprocess
import sys
import zlib
from pathlib import Path

from incidentbot.documents.pdf import NO_PDF, markdown_to_pdf
from tests.needs import need

HIDDEN = """
import sys
sys.modules["weasyprint"] = None  # as if it were not installed
from incidentbot.__main__ import main
main()
"""
EXPORT = {"id": "INC-7", "title": "checkout is down", "channels": [], "messages": []}


_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def unpacked(pdf: bytes) -> bytes:
    """All that is in it, without the compression."""
    return pdf + b"".join(
        zlib.decompressobj().decompress(each) for each in _STREAM.findall(pdf) if each[:1] == b"x"
    )


def test_a_document_becomes_pages_of_a4_with_its_links():
    need("weasyprint")

    pdf = markdown_to_pdf(
        "# checkout is down\n\n" + "[a line](https://x.example/1) of many, שלום\n\n" * 200, title="x"
    )

    assert pdf.startswith(b"%PDF-")
    assert 4 <= len(re.findall(rb"/Type ?/Page\b", unpacked(pdf))) <= 12
    assert b"https://x.example/1" in unpacked(pdf)


def test_nothing_that_a_document_names_is_fetched(tmp_path: Path):
    """An image is words here, and no file of this machine gets onto paper."""
    need("weasyprint")
    secret = tmp_path / "secret.txt"
    secret.write_text("xyzzy")

    plain = markdown_to_pdf("# a title", title="x")
    pdf = markdown_to_pdf(
        f"# a title\n\n![i](http://127.0.0.1:9/i.png) <img src='file://{secret}'> <link rel=attachment href='file://{secret}'>",
        title="x",
    )

    for mark in (b"/EmbeddedFile", b"/Subtype /Image", b"/Subtype/Image", b"xyzzy"):
        assert (mark in unpacked(plain), mark in unpacked(pdf)) == (False, False)


def test_where_the_library_is_absent_the_refusal_names_both_ways_and_writes_nothing(tmp_path: Path):
    export, out = tmp_path / "export.json", tmp_path / "draft.pdf"
    export.write_text(json.dumps(EXPORT), encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-c", HIDDEN, "postmortem", "draft", "--from", str(export), "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert " ".join(NO_PDF.split()) in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not out.exists()
