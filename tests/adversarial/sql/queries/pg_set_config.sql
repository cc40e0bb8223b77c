-- engines: postgres; expect: error
SELECT set_config('transaction_read_only', 'off', false)
