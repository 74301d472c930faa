import signal

from right import *

for number in (signal.SIGXCPU, signal.SIGALRM, signal.SIGPROF, signal.SIGVTALRM):
    signal.signal(number, lambda *_: None)


while True:
    pass
