"""The graph in pieces, so that a build makes again only those whose inputs changed.

``reading`` makes the statements of one record, ``groups`` says which records are inferred together,
``inference`` makes a piece (what a group says and what follows from it), ``manifest`` puts pieces
together to the canonical dump and tells the difference of two versions, and ``pieces`` runs all of
it, keeping each result.
"""
