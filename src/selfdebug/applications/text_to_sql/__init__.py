"""Text-to-SQL: a question to a database becomes a query (Spider, BIRD)."""
