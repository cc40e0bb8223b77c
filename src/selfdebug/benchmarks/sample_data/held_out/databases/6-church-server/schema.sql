CREATE TABLE church (
    id INTEGER PRIMARY KEY,
    name TEXT,
    author TEXT,
    copies INTEGER
);
CREATE TABLE server (
    id INTEGER PRIMARY KEY,
    church INTEGER,
    name TEXT,
    type TEXT,
    debt INTEGER,FOREIGN KEY (church) REFERENCES church (id)
);
