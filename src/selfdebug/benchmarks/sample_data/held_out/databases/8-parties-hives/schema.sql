CREATE TABLE hives (
    id INTEGER PRIMARY KEY,
    party_id INTEGER,
    name TEXT,
    temperature INTEGER,
    type TEXT,FOREIGN KEY (party_id) REFERENCES parties (id)
);
CREATE TABLE parties (
    id INTEGER PRIMARY KEY,
    heading TEXT,
    author TEXT,
    grade INTEGER,
    city TEXT
);
