-- Other rows, which tell queries apart that the first rows do not.
INSERT INTO product VALUES
    (1, 'apple pie', 'cake', 450, 1),
    (2, 'almond tart', 'cake', 450, 0),
    (3, 'brioche', 'bread', 150, 1),
    (4, 'baguette', 'bread', 120, 0),
    (5, 'scone', 'pastry', 120, 1),
    (6, 'pretzel', 'bread', 150, 1),
    (7, 'corn bread', 'bread', 380, 1),
    (8, 'macaroon', 'pastry', 120, 0),
    (9, 'rye loaf', 'bread', 180, 1);
INSERT INTO sale VALUES
    (1, 4, '2024-05-04', 20, 10),
    (2, 7, '2024-05-05', 12, NULL),
    (3, 7, '2024-05-03', 20, 0),
    (4, 4, '2024-05-05', 20, NULL),
    (5, 1, '2024-05-08', 5, 0),
    (6, 7, '2024-05-03', 25, 5),
    (7, 8, '2024-05-08', 12, NULL),
    (8, 6, '2024-05-06', 40, 5),
    (9, 7, '2024-05-03', 50, NULL),
    (10, 3, '2024-05-02', 60, 0),
    (11, 3, '2024-05-03', 50, 0),
    (12, 2, '2024-05-07', 51, NULL),
    (13, 2, '2024-05-04', 12, 10),
    (14, 8, '2024-05-05', 12, 5),
    (15, 5, '2024-05-06', 50, NULL);
