INSERT INTO "flower" VALUES(1,'Reef','maxstent',535);
INSERT INTO "flower" VALUES(2,'Harvest','maxstent',559);
INSERT INTO "flower" VALUES(3,'Laurel','image',391);
INSERT INTO "flower" VALUES(4,'Prairie','yetow',566);
INSERT INTO "flower" VALUES(5,'Ripple','minied',518);
INSERT INTO "flower" VALUES(6,'Lantern','minied',626);
INSERT INTO "flower" VALUES(7,'Cloud','image',503);
