"""What lives inside the running app: knows which code is loaded, drops old code, answers challenges.

Everything here runs in somebody else's process. It is guarded, it takes no time, and it never says "fresh"
where it does not know.
"""
