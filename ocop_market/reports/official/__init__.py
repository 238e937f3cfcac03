"""The six-month and annual reports to the authority: one set of figures, frozen, in four clothes.

The reports are in Vietnamese whatever language the program speaks, so their words stand here as they are printed.
"""
