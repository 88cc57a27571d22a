"""One commit tried before it is pushed: a clean clone, an environment as the host makes it, the lab.

``rehearse`` does it and never raises for what is wrong with the commit: that is what a ``Rehearsal`` tells.
"""
