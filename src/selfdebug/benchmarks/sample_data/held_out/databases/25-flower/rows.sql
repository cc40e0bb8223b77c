INSERT INTO "flower" VALUES(1,'Ivory','pepper',743);
INSERT INTO "flower" VALUES(2,'Tide','pepper',340);
INSERT INTO "flower" VALUES(3,'Spark','pepper',579);
INSERT INTO "flower" VALUES(4,'Spruce','salt',779);
INSERT INTO "flower" VALUES(5,'Opal','salt',667);
INSERT INTO "flower" VALUES(6,'Lagoon','cocoa',813);
INSERT INTO "flower" VALUES(7,'Forest','cocoa',282);
INSERT INTO "flower" VALUES(8,'Sky','pepper',602);
