-- engines: sqlite; expect: error
SELECT fts3_tokenizer('evil', x'4141414141414141')
