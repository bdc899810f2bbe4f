"""What others wrote and the pages need in the browser: htmx, unchanged. VENDORED.md says whence and under which licence."""

from pathlib import Path

HTMX = Path(__file__).parent / "htmx.min.js"
HTMX_INTEGRITY = "sha384-2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"
"""What a browser compares the file with before it runs it (Subresource Integrity); a test compares it too."""
