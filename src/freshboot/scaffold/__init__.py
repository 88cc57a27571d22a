"""What ``freshboot init`` writes into a repository, and takes away again: pure, values in and values out.

Every line that is added carries a note, so that it is known again whatever else is edited meanwhile.
"""
