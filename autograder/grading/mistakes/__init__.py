"""Names for wrong answers: what came, in a few numbers; how it relates to what was expected; which known mistake gives it.

a test fails      fingerprint.py   what came, as numbers that can be compared within tolerance
                  relations.py     what it is to what was expected: transposed, 1/N of it, all zero
after grading     library.py       what each known mistake answers in each test
                  naming.py        the mistake, or the relation, that explains all failures of a part
"""
