"""Reads the shards of a folder as is usual in Python, in one thread: python read.py [parquet|tar FOLDER]."""

import glob
import json
import resource
import sys
import time

import pyarrow
import pyarrow.parquet
import webdataset


def processor():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak():
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def read_parquet(folder):
    for path in sorted(glob.glob(folder + "/*.parquet")):
        for batch in pyarrow.parquet.ParquetFile(path).iter_batches(200, use_threads=False):
            for row in zip(*[column.to_pylist() for column in batch.columns]):
                yield row[batch.schema.get_field_index("image")]


def read_tar(folder):
    for sample in webdataset.WebDataset(sorted(glob.glob(folder + "/*.tar")), shardshuffle=False):
        json.loads(sample["json"])["text"]
        yield sample["jpg"]


def main(kind, folder):
    base, begun, used = peak(), time.perf_counter(), processor()
    products = size = 0
    for picture in {"parquet": read_parquet, "tar": read_tar}[kind](folder):
        products += 1
        size += len(picture)
    figures = {
        "library": {"parquet": f"pyarrow {pyarrow.__version__}", "tar": f"webdataset {webdataset.__version__}"}[kind],
        "products": products,
        "bytes": size,
        "seconds": time.perf_counter() - begun,
        "processorSeconds": processor() - used,
        "memoryBytes": peak() - base,
    }
    print(json.dumps(figures))


if len(sys.argv) > 1:
    main(*sys.argv[1:])
