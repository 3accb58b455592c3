"""Labelled comments in our own words, made by rule from small parts; the same seed makes the same comments."""

import random

_HAM_SUBJECTS = ["The second paragraph", "Your recipe", "This bridge", "The chart", "My grandmother's oven", "That interview",
                 "The map on page two", "Our school library", "The old tram line", "Your test rig", "The weather that week"]
_HAM_VERBS = ["reminded me of", "explains", "does not quite match", "would be clearer with", "made me look up",
              "is missing", "agrees with", "contradicts", "goes well with", "left out"]
_HAM_OBJECTS = ["the winter of 1987", "what our teacher used to say", "a second source", "the numbers in the annual report",
                "how bread rises at altitude", "the way the river bends", "my notes from the workshop",
                "a photograph of the north side", "the footnote about salt", "what the council decided in May"]
_HAM_ENDS = ["Thank you for writing it up.", "Could you say more about that?", "I may be wrong, of course.",
             "We tried it on Sunday and it worked.", "Greetings from the coast.", "Looking forward to part two.",
             "Is there a version to print?", "My students will enjoy this."]
_SPAM_OPENERS = ["Great post!!!", "Dear friend,", "WOW amazing blog.", "Hello admin,", "Hurry up guys!", "Nice info bro."]
_SPAM_OFFERS = ["earn $%d a day from home", "cheap replica watches %d%% off", "win %d free spins tonight",
                "get %d followers instantly", "loans up to $%d without papers", "miracle pills only $%d"]
_SPAM_CALLS = ["Click http://cash-%d.example/now", "Visit www.best-deal%d.example today", "WhatsApp me +1 555 01%02d",
               "Sign up at http://casino%d.example/bonus", "Check out my channel number %d and subscribe"]


def labelled(count, seed=1):
    """Yields (body, "spam" | "ham"), about one spam in three, all different."""
    rng = random.Random(seed)
    for number in range(count):
        if rng.random() < 0.35:
            body = " ".join([rng.choice(_SPAM_OPENERS), rng.choice(_SPAM_OFFERS) % rng.randint(10, 999),
                             rng.choice(_SPAM_CALLS) % rng.randint(10, 99), f"ref{number}"])
            yield body, "spam"
        else:
            body = " ".join([rng.choice(_HAM_SUBJECTS), rng.choice(_HAM_VERBS), rng.choice(_HAM_OBJECTS) + ".",
                             rng.choice(_HAM_ENDS), f"(note {number})"])
            yield body, "ham"
