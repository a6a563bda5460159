"""An invented town to try Duban with: people, last year's reports, a scenario dated from today."""
