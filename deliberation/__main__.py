"""``python3 -m deliberation``: make the environment on first use, then run the command line inside it."""

from deliberation.bootstrap import ensure

if __name__ == "__main__":
    ensure("deliberation")

    from deliberation.cli import main

    main()
