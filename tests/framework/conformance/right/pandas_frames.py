"""Data frames and series."""

import pandas as pd


def n_rows(frame):
    return len(frame)


def means(frame):
    return frame.groupby("group")["value"].mean()


def summary(frame):
    return frame.groupby("group")["value"].agg(["mean", "max"])


def add_total(frame):
    frame["total"] = frame["price"] * frame["count"]


def with_total(frame):
    return frame.assign(total=frame["price"] * frame["count"])


def adults(frame):
    return frame[frame["age"] >= 18].reset_index(drop=True)


def fill_missing(series):
    return series.fillna(series.mean())


def make_frame(names, values):
    return pd.DataFrame({"name": names, "value": values})


def top(frame, column, n):
    return frame.nlargest(n, column)


def join(left, right):
    return left.merge(right, on="id", how="left")


def pivot(frame):
    return frame.pivot_table(index="city", columns="year", values="sales", aggfunc="sum")


def apply_to(series, f):
    return series.apply(f)


def count_values(series):
    return series.value_counts().to_dict()


def columns(frame):
    return list(frame.columns)


def drop_duplicates(frame):
    return frame.drop_duplicates(subset="id", keep="first")


def monthly(frame):
    return frame.set_index("date")["value"].resample("MS").sum()


def read(path):
    return pd.read_csv(path)


def write(frame, path):
    frame.to_csv(path, index=False)


def standardise(frame):
    return (frame - frame.mean()) / frame.std()


class Dataset:
    def __init__(self, frame):
        self.frame = frame

    @property
    def shape(self):
        return self.frame.shape

    def rename(self, **names):
        self.frame = self.frame.rename(columns=names)
        return self
