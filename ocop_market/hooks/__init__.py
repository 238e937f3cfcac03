"""The addresses that platforms call: a small WSGI app that checks, keeps a hint and answers."""
