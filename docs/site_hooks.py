"""What MkDocs does to a page before it is rendered: the words after a block's language become its title.

They say what a test does with the block (`tests/framework/helpers/pages.py`), and code hosts show nothing of them.
"""

import re
from typing import Any

BLOCK = re.compile(r"^(`{3,})(\w+) (file|append)=(\S+)$", re.MULTILINE)


def on_page_markdown(markdown: str, **_: Any) -> str:
    return BLOCK.sub(titled, markdown)


def titled(block: re.Match[str]) -> str:
    fence, language, kind, file = block.groups()
    return f'{fence}{language} title="{file}{", at the end" if kind == "append" else ""}"'
