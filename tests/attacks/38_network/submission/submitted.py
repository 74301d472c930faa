import contextlib
import glob
import socket


def attempt(paths, pattern, pids):
    found = []
    for family in range(46):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            with contextlib.suppress(OSError):
                socket.socket(family, kind).close()
                found.append(f"family {family} kind {kind}")
    for address in (("127.0.0.1", 22), ("169.254.169.254", 80), ("::1", 22)):
        with contextlib.suppress(OSError):
            socket.create_connection(address, 0.2).close()
            found.append(str(address))
    places = [
        "/var/run/docker.sock",
        "/run/dbus/system_bus_socket",
        "/tmp/.X11-unix/X0",
        *glob.glob("/tmp/ssh-*/*"),
        "\0abstract",
    ]
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        with contextlib.suppress(OSError):
            one, _ = socket.socketpair(socket.AF_UNIX, kind)
            for place in places:
                for use in (one.connect, one.bind):
                    with contextlib.suppress(OSError):
                        use(place)
                        found.append(f"{kind} {place!r}")
                with contextlib.suppress(OSError):
                    one.sendto(b"x", place)  # the others have no addressee but their other end
                    found += [f"datagram to {place!r}"] if kind == socket.SOCK_DGRAM else []
    return found
