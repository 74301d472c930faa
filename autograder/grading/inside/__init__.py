"""Tests that run inside: whole, in the process of the submission. Their verdicts are claims; docs/security.md says why.

| module | side | what it does |
| --- | --- | --- |
| `loading` | trusted | what the fork server loads so that such a test begins at once |
| `selection` | trusted | which tests run inside, by assignment.toml and by the marker |
| `parcel` | trusted | the files of a suite that such a test is given |
| `plugin` | trusted | the pytest plugin that has them run, in place of set-up, call and tear-down here |
| `rewriting` | both | assert statements as pytest rewrites them, once for all tests of a file |
| `claims` | both | what a test has come to, as data; taken apart here as hostile |
| `runner` | the submission's | pytest on that one test |
"""
