"""`python -m analysis` is `nhiemky`."""

from analysis.cli import main

if __name__ == "__main__":
    main(prog_name="nhiemky")
