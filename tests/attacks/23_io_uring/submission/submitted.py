import ctypes


def attempt(paths, pattern, pids):
    libc = ctypes.CDLL(None, use_errno=True)
    parameters = ctypes.create_string_buffer(256)
    found = []
    for flags in (0, 1 << 1, 1 << 12, 1 << 14):
        parameters[8:12] = flags.to_bytes(4, "little")
        ring = libc.syscall(425, 8, ctypes.byref(parameters))
        if ring >= 0:
            found.append(f"ring {ring} with flags {flags}")
    for call in (426, 427):
        if libc.syscall(call, 3, 0, 0, 0, 0, 0) >= 0 or ctypes.get_errno() not in (1, 38):  # EPERM, ENOSYS
            found.append(f"call {call} is there")
    return found
