"""The same invoices loaded twice with dlt's rest_api source in merge mode; run by `pull.py` with the Python of an environment of its own.

    python dlt_load.py URL DATABASE FOLDER

Prints the wall and processor seconds and the instructions of both loads as JSON. Nested lines become a table of their own, as dlt
does of itself.
"""

import json
import sys
import time

import dlt
from counter import Counter
from dlt.sources.rest_api import rest_api_source


def main() -> None:
    url, database, folder = sys.argv[1:]
    postgresql = database.startswith("postgresql")
    destination = dlt.destinations.postgres(_with_password(database)) if postgresql else dlt.destinations.sqlalchemy(database)
    pipeline = dlt.pipeline("invoices", destination=destination, dataset_name="main", pipelines_dir=folder)
    figures = []
    for _ in range(2):
        source = rest_api_source({
            "client": {"base_url": url, "paginator": {
                "type": "offset", "limit": 100, "limit_param": "pageSize", "offset_param": "currentItem", "total_path": "total"}},
            "resource_defaults": {"primary_key": "id", "write_disposition": "merge"},
            "resources": [{"name": "invoices", "endpoint": {"path": "invoices", "data_selector": "data"}}]})
        counter = Counter()
        wall, cpu = time.perf_counter(), time.process_time()
        counter.start()
        pipeline.run(source)
        instructions = counter.stop()
        figures.append((time.perf_counter() - wall, time.process_time() - cpu, instructions))
    with pipeline.sql_client() as client, client.execute_query("SELECT count(*) FROM invoices") as rows:
        print(json.dumps({"figures": figures, "count": rows.fetchone()[0]}))


def _with_password(address: str) -> str:
    """dlt takes no address without a password, even where the server asks for none."""
    who, at, rest = address.rpartition("@")
    return address if not at or ":" in who.partition("://")[2] else f"{who}:none{at}{rest}"


if __name__ == "__main__":
    main()
