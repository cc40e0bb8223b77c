-- A town's library.
CREATE TABLE author (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    country TEXT
);
CREATE TABLE book (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    author_id INTEGER NOT NULL REFERENCES author (id),
    year INTEGER, -- of publication, if it is known
    pages INTEGER NOT NULL
);
CREATE TABLE member (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    town TEXT NOT NULL
);
CREATE TABLE loan (
    id INTEGER PRIMARY KEY,
    book_id INTEGER NOT NULL REFERENCES book (id),
    member_id INTEGER NOT NULL REFERENCES member (id),
    taken TEXT NOT NULL, -- YYYY-MM-DD
    returned TEXT -- YYYY-MM-DD, NULL while the book is out
);
