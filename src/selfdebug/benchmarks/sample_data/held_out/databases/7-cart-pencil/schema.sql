CREATE TABLE cart (
    id INTEGER PRIMARY KEY,
    name TEXT,
    coach_name TEXT,
    level INTEGER
);
CREATE TABLE pencil (
    id INTEGER PRIMARY KEY,
    cart_id INTEGER,
    name TEXT,
    major TEXT,
    salary INTEGER,
    elected_year INTEGER,FOREIGN KEY (cart_id) REFERENCES cart (id)
);
