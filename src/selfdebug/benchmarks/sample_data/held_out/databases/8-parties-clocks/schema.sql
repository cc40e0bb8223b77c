CREATE TABLE clocks (
    id INTEGER PRIMARY KEY,
    party_id INTEGER,
    name TEXT,
    major TEXT,
    power INTEGER,
    grade INTEGER,FOREIGN KEY (party_id) REFERENCES parties (id)
);
CREATE TABLE parties (
    id INTEGER PRIMARY KEY,
    heading TEXT,
    author TEXT,
    grade INTEGER,
    city TEXT
);
