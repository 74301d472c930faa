"""What the handout zip holds beside the assignment: run_tests.py, what it runs, and what plain pytest needs there."""
