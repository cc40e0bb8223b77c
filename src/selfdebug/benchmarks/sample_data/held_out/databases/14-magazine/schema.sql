CREATE TABLE magazine (
    magazine_id INTEGER PRIMARY KEY,
    name TEXT,
    major TEXT,
    volume INTEGER,
    debt INTEGER
);
