"""Exploring: what the notebooks of analysts show of the published file, as small frames.

``opening`` opens the file, ``choices`` says what can be chosen, ``cells`` and ``growth`` read what
was chosen from the cube, ``quality`` what is known of the deliveries, ``reproduction`` makes the
answer to a question again.

Border: only the published file is read; layout and prose stand in ``notebooks/``. Numbers about
persons are exact here, as the published file has them: nothing of it is a publication.
"""
