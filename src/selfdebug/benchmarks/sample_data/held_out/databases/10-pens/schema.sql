CREATE TABLE pens (
    pen_id INTEGER PRIMARY KEY,
    heading TEXT,
    city TEXT,
    level INTEGER,
    pet TEXT
);
