raise RuntimeError("this package is broken")
