CREATE TABLE store (
    id INTEGER PRIMARY KEY,
    name TEXT,
    coach_name TEXT,
    copies INTEGER,
    temperature INTEGER
);
CREATE TABLE writer (
    id INTEGER PRIMARY KEY,
    store_id INTEGER,
    name TEXT,
    zone TEXT,
    population INTEGER,
    level INTEGER,FOREIGN KEY (store_id) REFERENCES store (id)
);
