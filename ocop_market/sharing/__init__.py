"""Figures that a producer hands to an office: signed, dated, taken back when the producer says so."""
