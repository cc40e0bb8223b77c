CREATE TABLE churches (
    id INTEGER PRIMARY KEY,
    heading TEXT,
    scent TEXT,
    level INTEGER
);
CREATE TABLE kitchens (
    id INTEGER PRIMARY KEY,
    church_id INTEGER,
    debt INTEGER,
    pet TEXT,FOREIGN KEY (church_id) REFERENCES churches (id)
);
