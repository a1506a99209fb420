"""The database: engine, tables, migrations, one module of queries per noun. No decisions here."""
