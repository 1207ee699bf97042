"""`python -m fedirse`."""

from fedirse.cli import main

main()
