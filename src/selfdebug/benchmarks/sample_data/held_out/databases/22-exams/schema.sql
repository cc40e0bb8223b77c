CREATE TABLE exams (
    id INTEGER PRIMARY KEY,
    heading TEXT,
    pet TEXT,
    debt INTEGER,
    author TEXT
);
