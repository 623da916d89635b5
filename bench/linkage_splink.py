"""Splink as its own documentation recommends: the tutorial for fake_1000, the febrl4 example's detailed model, and for
drill records the comparisons of its library for names, dates of birth and numbers.

Sources: docs/demos/tutorials/04_Estimating_model_parameters.ipynb, 05_Predicting_results.ipynb and
examples/duckdb/febrl4.ipynb of moj-analytical-services/splink.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import duckdb
import polars as pl
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

logging.getLogger("splink").setLevel(logging.CRITICAL)


def _run(
    tables: Sequence[pl.DataFrame], settings: SettingsCreator, certain: list[Any], recall: float, pairs: float,
    em: list[Any], least: float, threshold: float,
) -> pl.DataFrame:  # fmt: skip
    """``unique_id, group`` (and ``source_dataset`` where there are several tables)."""
    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET memory_limit = '8GB'; SET enable_progress_bar = false")
    api = DuckDBAPI(connection)
    linker = Linker([api.register(table.to_arrow()) for table in tables], settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(certain, recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=pairs, seed=1)
    for rule in em:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)
    found = linker.inference.predict(threshold_match_probability=least)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(found, threshold_match_probability=threshold)
    return pl.DataFrame(pl.from_arrow(clusters.as_pyarrow_table())).rename({"cluster_id": "group"})


def fake_1000(table: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """The tutorial's model; the tutorial clusters at 0.5."""
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("first_name"),
            cl.NameComparison("surname"),
            cl.LevenshteinAtThresholds("dob", 1),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        blocking_rules_to_generate_predictions=[block_on("first_name", "city"), block_on("surname")],
    )
    certain = [
        block_on("first_name", "dob"),
        "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
        block_on("email"),
    ]
    em = [block_on("first_name", "surname"), block_on("dob")]
    return _run([table], settings, certain, 0.7, 1e6, em, 0.2, threshold)


def febrl4(tables: Sequence[pl.DataFrame], threshold: float) -> pl.DataFrame:
    """The example's detailed model; the example clusters at 0.99."""
    settings = SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="link_only",
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "surname"),
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ],
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison(
                "date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True
            ),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ],
    )
    certain = [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")]
    return _run(tables, settings, certain, 0.8, 1e6, [block_on("date_of_birth"), block_on("postcode")], 0.2, threshold)


def drill(table: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """Person records by the library's comparisons, all records at once.

    ``table``: ``unique_id, name, doc_number, phone, birth_date, sex, address``.
    """
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("name").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("doc_number", [1, 2]),
            cl.LevenshteinAtThresholds("phone", [1, 2]),
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.ExactMatch("sex"),
            cl.JaroWinklerAtThresholds("address", [0.9]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("doc_number"),
            block_on("phone"),
            block_on("name", "birth_date"),
            block_on("name", "address"),
        ],
    )
    certain = [block_on("doc_number"), block_on("name", "phone"), block_on("name", "birth_date")]
    em = [block_on("doc_number"), block_on("name", "birth_date")]
    return _run([table], settings, certain, 0.9, 1e6, em, 0.5, threshold)
