"""Logic: why an inferred fact holds, and what contradicts the axioms of the ontology.

``explain`` leads an inferred fact back through the rules that made it (``patterns`` are their
triples, ``rule_parser`` reads the rule files, ``matching`` finds what matched); ``clashes`` finds
statements that cannot all be true, ``wording`` puts them into words, ``consistency`` blames one.
"""
