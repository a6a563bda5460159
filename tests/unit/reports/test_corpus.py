"""The reports that the rules were developed on stay read as their gold says."""

from tests.bench.reading import run, summed


def test_the_tuning_corpus_is_read_as_its_gold_says() -> None:
    results, _ = run("tune")
    total = summed(list(results.values()))
    assert total["items"].f1() >= 0.985
    assert total["figures"].f1() >= 0.999
    assert total["format"].f1() >= 0.98
    assert total["findings"].f1() >= 0.98
    negatives = [result for result in results.values() if result.structure == "negative"]
    assert negatives
    assert all(result.scores["items"].extra == 0 for result in negatives)
