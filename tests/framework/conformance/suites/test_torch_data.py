import pytest
import torch
import torch_data as work
from torch.utils.data import DataLoader, Dataset, Subset, TensorDataset


class Letters(Dataset):
    """A data set of the suite."""

    def __init__(self):
        self.asked = []

    def __len__(self):
        return 5

    def __getitem__(self, i):
        self.asked.append(i)
        return torch.tensor([float(i)]), i % 2


def test_length_and_item():
    data = work.Squares(5)
    assert len(data) == 5
    x, y = data[3]
    assert (x.item(), y.item()) == (3.0, 9.0)


def test_index_error():
    with pytest.raises(IndexError):
        work.Squares(5)[5]


def test_transform_of_the_suite():
    data = work.Squares(3, transform=lambda x: x + 100)
    assert data[2][0].item() == 102.0


def test_loader_of_the_suite_over_data_of_the_submission():
    batches = list(DataLoader(work.Squares(5), batch_size=2))
    assert [len(x) for x, _ in batches] == [2, 2, 1]
    torch.testing.assert_close(batches[1][1], torch.tensor([4.0, 9.0]))


def test_subset_of_the_suite():
    assert [y.item() for _, y in Subset(work.Squares(5), [1, 4])] == [1.0, 16.0]


def test_collate_function_of_the_submission():
    loader = DataLoader(work.Padded([[1, 2, 3], [4]]), batch_size=2, collate_fn=work.pad)
    padded, lengths = next(iter(loader))
    assert padded.tolist() == [[1, 2, 3], [4, 0, 0]]
    assert lengths.tolist() == [3, 1]


def test_loader_of_the_submission_over_tensors():
    loader = work.make_loader(TensorDataset(torch.arange(5.0), torch.arange(5)), 2)
    assert len(loader) == 3
    assert [x.tolist() for x, _ in loader] == [[0, 1], [2, 3], [4]]


def test_loader_of_the_submission_over_data_of_the_suite():
    data = Letters()
    total = sum(x.sum().item() for x, _ in work.make_loader(data, 2))
    assert total == 10
    assert data.asked == [0, 1, 2, 3, 4]


def test_loader_is_a_loader():
    loader = work.make_loader(Letters(), 4, drop_last=True)
    assert isinstance(loader, DataLoader)
    assert loader.batch_size == 4
    assert len(loader) == 1


def test_shuffled_loader_with_a_seed():
    data = TensorDataset(torch.arange(20))
    torch.manual_seed(0)
    first = torch.cat([x for (x,) in work.make_loader(data, 5, shuffle=True)])
    torch.manual_seed(0)
    second = torch.cat([x for (x,) in work.make_loader(data, 5, shuffle=True)])
    assert torch.equal(first, second)
    assert sorted(first.tolist()) == list(range(20))


def test_dataset_made_by_the_submission():
    data = work.make_dataset(torch.eye(3), torch.tensor([0, 1, 2]))
    assert len(data) == 3
    x, y = data[1]
    assert x.tolist() == [0, 1, 0]
    assert y.item() == 1


def test_statistics_over_a_loader():
    x = torch.arange(10.0)
    mean, std = work.mean_and_std(DataLoader(TensorDataset(x, x), batch_size=4))
    torch.testing.assert_close(mean, x.mean())
    torch.testing.assert_close(std, x.std())


def test_split_sizes():
    first, second = work.split(Letters(), 0.8, torch.Generator().manual_seed(0))
    assert (len(first), len(second)) == (4, 1)


def test_split_with_a_seeded_generator():
    data = TensorDataset(torch.arange(10))
    one, _ = work.split(data, 0.7, torch.Generator().manual_seed(3))
    two, _ = work.split(data, 0.7, torch.Generator().manual_seed(3))
    assert [x.item() for (x,) in one] == [x.item() for (x,) in two]
    assert len(one) == 7


def test_class_counts():
    assert work.class_counts([(None, 1), (None, 0), (None, 1)]) == {1: 2, 0: 1}


def test_class_counts_of_tensor_labels():
    data = TensorDataset(torch.zeros(3, 1), torch.tensor([2, 2, 5]))
    assert work.class_counts(data) == {2: 2, 5: 1}


def test_map_over_data_of_the_suite():
    data = work.Map(Letters(), lambda item: (item[0] * 10, item[1]))
    assert data[2][0].item() == 20.0
    assert len(data) == 5


def test_map_is_lazy():
    letters = Letters()
    work.Map(letters, lambda item: item)
    assert letters.asked == []


def test_batches_in_order():
    assert [b.tolist() for b in work.batches(torch.arange(5), 2)] == [[0, 1], [2, 3], [4]]


def test_batches_with_a_generator():
    order = torch.randperm(6, generator=torch.Generator().manual_seed(2))
    found = torch.cat(list(work.batches(torch.arange(6), 4, torch.Generator().manual_seed(2))))
    assert torch.equal(found, order)


def test_normalise_leaves_its_argument():
    x = torch.tensor([[1.0, 10.0], [3.0, 30.0]])
    y = work.normalise(x)
    torch.testing.assert_close(y.mean(dim=0), torch.zeros(2))
    assert x.tolist() == [[1.0, 10.0], [3.0, 30.0]]


def test_normalise_in_place():
    x = torch.tensor([[1.0, 10.0], [3.0, 30.0]])
    assert work.normalise_(x) is None
    torch.testing.assert_close(x.std(dim=0), torch.ones(2))


def test_normalise_a_view_in_place():
    x = torch.arange(12.0).reshape(4, 3)
    work.normalise_(x[:, :2])
    torch.testing.assert_close(x[:, 0].mean(), torch.tensor(0.0))
    assert x[:, 2].tolist() == [2, 5, 8, 11]


def test_accuracy():
    assert work.accuracy(torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0]]), torch.tensor([0, 1, 1, 0])) == 0.75


def test_confusion():
    table = work.confusion(torch.tensor([0, 1, 1]), torch.tensor([0, 0, 1]), 2)
    assert table.tolist() == [[1, 1], [0, 1]]
    assert table.dtype == torch.int64
