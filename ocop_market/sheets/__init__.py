"""Tables as people send them: bytes to sheets, headings to columns, cells to values. No network, no files."""
