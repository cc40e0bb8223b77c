INSERT INTO "mug" VALUES(1,'Tide','Mila',5,249);
INSERT INTO "mug" VALUES(2,'Nectar','Anna',8,72);
INSERT INTO "mug" VALUES(3,'River','Marco',9,465);
INSERT INTO "mug" VALUES(4,'Ripple','Mila',15,178);
INSERT INTO "mug" VALUES(5,'Bramble','Ben',14,504);
INSERT INTO "mug" VALUES(6,'Topaz','Anna',3,527);
INSERT INTO "mug" VALUES(7,'Moon','Mila',2,803);
INSERT INTO "mug" VALUES(8,'Valley','Emma',12,530);
