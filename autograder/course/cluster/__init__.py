"""A class graded on other machines, by Dask.

    here                                            there
    ────                                            ─────
    starting.py   the cluster: found or started     host.py    a worker program, over SSH or as a Slurm job
    ssh.py, slurm.py   where its workers come from
    engine.py     who gets which job, and again     task.py    what a worker does: starts `autograder job`, and waits
    workers.py    who is there, and fit
    parcel.py     submission and assignment ── bytes ──►       unpacked again

A worker gets bytes and gives bytes. It needs this package, and no folder that both machines see.
"""
