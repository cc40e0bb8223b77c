-- engines: sqlite; expect: stopped
SELECT group_concat(a.n || 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx') FROM digits a, digits b, digits c, digits d, digits e, digits f, digits g, digits h
