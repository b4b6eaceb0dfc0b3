"""Words of texts, weighed by how rare they are (TF-IDF): whole words, then pieces of words, so that "hospitals" is near
"hospital".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from budget_align.core.values.arrays import Floats

_Analyze = Callable[[str], list[str]]


class Weigher:
    """Weighs the terms of texts by how few of some texts say them.

    Args:
        texts: those among which a term is rare or not.
        beneath: what weighs by further texts, which stand before these and are not looked through again.

    Attributes:
        own: the texts that it weighs by, weighed, those of `beneath` first; a sparse matrix of shape (texts, terms).
    """

    def __init__(self, texts: Sequence[str], beneath: Weigher | None = None) -> None:
        # A word that no text need say, so that there is one.
        texts = texts if beneath is not None else ["budget", *texts]
        words, pieces = _analyzers()
        self._words: _Terms = _Terms(words, texts, None if beneath is None else beneath._words)
        self._pieces: _Terms = _Terms(pieces, texts, None if beneath is None else beneath._pieces)
        self._names = list(self._words.numbers)
        self.own = _joined(self._words.own(), self._pieces.own())[1:]

    def __call__(self, texts: Sequence[str]) -> Any:
        """Texts as rows of length one, or of zero where they say no term that is known, shape (texts, terms)."""
        return _joined(self._words(texts), self._pieces(texts))

    def words_of(self, vectors: Any) -> Any:
        """The part of weighed texts that is whole words."""
        return vectors[:, : len(self._names)]

    def heaviest(self, mine: Any, speaking: Floats, count: int = 4) -> tuple[str, ...]:
        """The words of a text that weigh most in what speaks for something, most first."""
        weights = (mine.data * speaking[mine.indices]).tolist()
        said = [
            (-weight, self._names[at]) for weight, at in zip(weights, mine.indices.tolist(), strict=True) if weight > 0
        ]
        return tuple(name for _, name in sorted(said)[:count])


class _Terms:
    """Terms of one kind, each with a number, in the order in which they are met."""

    def __init__(self, analyze: _Analyze, texts: Sequence[str], beneath: _Terms | None) -> None:
        from scipy.sparse import csr_matrix, vstack
        from sklearn.feature_extraction.text import TfidfTransformer

        self._analyze = analyze
        self.numbers: dict[str, int] = {} if beneath is None else dict(beneath.numbers)
        self._counts = self._count(texts, learn=True)
        if beneath is not None:
            known = beneath._counts
            wider = csr_matrix((known.data, known.indices, known.indptr), (known.shape[0], len(self.numbers)))
            self._counts = vstack([wider, self._counts], format="csr")
        self._tfidf = TfidfTransformer(sublinear_tf=True).fit(self._counts)

    def own(self) -> Any:
        return self._tfidf.transform(self._counts)

    def __call__(self, texts: Sequence[str]) -> Any:
        counts = self._count(texts, learn=False)
        return self._tfidf.transform(counts) if texts else counts

    def _count(self, texts: Sequence[str], *, learn: bool) -> Any:
        """How often each text says each term; one that has no number gets one to learn it, or is left out."""
        from scipy.sparse import csr_matrix

        ends, terms, counts = [0], list[int](), list[int]()
        for text in texts:
            said = Counter(self._analyze(text.casefold()))
            if learn:
                for term in said:
                    self.numbers.setdefault(term, len(self.numbers))
            known = {self.numbers[term]: count for term, count in said.items() if term in self.numbers}
            terms.extend(known)
            counts.extend(known.values())
            ends.append(len(terms))
        return csr_matrix((np.array(counts, dtype=np.float64), terms, ends), (len(texts), len(self.numbers)))


@cache
def _analyzers() -> tuple[_Analyze, _Analyze]:
    """What finds the words of a text, and what finds their pieces."""
    from sklearn.feature_extraction.text import CountVectorizer

    words = CountVectorizer(stop_words="english", token_pattern=r"(?u)\b[^\W\d_]{2,}\b")
    return words.build_analyzer(), CountVectorizer(analyzer="char_wb", ngram_range=(4, 5)).build_analyzer()


def _joined(words: Any, pieces: Any) -> Any:
    from scipy.sparse import hstack
    from sklearn.preprocessing import normalize

    both = hstack([words, pieces], format="csr")
    return normalize(both) if both.shape[0] else both
