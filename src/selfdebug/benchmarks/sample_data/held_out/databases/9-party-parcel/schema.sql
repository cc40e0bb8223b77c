CREATE TABLE parcel (
    id INTEGER PRIMARY KEY,
    party INTEGER,
    population INTEGER,FOREIGN KEY (party) REFERENCES party (id)
);
CREATE TABLE party (
    id INTEGER PRIMARY KEY,
    name TEXT,
    type TEXT,
    level INTEGER,
    repaired_year INTEGER
);
