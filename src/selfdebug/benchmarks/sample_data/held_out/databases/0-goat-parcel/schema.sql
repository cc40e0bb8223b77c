CREATE TABLE goat (
    id INTEGER PRIMARY KEY,
    heading TEXT,
    author TEXT,
    volume INTEGER,
    city TEXT
);
CREATE TABLE parcel (
    id INTEGER PRIMARY KEY,
    goat INTEGER,
    name TEXT,
    seats INTEGER,
    power INTEGER,FOREIGN KEY (goat) REFERENCES goat (id)
);
