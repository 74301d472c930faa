"""The documentation as a site: every page is reached, every link leads somewhere, no other host is asked."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pages import ROOT

DOCS = ROOT / "docs"
CONFIGURATION = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
NAMES = sorted(path.name for path in DOCS.glob("*.md"))


def leaves(part: Any) -> Iterator[str]:
    """The pages below a part of the navigation."""
    if isinstance(part, str):
        yield part
        return
    for each in part.values() if isinstance(part, dict) else part:
        yield from leaves(each)


def test_every_page_is_in_the_navigation_once():
    assert sorted(leaves(CONFIGURATION["nav"])) == NAMES


def test_the_start_page_links_to_every_other_page_once():
    linked = re.findall(r"\]\(([\w-]+\.md)\)", (DOCS / "index.md").read_text(encoding="utf-8"))
    assert sorted(linked) == [name for name in NAMES if name != "index.md"]


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_and_asks_no_other_host(tmp_path):
    pytest.importorskip("material", reason="the extra docs is not installed")
    site = tmp_path / "site"
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", site],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
    )
    assert built.returncode == 0, built.stdout
    pages = {path.name: path.read_text(encoding="utf-8") for path in site.glob("*.html")}
    assert pages.keys() == {name.replace(".md", ".html") for name in NAMES} | {"404.html"}
    for name, page in pages.items():
        loaded = re.findall(r"<(?:script|img|link|iframe)\b[^>]*?\b(?:src|href)=\"?([^\" >]+)", page)
        assert loaded, name
        assert [address for address in loaded if re.match(r"(https?:)?//", address)] == [], name
        text = re.sub(r"<pre\b.*?</pre>", "", page.partition("<article")[2], flags=re.DOTALL)
        assert "```" not in text, f"{name} has a block of code that is not taken for one"
        assert not re.search(r"<p>(?:(?!</p>).)*\n(- |\d\. |\|)", text, re.DOTALL), f"{name}: an empty line lacks before a list"
    for sheet in Path(site).rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*[\"']?(https?:)?//", sheet.read_text(encoding="utf-8")), sheet
