"""The HTML people mix into markdown, written as the markdown it stands for. Leaves placeholders such as `<pod>` alone."""

import re

_CODE = re.compile(r"(`+[^`]*`+)")
_HEADING = re.compile(
    r"^\s{0,3}<h(?P<level>[1-6])(?:\s[^<>]{0,200})?>(?P<words>.*)</h[1-6]>\s*$", re.IGNORECASE
)
_LINK = re.compile(
    r"<a\s[^<>]{0,200}?href=[\"']?(?P<target>[^\s\"'<>]{1,500})[\"']?[^<>]{0,200}>(?P<words>[^<>]{1,300})</a>",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"<img\s(?P<said>[^<>]{1,600})/?>", re.IGNORECASE)
_SAID = re.compile(r"\b(?P<key>src|alt)=[\"'](?P<value>[^\"'<>]{0,300})[\"']", re.IGNORECASE)
_MARKS = (
    (re.compile(r"<(?P<tag>b|strong)>(?P<words>[^<>]{1,300})</(?P=tag)>", re.IGNORECASE), r"**\g<words>**"),
    (re.compile(r"<(?P<tag>i|em)>(?P<words>[^<>]{1,300})</(?P=tag)>", re.IGNORECASE), r"*\g<words>*"),
    (re.compile(r"<(?P<tag>code|kbd|tt)>(?P<words>[^<>`]{1,300})</(?P=tag)>", re.IGNORECASE), r"`\g<words>`"),
)
_TAGS = re.compile(
    r"</?(?:[abipu]|h[1-6]|img|strong|em|code|kbd|tt|br|div|span|center|font|su[bp]|small)[\s/>]",
    re.IGNORECASE,
)
"""All that is looked for here; most angles hold the name of a placeholder."""
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
# `<a>` or `<u>` alone may be a placeholder; with attributes, or closing, they are tags.
_SILENT = re.compile(
    r"<(?:a|div|span|p|center|font|sup|sub|u|small)\s+[a-z-]+=[^<>]{0,300}>"
    r"|</(?:a|div|span|p|center|font|sup|sub|u|small)>|<(?:div|span|center|sup|sub|p)>",
    re.IGNORECASE,
)


def without_html(line: str) -> str:
    """One line of prose, its tags turned into markdown or taken out. What stands in backticks is left as it is."""
    if "<" not in line:
        return line
    if not _TAGS.search(line):
        return line.rstrip()
    heading = _HEADING.match(line)
    if heading:
        return f"{'#' * int(heading['level'])} {without_html(heading['words'].strip())}"
    return "".join(
        part if place % 2 else _written(part) for place, part in enumerate(_CODE.split(line))
    ).rstrip()


def _written(text: str) -> str:
    text = _LINK.sub(r"[\g<words>](\g<target>)", text)
    text = _IMAGE.sub(_image, text)
    for pattern, mark in _MARKS:
        text = pattern.sub(mark, text)
    return _SILENT.sub("", _BREAK.sub(" ", text))


def _image(found: re.Match[str]) -> str:
    said = {each["key"].lower(): each["value"] for each in _SAID.finditer(found["said"])}
    return f"![{said.get('alt', '')}]({said['src']})" if said.get("src") else ""
