"""Weighing words: what is weighed by further texts is weighed as by all of them at once."""

import numpy as np

from budget_align.core.editing.weighing import Weigher

ONE = ["Primary schools and teachers", "Hospitals, clinics and hospital beds"]
OTHER = ["Roads and bridges", "", "A bridge of the north"]


def test_texts_are_weighed_by_those_beneath_as_if_all_had_been_given_at_once() -> None:
    whole, parted = Weigher([*ONE, *OTHER]), Weigher(OTHER, Weigher(ONE))
    asked = [*ONE, *OTHER, "Teaching at a hospital", "xyz"]
    for one, other in ((whole(asked), parted(asked)), (whole.own, parted.own)):
        assert one.shape == other.shape
        assert np.allclose((one @ one.T).todense(), (other @ other.T).todense())
    assert np.allclose(whole(ONE + OTHER).todense(), whole.own.todense())


def test_what_is_beneath_stays_as_it_was() -> None:
    beneath = Weigher(ONE)
    before = beneath(["Bridges of hospitals"]).todense()
    Weigher(OTHER, beneath)
    assert np.array_equal(beneath(["Bridges of hospitals"]).todense(), before)


def test_a_rare_word_weighs_more_than_a_common_one_and_pieces_tie_forms_of_a_word() -> None:
    weigh = Weigher(["north schools", "north roads", "north courts"])
    (said,) = weigh.words_of(weigh(["north courts"]))
    everything = np.ones(said.shape[1])
    assert weigh.heaviest(said, everything) == ("courts", "north")
    assert weigh.heaviest(said, 0 * everything) == ()
    near = (weigh(["school"]) @ weigh(["schools", "roads"]).T).todense()
    assert near[0, 0] > near[0, 1]
