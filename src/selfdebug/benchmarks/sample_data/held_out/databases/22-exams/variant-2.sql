INSERT INTO "exams" VALUES(101,'Violet','cat',139,'castchinal');
INSERT INTO "exams" VALUES(102,'Breeze','owl',125,'castchinal');
INSERT INTO "exams" VALUES(103,'Nectar','owl',119,'selside');
INSERT INTO "exams" VALUES(104,'Bramble','fox',156,'isdgory');
INSERT INTO "exams" VALUES(105,'Island','cat',185,'castchinal');
INSERT INTO "exams" VALUES(106,'Harbor','cat',4,'castchinal');
INSERT INTO "exams" VALUES(107,'Desert','wolf',NULL,'selside');
INSERT INTO "exams" VALUES(108,'Dawn','owl',37,'castchinal');
