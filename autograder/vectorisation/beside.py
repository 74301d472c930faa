"""What runs beside the submission: its source is read, and the lines that it runs are counted. Both functions stand alone."""


def facts_of(module: str, wanted: list) -> list:
    """Return the folder and name of a module's file, its classes, its units, and which threads are not its own.

    The module is not imported.

    A unit is [name, first line, last line, names it uses, loops, calls]. Attributes are names with a dot before them. A loop
    is [line, kind], a call [line, full name, whether it goes through a shape, or by a function of the file].

    Args:
        wanted: full names of the functions that are looked for; also found where they are mentioned but not called.
    """
    import ast
    import importlib.util
    import os
    import sys
    import threading

    # Where the suites run in this process, some may be theirs. A process of a submission has a single thread of ours.
    threads = list(sys._current_frames()) if "_pytest.runner" in sys.modules else [threading.get_ident()]
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.origin:
        return ["", "", [], [], threads]
    try:
        with open(spec.origin, "rb") as file:
            tree = ast.parse(file.read())
    except (SyntaxError, ValueError):  # the import says so better
        return ["", "", [], [], threads]

    kinds = {
        ast.For: "for loop",
        ast.While: "while loop",
        ast.ListComp: "list comprehension",
        ast.SetComp: "set comprehension",
        ast.DictComp: "dict comprehension",
        ast.GeneratorExp: "generator expression",
    }
    nodes = list(ast.walk(tree))
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    libraries = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for item in node.names:
                top = item.name.partition(".")[0]
                libraries[item.asname or top] = item.name if item.asname else top
        elif isinstance(node, ast.ImportFrom):
            libraries.update({item.asname or item.name: f"{node.module}.{item.name}" for item in node.names})
            if "*" in libraries:
                whole = f"{node.module}."
                libraries.update({name.removeprefix(whole): name for name in wanted if name.startswith(whole)})
                del libraries["*"]

    tops = {name.partition(".")[0] for name in libraries.values()}

    def full_name(node):
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        name = ".".join([libraries.get(node.id, node.id), *reversed(parts)]).removeprefix("builtins.")
        anywhere = f"numpy.{name.rpartition('.')[2]}"  # NumPy has its functions under several names
        return anywhere if name.startswith("numpy.") and anywhere in wanted else name

    def is_counted(call):
        if full_name(call.func) in ("re.sub", "re.subn"):
            function, rest = call.args[min(1, len(call.args) - 1)], [call]
            if isinstance(function, (ast.Constant, ast.JoinedStr)):
                return True
        else:
            function, *rest = call.args
        if isinstance(function, ast.Lambda) or full_name(function) in defined or full_name(function).startswith("self."):
            return True
        literals = (ast.Tuple, ast.List)
        return all(isinstance(arg, literals) or ".shape" in ast.unparse(arg) for arg in rest)

    def is_library(node):
        return isinstance(node, (ast.Name, ast.Attribute)) and full_name(node).partition(".")[0] in tops

    def hiding(part):
        """Name what one part of the source does to be found neither by its name nor by its lines."""
        if isinstance(part, ast.Call):
            function, given = full_name(part.func), part.args
            if function == "getattr" and len(given) > 1 and is_library(given[0]):
                name = f"{full_name(given[0])}.{given[1].value!s}" if isinstance(given[1], ast.Constant) else "getattr"
                if name == "getattr" or name in wanted:
                    yield name
            elif function == "vars" and given and is_library(given[0]):
                yield "vars"
            elif "re" in tops and given and isinstance(part.func, ast.Attribute) and part.func.attr in ("sub", "subn"):
                # Of a compiled pattern. A function of the file is counted, and a text calls nothing.
                text = isinstance(given[0], (ast.Constant, ast.JoinedStr)) or function in wanted
                if not text and not is_counted(part):
                    yield "sub"
        elif isinstance(part, ast.Attribute) and part.attr == "__dict__" and is_library(part.value):
            yield "__dict__"

    def tampering(tree):
        """Name what changes code, wherever in the file: the count goes by what code says of itself."""
        for part in nodes:
            if isinstance(part, ast.Attribute) and part.attr == "__code__":
                yield [part.lineno, "__code__", False]
            elif isinstance(part, ast.keyword) and part.arg == "co_filename":
                yield [part.lineno, "co_filename", False]
            elif isinstance(part, ast.Attribute) and part.attr in ("f_trace", "f_trace_lines"):
                yield [part.lineno, part.attr, False]
            elif isinstance(part, ast.Constant) and part.value in ("__code__", "co_filename", "f_trace", "f_trace_lines"):
                yield [part.lineno, part.value, False]

    def unit(name, node):
        parts: list = list(ast.walk(node))
        counted = {id(part.func) for part in parts if isinstance(part, ast.Call) and part.args and is_counted(part)}
        names = [part for part in parts if isinstance(part, (ast.Name, ast.Attribute))]
        uses = {part.id if isinstance(part, ast.Name) else f".{part.attr}" for part in names}
        loops = [[part.lineno, kinds[type(part)]] for part in parts if type(part) in kinds]
        calls = [[part.lineno, full_name(part), id(part) in counted] for part in names if full_name(part) in wanted]
        calls += [[part.lineno, what, False] for part in parts for what in hiding(part)]
        first = min(part.lineno for part in [node, *getattr(node, "decorator_list", ())])
        return [name, first, node.end_lineno, sorted(uses), loops, calls]

    classes, units = [], []

    def collect(statements, prefix):
        for node in statements:
            if isinstance(node, ast.FunctionDef):
                units.append(unit(prefix + node.name, node))
                for part in ast.walk(node) if prefix else ():
                    if isinstance(part, ast.Assign):
                        names = [full_name(target) for target in part.targets]
                        own = [name.partition(".")[2] for name in names if name.startswith("self.")]
                        units.extend(unit(prefix + name, part.value) for name in own)
            elif isinstance(node, ast.ClassDef):
                classes.append([node.name, [full_name(base) for base in node.bases]])
                collect(node.body, f"{node.name}.")
            elif isinstance(node, ast.Assign):
                units.extend(unit(prefix + target.id, node) for target in node.targets if isinstance(target, ast.Name))
            else:
                for field in ("body", "orelse", "finalbody"):  # of a condition, for instance
                    collect(getattr(node, field, ()), prefix)

    collect(tree.body, "")
    changes = list(tampering(tree))
    if changes:  # of use to any function
        units = [[*facts[:5], [*facts[5], *changes]] for facts in units]
    return [os.path.dirname(spec.origin), os.path.basename(spec.origin), classes, units, threads]


def count_lines(folder: str, calls: list, threads: list) -> list:
    """Make the calls, lists [function, argument, ...]; return whether lines were counted to the end, and how often each ran.

    A line that is a loop of its own counts for each time that it goes round. Lines of files in `folder` count, those of
    functions made for such a file, and those of code that came from a text: [file name, line, function, times]. Then come calls
    of functions that hide a loop, [file name, line, function, full name], and what was done apart from the count, in words.

    Args:
        threads: ids of those that are none of the submission's.
    """
    import os
    import sys
    import threading

    counts: dict = {}
    hidden: list = []
    apart: list = []
    own = {
        id(vars(module))
        for module in list(sys.modules.values())
        if os.path.dirname(getattr(getattr(module, "__spec__", None), "origin", None) or "") == folder
    }

    def is_counted(frame):
        file = frame.f_code.co_filename
        in_text = file.startswith("<") and not file.startswith("<frozen")
        return os.path.dirname(file) == folder or in_text or id(frame.f_globals) in own

    # Functions of NumPy in Python that call another one in a loop: entering one is seen however it was looked up.
    numpy = sys.modules.get("numpy")
    looping = {}
    for name in ("apply_along_axis", "apply_over_axes", "vectorize") if numpy else ():
        function = getattr(numpy, name)
        for part in (function, *(getattr(function, inner, None) for inner in ("_implementation", "__wrapped__", "__call__"))):
            if hasattr(part, "__code__"):
                looping[part.__code__] = f"numpy.{name}"

    starting = threading.Thread.start.__code__

    def trace(frame, event, argument):
        caller = frame.f_back
        if frame.f_code is starting:
            apart.append("a thread was started beside them")
        if frame.f_code in looping and caller is not None and is_counted(caller):
            place = [os.path.basename(caller.f_code.co_filename), caller.f_lineno, caller.f_code.co_name]
            hidden.append([*place, looping[frame.f_code]])
        if not is_counted(frame):
            return None
        frame.f_trace_lines = True  # one that was made before the count, a generator's, may have it off
        if event == "line":
            line = counts.setdefault((os.path.basename(frame.f_code.co_filename), frame.f_lineno), [frame.f_code.co_name, 0])
            line[1] += 1
        return trace

    others = set(sys._current_frames()) - set(threads)
    current_frame = getattr(getattr(sys.modules.get("inspect"), "currentframe", None), "__code__", None)
    watching = [True]
    asking: list = []

    def takes_hold_of_a_frame(event, arguments):
        """Whether the submission asks for one of its frames, which can be told not to count its lines."""
        if event not in ("sys._getframe", "sys._current_frames") and (
            event != "object.__getattr__" or arguments[1] not in ("tb_frame", "gi_frame", "cr_frame", "ag_frame")
        ):
            return False
        asking.append(event)  # this is such a question, too
        frame = sys._getframe(2)
        asking.pop()
        asks = frame.f_back if frame.f_code is current_frame else frame
        return asks is not None and is_counted(asks)

    starts = ("_thread.start_new_thread", "_thread.start_joinable_thread", "os.fork", "os.posix_spawn", "subprocess.Popen")

    def watch(event, arguments):  # threads are told from Python 3.12 on
        if watching and event in starts:
            apart.append(f"a {'thread' if 'thread' in event else 'process'} was started beside them")
        elif watching and event == "autograder.counting":
            watching.append(True)
        elif watching and not asking and takes_hold_of_a_frame(event, arguments):
            apart.append("the submission takes hold of its own frames, which count them")

    sys.addaudithook(watch)
    sys.audit("autograder.counting")
    if others:
        apart.append("a thread of the submission runs beside them")
    elif len(watching) < 2:
        apart.append("the submission has forbidden sys.addaudithook")
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        for function, *arguments in calls:
            function(*arguments)
        counted = sys.gettrace() is trace
    finally:
        sys.settrace(before)
        watching.clear()
    return [counted, [[*place, *line] for place, line in counts.items()], hidden, apart]
