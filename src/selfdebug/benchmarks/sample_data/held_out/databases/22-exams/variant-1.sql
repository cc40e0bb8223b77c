INSERT INTO "exams" VALUES(1,'Nectar','wolf',113,'isdgory');
INSERT INTO "exams" VALUES(2,'Opal','cat',52,'castchinal');
INSERT INTO "exams" VALUES(3,'Ivory','otter',141,'isdgory');
INSERT INTO "exams" VALUES(4,'Breeze','cat',145,'fary');
INSERT INTO "exams" VALUES(5,'Dune','cat',166,'selside');
INSERT INTO "exams" VALUES(6,'Meadow','wolf',118,'isdgory');
INSERT INTO "exams" VALUES(7,'Desert','fox',6,'castchinal');
INSERT INTO "exams" VALUES(8,'Bramble','wolf',115,'fary');
