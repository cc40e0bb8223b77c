INSERT INTO "flower" VALUES(1,'River','image',107);
INSERT INTO "flower" VALUES(2,'Lagoon','minied',152);
INSERT INTO "flower" VALUES(3,'Bramble','yetow',174);
INSERT INTO "flower" VALUES(4,'Coral','minied',576);
INSERT INTO "flower" VALUES(5,'Crystal','maxstent',20);
INSERT INTO "flower" VALUES(6,'Canyon','yetow',82);
INSERT INTO "flower" VALUES(7,'Nectar','minied',527);
INSERT INTO "flower" VALUES(8,'Lantern','image',582);
