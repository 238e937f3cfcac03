"""The evidence of sales for a dossier of five stars: channels with links, sales by month, certificates."""
