"""A document as PDF, laid out by WeasyPrint where the extra `pdf` is installed. Fetches nothing, neither from the net nor from the disk."""

from importlib.util import find_spec

from incidentbot.core.refusals import Refused
from incidentbot.documents.html import html_page

NO_PDF = (
    "A PDF needs WeasyPrint and Pango on this machine: install the extra with `uv sync --extra pdf`, and Pango from "
    "your system's packages. Or open the page in a browser and print it: that is a PDF, too."
)

PAPER = """
@page { size: A4; margin: 18mm 16mm 20mm; @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; color: #667; } }
body { font: 10pt/1.45 Inter, "DejaVu Sans", sans-serif; max-width: none; margin: 0; padding: 0; }
h1 { font-size: 18pt; } h2 { font-size: 12.5pt; break-after: avoid; } tr, blockquote { break-inside: avoid; }
table { font-size: 8.5pt; } code, pre { font-family: "DejaVu Sans Mono", monospace; font-size: 8.5pt; }
"""
"""What paper asks for beyond the page's own style."""


def is_installed() -> bool:
    """Whether the library is there; whether Pango is, too, shows when a PDF is made."""
    return find_spec("weasyprint") is not None


def markdown_to_pdf(text: str, *, title: str) -> bytes:
    """The document on A4, its text selectable and its links kept. Takes a second of CPU: never on the event loop.

    Raises Refused, with the way out, where the library or Pango is absent.
    """
    try:
        import weasyprint  # noqa: PLC0415 - an extra that few install, and a second to load
        from weasyprint.urls import URLFetcher  # noqa: PLC0415 - see above
    except (ImportError, OSError) as error:  # it finds Pango when it is loaded
        raise Refused(NO_PDF) from error
    fetch_nothing = URLFetcher(allowed_protocols=())
    page = weasyprint.HTML(string=html_page(text, title=title), url_fetcher=fetch_nothing)
    pdf: bytes = page.write_pdf(stylesheets=[weasyprint.CSS(string=PAPER, url_fetcher=fetch_nothing)])
    return pdf
