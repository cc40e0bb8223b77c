CREATE TABLE mug (
    id INTEGER PRIMARY KEY,
    heading TEXT,
    author TEXT,
    grade INTEGER,
    copies INTEGER
);
