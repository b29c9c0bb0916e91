"""The parameters of the shipped sample: what ``staalkaart generate`` makes when asked nothing else.

Border: no import stands here, so that the command line can show its defaults at once.
"""

DEFAULT_LEARNERS = 1_200
DEFAULT_YEARS = 6
DEFAULT_SEED = 223
