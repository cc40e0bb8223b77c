CREATE TABLE flower (
    id INTEGER PRIMARY KEY,
    heading TEXT,
    author TEXT,
    temperature INTEGER,
    repaired_year INTEGER
);
CREATE TABLE parcel (
    id INTEGER PRIMARY KEY,
    flower_id INTEGER,
    name TEXT,
    population INTEGER,
    copies INTEGER,FOREIGN KEY (flower_id) REFERENCES flower (id)
);
