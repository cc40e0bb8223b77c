CREATE TABLE goat (
    id INTEGER PRIMARY KEY,
    name TEXT,
    city TEXT,
    noise INTEGER
);
CREATE TABLE mill (
    id INTEGER PRIMARY KEY,
    torch_id INTEGER,
    heading TEXT,
    seats INTEGER,
    type TEXT,FOREIGN KEY (torch_id) REFERENCES torch (id)
);
CREATE TABLE torch (
    id INTEGER PRIMARY KEY,
    goat_id INTEGER,
    name TEXT,
    seats INTEGER,FOREIGN KEY (goat_id) REFERENCES goat (id)
);
