"""Find the libraries and names that a file uses, from its source, without running it.

It is read in the disposable interpreter that also compiles it, so this file needs the standard library only.
"""

import ast

MAX_USES = 1000  # of one file


def uses_of(tree: ast.Module) -> list:
    """Return [line, dotted name] of what is imported and of the names that are used of it, each where it stands first.

    "torch" for `import torch`, "torch.nn.functional.relu" for `F.relu` after `import torch.nn.functional as F`.
    """
    bound: dict[str, str] = {}
    found: dict[str, int] = {}
    nodes = list(ast.walk(tree))

    def use(name: str, line: int) -> None:
        if name in found or len(found) < MAX_USES:
            found[name] = min(line, found.get(name, line))

    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
                use(alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                bound[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                use(f"{node.module}.{alias.name}", node.lineno)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in ("import_module", "__import__") and isinstance(node.args[0].value, str):
                use(node.args[0].value, node.lineno)
    for node in nodes:
        if isinstance(node, ast.Attribute):
            parts = [node.attr]
            inner = node.value
            while isinstance(inner, ast.Attribute) and len(parts) < 20:
                parts.append(inner.attr)
                inner = inner.value
            if isinstance(inner, ast.Name) and inner.id in bound:
                use(".".join([bound[inner.id], *reversed(parts)]), node.lineno)
    return sorted((line, name[:200]) for name, line in found.items())
