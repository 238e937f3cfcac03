"""Rules and rates of the programme and of the law as rows with their dates and sources; no rule is a constant in code."""
