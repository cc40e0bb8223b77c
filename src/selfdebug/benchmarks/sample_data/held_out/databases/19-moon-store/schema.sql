CREATE TABLE moon (
    id INTEGER PRIMARY KEY,
    name TEXT,
    author TEXT,
    population INTEGER,
    power INTEGER
);
CREATE TABLE store (
    id INTEGER PRIMARY KEY,
    moon_id INTEGER,
    name TEXT,
    author TEXT,
    debt INTEGER,
    power INTEGER,FOREIGN KEY (moon_id) REFERENCES moon (id)
);
