"""The stamp, and how each kind of mark is written.

A pure core: bytes in, bytes out. ``plan`` decides from what it can read, a work tree or a commit's blobs;
``write`` alone touches the disk. A new kind of mark is one new file and one line in ``kinds``.
"""
