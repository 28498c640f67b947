"""`python -m lms`: the command line."""

from lms.cli import main

main()
