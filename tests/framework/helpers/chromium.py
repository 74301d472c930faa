"""Headless Chromium for tests of pages, where it is installed."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(PROGRAM is None, reason="neither chromium nor chromium-browser is installed")

MEASURE = """
const boxes = [...document.querySelectorAll("math")].map(m => m.getBoundingClientRect());
const sizes = boxes.map(box => [box.width, box.height]);
const wide = [...document.querySelectorAll(".equation, pre, .table, figure")]
    .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent.trim().slice(0, 60));
const images = [...document.images].map(i => i.naturalWidth);
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT,
    n => n.parentElement.closest("code, script") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
let text = ""; while (walker.nextNode()) text += walker.currentNode.data;
const result = {sizes, wide, images, text, body: document.documentElement.scrollWidth, window: window.innerWidth};
const out = document.createElement("script"); out.type = "measured"; out.textContent = JSON.stringify(result);
document.body.append(out);
"""


def chromium(tmp_path: Path, page: Path, *arguments: str) -> bytes:
    """Run Chromium on a page and return what it printed."""
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={tmp_path / 'profile'}"]
    done = subprocess.run([PROGRAM, *flags, *arguments, page.as_uri()], capture_output=True, timeout=60, check=True)
    return done.stdout


def measured(tmp_path: Path, html: str, width: int) -> dict:
    """Return what Chromium makes of a page: sizes of its formulas and images, boxes that are too wide, its visible text."""
    page = tmp_path / "measured.html"
    page.write_text(html.replace("</body>", f"<script>{MEASURE}</script>\n</body>"), encoding="utf-8")
    dom = chromium(tmp_path, page, f"--window-size={width},1000", "--dump-dom").decode()
    return json.loads(re.search(r'<script type="measured">(.*?)</script>', dom, re.DOTALL)[1])
