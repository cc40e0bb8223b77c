-- Chess players, tournaments and games.
CREATE TABLE player (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    born INTEGER NOT NULL,
    rating INTEGER -- NULL for players who have none yet
);
CREATE TABLE tournament (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    year INTEGER NOT NULL
);
CREATE TABLE game (
    id INTEGER PRIMARY KEY,
    tournament_id INTEGER NOT NULL REFERENCES tournament (id),
    white_id INTEGER NOT NULL REFERENCES player (id),
    black_id INTEGER NOT NULL REFERENCES player (id),
    result TEXT NOT NULL, -- 'white' or 'black', whoever won, or 'draw'
    moves INTEGER NOT NULL
);
