"""Tables, engines and migrations. Knows SQL and its dialects; knows no rule of the product."""
