"""Is short and becomes huge when the compiler computes its constants.

source: "x = " + "[" * 90 + "1" + "]*9" * 90 + "\n" + "a = ((((1 << 4000) << 4000) << 4000) ** 99999999)\ndef f(x):\n"
    "    return 3\n"
expect: not run or failed or timed out or out of memory
"""
