INSERT INTO "flower" VALUES(1,'Laurel','pepper',563);
INSERT INTO "flower" VALUES(2,'Tide','honey',700);
INSERT INTO "flower" VALUES(3,'Fern','honey',518);
INSERT INTO "flower" VALUES(4,'Lantern','pepper',682);
INSERT INTO "flower" VALUES(5,'Elm','cocoa',196);
INSERT INTO "flower" VALUES(6,'Ripple','pepper',12);
INSERT INTO "flower" VALUES(7,'Fjord','cocoa',190);
INSERT INTO "flower" VALUES(8,'Oasis','honey',598);
