BAD = "<script>alert(1)</script> **bold** [x](javascript:y) \x1b[2J\x1b]0;title\x07 "
BAD += "\u202e\u2065\u2066\u200b \ud800 \x00 \x08\x7f\x9b \r \u2028"


def fail(*arguments):
    space = {}
    exec(compile("def f(g):\n    g()", f"/{BAD[:40]}\n{BAD[-20:]}".replace("\x00", ""), "exec"), space)
    space["f"].__code__ = space["f"].__code__.replace(co_name=BAD)

    def last():
        print(BAD * 100)
        name = BAD.replace("\x00", "").encode("utf-8", "replace").decode()
        raise type(name, (ValueError,), {"__module__": BAD})(BAD, BAD * 50)

    space["f"](last)


softmax = cross_entropy = counts = Linear = Classifier = attempt = fail
fail.__name__ = fail.__qualname__ = fail.__doc__ = BAD
