SOURCE = """
def name_that_is_missing(*_, **__):
    return nothing_of_this_name

def module_that_is_missing(*_, **__):
    import nothing_of_this_name

def code_that_is_none(*_, **__):
    compile("(", "<helper code>", "exec")
"""
space = {}
exec(compile(SOURCE, "<helper counts>", "exec"), space)
softmax = Linear = space["name_that_is_missing"]
cross_entropy = Classifier = minimise = space["module_that_is_missing"]
counts = space["code_that_is_none"]


def attempt(*_):
    return []
