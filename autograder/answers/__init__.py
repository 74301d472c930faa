"""Answers in a plain text file: read with care, judged by the rule that each question states.

values.py       what stands behind the = of an answer -> a number, a word, a list, or what to write instead
reading.py      bytes of an answers.toml -> answers and problems, statement by statement
rules.py        what a question asks for, and whether an answer is that
sheet.py        questions, and what the answers of one student are worth, errors carried forward included
paper.py        the questions and numbers of an assignment, and the command by which students read them
local_check.py  a file by which a student can see that an answer is right, without the answer in it

Nothing here knows an assignment. An assignment's own `questions.py` lists the questions, its answer key solves them.
"""
