CREATE TABLE parties (
    id INTEGER PRIMARY KEY,
    heading TEXT,
    author TEXT,
    grade INTEGER,
    city TEXT
);
CREATE TABLE patients (
    id INTEGER PRIMARY KEY,
    party_id INTEGER,
    heading TEXT,
    type TEXT,
    level INTEGER,FOREIGN KEY (party_id) REFERENCES parties (id)
);
