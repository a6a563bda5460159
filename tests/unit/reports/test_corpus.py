"""The reports that the rules were developed on stay read as their gold says."""

from tests.bench.reading import run, summed

PLAIN_TALK = range(709, 915)
"""Reports in village talk and set phrases: what is wrong is told without a word of reproach."""


def test_the_tuning_corpus_is_read_as_its_gold_says() -> None:
    results, _ = run("tune")
    plain = [one for name, one in results.items() if int(name[:3]) in PLAIN_TALK]
    usual = [one for name, one in results.items() if int(name[:3]) not in PLAIN_TALK]
    total = summed(list(results.values()))
    assert summed(usual)["items"].f1() >= 0.985
    assert summed(plain)["items"].f1() >= 0.78
    assert total["heading"].f1() >= 0.98
    assert total["figures"].f1() >= 0.999
    assert total["format"].f1() >= 0.98
    assert total["findings"].f1() >= 0.98
    negatives = [result for result in results.values() if result.structure == "negative"]
    assert negatives
    assert all(result.scores["items"].extra == 0 for result in negatives)
