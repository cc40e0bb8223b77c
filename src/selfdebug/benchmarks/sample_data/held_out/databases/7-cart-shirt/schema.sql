CREATE TABLE cart (
    id INTEGER PRIMARY KEY,
    name TEXT,
    city TEXT,
    debt INTEGER
);
CREATE TABLE shirt (
    id INTEGER PRIMARY KEY,
    cart_id INTEGER,
    name TEXT,
    copies INTEGER,
    level INTEGER,FOREIGN KEY (cart_id) REFERENCES cart (id)
);
