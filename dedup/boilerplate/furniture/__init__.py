"""A model that knows furniture when it sees it: by shape, wording, neighbours and place (BLP313).

How a paragraph is scored: ``features`` turns paragraphs into whole numbers, ``weights`` holds what
was learned, ``scorer`` gives the probability, ``reasons`` the words for it. ``train`` learns from
labelled pages (``make train``) and ``measure`` says how well, on outlets it has not seen.
"""
