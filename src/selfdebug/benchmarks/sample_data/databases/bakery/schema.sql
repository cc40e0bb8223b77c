-- A bakery's products and what it sold of them.
CREATE TABLE product (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    price INTEGER NOT NULL, -- in cents
    gluten_free INTEGER NOT NULL -- 1 or 0
);
CREATE TABLE sale (
    id INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES product (id),
    day TEXT NOT NULL, -- YYYY-MM-DD
    pieces INTEGER NOT NULL,
    discount INTEGER -- percent, NULL where there was none
);
