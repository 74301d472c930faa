"""Whether the files of a submission compile, and what they define, without executing them.

One disposable interpreter is asked for all files together, because deep nesting can crash a compiler; it works while the
caller goes on.
"""

import json
import math
import os
import signal
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired  # those of now: a suite is given others

from autograder import outline
from autograder.assignment import Restriction
from autograder.intake import uses
from autograder.intake.remark import Remark
from autograder.intake.restricted import remarks_on_uses
from autograder.intake.syntax import TOO_DEEP, explain, remarks_on_code

COMPILE_SECONDS = 10.0  # of processor time; ordinary files take milliseconds
PATIENCE_SECONDS = 120.0  # by the clock on the wall, which also covers the start of an interpreter on a busy machine
OUT_OF_TIME = -getattr(signal, "SIGXCPU", 0) or None  # the status of a process that has used its processor time
# One answer a line, flushed at once, so that after a crash the first file without an answer is the one to blame.
COMPILER = """
import json, os, sys
from importlib.machinery import SourceFileLoader
for path in sys.argv[2:]:  # of the modules that read a file: this interpreter is isolated and finds no package
    exec(SourceFileLoader("reader", path).get_code("reader"), globals())
sizes = json.loads(sys.stdin.buffer.readline())
sources = [(sys.stdin.buffer.read(size), package) for size, package in sizes]
try:
    import resource
    for what, most in ("CORE", 0), ("FSIZE", 0), ("AS", 1 << 30):
        resource.setrlimit(getattr(resource, "RLIMIT_" + what), (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]), int(sys.argv[1]) + 1))  # SIGXCPU, then SIGKILL
except (ImportError, AttributeError, OSError, ValueError):
    resource = None  # Windows has none of these, macOS not all
if hasattr(os, "setresuid") and os.getuid() == 0:
    try:
        os.setgroups([])
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)
    except OSError:
        resource = None  # a user namespace with one uid only

def remarks(source):
    # On a file that compiles: a loop or a call of its own that runs while it is imported, and names beyond ASCII.
    module = compile(source, "<submission>", "exec", 0x400, dont_inherit=True)  # ast.PyCF_ONLY_AST
    own = {node.name for node in module.body if type(node).__name__ == "FunctionDef"}
    runs = [node.lineno for node in module.body if type(node).__name__ in ("For", "While") or called(node) in own]
    names, nodes = {}, [] if source.isascii() else [module]
    while nodes:
        node = nodes.pop()
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, str) and field in ("id", "arg", "name", "attr") and not value.isascii():
                names[value] = min(getattr(node, "lineno", 1), names.get(value, 1 << 30))
            nodes += [part for part in (value if isinstance(value, list) else [value]) if hasattr(part, "_fields")]
    return {"runs": runs[:1], "names": sorted(names.items(), key=lambda item: item[1])[:20]}

def column_of(error, source):
    # Of bytes, some errors count bytes and not characters.
    try:
        compile(source.decode("utf-8-sig"), "<submission>", "exec", dont_inherit=True)
    except SyntaxError as again:
        if (again.lineno, again.msg) == (error.lineno, error.msg):
            return again.offset
    except Exception:
        pass
    return error.offset

def called(node):
    call = getattr(node, "value", None) if type(node).__name__ == "Expr" else None
    return getattr(getattr(call, "func", None), "id", None)

for source, package in sources:
    answer = None
    try:
        compile(source, "<submission>", "exec", dont_inherit=True)
        try:
            answer = remarks(source)
        except (RecursionError, MemoryError):
            answer = {"runs": [], "names": []}
        try:
            answer["outline"] = vars(outline_of(source, package))
        except (RecursionError, MemoryError, ValueError):
            answer["outline"] = None
        try:
            answer["uses"] = uses_of(ast.parse(source))
        except (RecursionError, MemoryError, ValueError):
            answer["uses"] = []
    except SyntaxError as error:
        answer = [type(error).__name__, str(error.msg), error.lineno, column_of(error, source)]
    except (RecursionError, MemoryError):
        answer = ["RecursionError", "", None, None]
    except Exception as error:
        answer = [type(error).__name__, str(error), None, None]
    print(json.dumps(answer), flush=True)
"""


class CompileCheck:
    """The compiler's verdict on some sources, worked out in another process while this one goes on.

    Attributes:
        outlines: of the files that compile, once `remarks` has waited for them; see `autograder.outline`.
        uses: what each of them imports and uses of it, once `remarks` has waited; see `autograder.intake.uses`.
    """

    def __init__(
        self, sources: Mapping[str, bytes], restrictions: Sequence[Restriction] = (), own: Collection[str] = ()
    ) -> None:
        """Start the check of sources, name -> content; see `restricted` for the others."""
        self.restrictions = restrictions
        self.own = own
        self.pending = list(sources.items())
        self.found: list[Remark] = []
        self.outlines: dict[str, outline.Outline] = {}
        self.uses: dict[str, list] = {}
        self.process = self.start() if self.pending else None

    def remarks(self) -> tuple[Remark, ...]:
        """One fatal remark for each file that does not compile, remarks on others; waits for the answer at the first call."""
        while self.process is not None:
            self.collect(self.process)
            # The compiler died on its way: what it had not reached is asked of a new one.
            self.process = self.start() if self.pending else None
        return tuple(self.found)

    def stop(self) -> None:
        """End the check; files without an answer get no remark."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def start(self) -> Popen[bytes]:
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
        # A file instead of a pipe for its input: a pipe would make this process wait until the interpreter has started.
        with tempfile.TemporaryFile() as questions:
            sizes = [(len(source), ".".join(name.split("/")[:-1])) for name, source in self.pending]
            questions.write(json.dumps(sizes).encode() + b"\n")
            questions.writelines(source for _, source in self.pending)
            questions.seek(0)
            readers = [str(module.__file__) for module in (outline, uses)]
            return Popen(
                [sys.executable, "-I", "-S", "-B", "-W", "ignore", "-c", COMPILER, str(math.ceil(COMPILE_SECONDS)), *readers],
                stdin=questions,
                stdout=PIPE,
                stderr=DEVNULL,
                cwd=os.sep,
                env=kept,
            )

    def collect(self, process: Popen[bytes]) -> None:
        late = False
        try:
            answers, _ = process.communicate(timeout=PATIENCE_SECONDS)
            late = process.returncode == OUT_OF_TIME
        except TimeoutExpired:
            late = True
            process.kill()
            answers, _ = process.communicate()
        complete = answers.split(b"\n")[:-1]
        for (name, source), answer in zip(self.pending, complete, strict=False):
            verdict = json.loads(answer)
            if isinstance(verdict, dict):
                read = verdict.pop("outline")
                self.uses[name] = verdict.pop("uses")
                self.found += remarks_on_uses(name, self.uses[name], self.restrictions, self.own)
                if read:
                    self.outlines[name] = outline.Outline(**read)
                self.found += remarks_on_code(name, source, **verdict)
            else:
                self.found.append(explain(name, source, *verdict))
        del self.pending[: len(complete)]
        if self.pending:
            name, _ = self.pending.pop(0)
            message = f"Compiling the file takes longer than {COMPILE_SECONDS:g} s. Make it shorter" if late else TOO_DEEP
            self.found.append(Remark(name, None, None, message, fatal=True))
