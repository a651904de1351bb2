"""Values for parameters. Slots are functions by name; importing this package enters all of them."""

from . import everyday, lists, measures, numbers, people, subjects, technical, words
from .registry import SLOTS, draw
from .words import capital, odd_word, phrase_of, topic, usual_words, word

__all__ = ["SLOTS", "capital", "draw", "everyday", "lists", "measures", "numbers", "odd_word", "people", "phrase_of", "subjects", "technical", "topic", "usual_words", "word", "words"]
