"""One set of figures in three clothes: terminal, web page, workbook."""
