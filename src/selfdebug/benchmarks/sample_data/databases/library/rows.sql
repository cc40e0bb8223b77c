INSERT INTO author VALUES
    (1, 'Mara Lind', 'Sweden'),
    (2, 'Otto Brandt', 'Germany'),
    (3, 'Ines Rocha', 'Portugal'),
    (4, 'Mara Lind', 'Finland'),
    (5, 'Kofi Adu', NULL),
    (6, 'Jean Petit', 'France');
INSERT INTO book VALUES
    (1, 'The Salt Road', 1, 1978, 312),
    (2, 'Winter Bees', 1, 1994, 188),
    (3, 'A House of Glass', 2, 1980, 401),
    (4, 'Night Ferry', 2, 1979, 300),
    (5, 'Small Rivers', 3, 2005, 254),
    (6, 'Iron Garden', 4, 1965, 522),
    (7, 'The Long Field', 5, NULL, 340),
    (8, 'Paper Birds', 3, 1971, 301),
    (9, 'Low Tide', 3, 2011, 160),
    (10, 'Winter Bees', 5, 1988, 210);
INSERT INTO member VALUES
    (1, 'Ada Holm', 'Norby'),
    (2, 'Ben Okoro', 'Selden'),
    (3, 'Clara Voss', 'Norby'),
    (4, 'Dan Reyes', 'Hurst'),
    (5, 'Ada Holm', 'Hurst'),
    (6, 'Eva Lang', 'Selden');
INSERT INTO loan VALUES
    (1, 1, 1, '2024-01-05', '2024-01-20'),
    (2, 3, 2, '2024-01-09', NULL),
    (3, 5, 1, '2024-02-01', '2024-02-15'),
    (4, 8, 3, '2024-02-03', NULL),
    (5, 1, 3, '2024-02-10', '2024-03-01'),
    (6, 9, 2, '2024-02-12', '2024-02-13'),
    (7, 10, 5, '2024-01-28', NULL),
    (8, 5, 2, '2024-03-02', '2024-03-20'),
    (9, 6, 1, '2024-03-05', NULL);
