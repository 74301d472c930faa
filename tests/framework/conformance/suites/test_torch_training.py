import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch_training import (
    Adagrad,
    EarlyStopping,
    accumulate,
    clip_and_step,
    evaluate,
    make_optimizer,
    make_scheduler,
    sgd_step,
    train,
    train_step,
    zero_grad,
)


@pytest.fixture
def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 2))


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(8, 2, generator=generator)
    return x, (x[:, 0] > 0).long()


@pytest.fixture
def loader(batch):
    return DataLoader(TensorDataset(*batch), batch_size=3)


def copies(model):
    return [p.detach().clone() for p in model.parameters()]


def test_step_changes_all_parameters(model, batch):
    before = copies(model)
    train_step(model, torch.optim.SGD(model.parameters(), lr=0.1), nn.CrossEntropyLoss(), *batch)
    assert all(not torch.equal(old, new) for old, new in zip(before, model.parameters()))


def test_step_returns_the_loss_before(model, batch):
    loss = nn.CrossEntropyLoss()
    expected = loss(model(batch[0]), batch[1]).item()
    assert train_step(model, torch.optim.SGD(model.parameters(), lr=0.1), loss, *batch) == pytest.approx(expected)


def test_step_is_a_gradient_step():
    model = nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        model.weight.fill_(2.0)
    train_step(model, torch.optim.SGD(model.parameters(), lr=0.5), nn.MSELoss(), torch.ones(1, 1), torch.zeros(1, 1))
    torch.testing.assert_close(model.weight.detach(), torch.zeros(1, 1))


def test_gradients_do_not_pile_up(model, batch):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    train_step(model, optimizer, nn.CrossEntropyLoss(), *batch)
    first = model[0].weight.grad.clone()
    train_step(model, optimizer, nn.CrossEntropyLoss(), *batch)
    torch.testing.assert_close(model[0].weight.grad, first)


def test_step_with_adam(model, batch):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    losses = [train_step(model, optimizer, nn.CrossEntropyLoss(), *batch) for _ in range(20)]
    assert losses[-1] < losses[0]


def test_step_with_a_loss_function_of_the_suite(model, batch):
    def loss(scores, y):
        return -torch.log_softmax(scores, dim=1)[torch.arange(len(y)), y].mean()

    value = train_step(model, torch.optim.SGD(model.parameters(), lr=0.0), loss, *batch)
    assert value == pytest.approx(nn.functional.cross_entropy(model(batch[0]), batch[1]).item(), rel=1e-5)


def test_step_puts_the_model_into_training_mode(model, batch):
    model.eval()
    train_step(model, torch.optim.SGD(model.parameters(), lr=0.1), nn.CrossEntropyLoss(), *batch)
    assert model.training


def test_train_returns_mean_losses(model, loader, batch):
    history = train(model, loader, torch.optim.SGD(model.parameters(), lr=0.0), nn.CrossEntropyLoss(), epochs=2)
    assert len(history) == 2
    assert history[0] == pytest.approx(nn.functional.cross_entropy(model(batch[0]), batch[1]).item(), rel=1e-5)


def test_train_learns(model, loader):
    history = train(model, loader, torch.optim.Adam(model.parameters(), lr=0.05), nn.CrossEntropyLoss(), epochs=15)
    assert history[-1] < history[0] / 2


def test_scheduler_is_stepped_once_an_epoch(model, loader):
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    train(model, loader, optimizer, nn.CrossEntropyLoss(), epochs=3, scheduler=scheduler)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.125)
    assert scheduler.last_epoch == 3


def test_callback_after_each_epoch(model, loader):
    seen = []
    history = train(
        model,
        loader,
        torch.optim.SGD(model.parameters(), lr=0.1),
        nn.CrossEntropyLoss(),
        epochs=3,
        on_epoch=lambda epoch, loss: seen.append((epoch, loss)),
    )
    assert seen == list(enumerate(history))


def test_evaluate(loader):
    class Sign(nn.Module):
        def forward(self, x):
            return torch.stack([-x[:, 0], x[:, 0]], dim=1)

    assert evaluate(Sign(), loader) == 1.0


def test_evaluate_in_eval_mode_without_gradients(loader):
    class Spy(nn.Module):
        def forward(self, x):
            assert not self.training
            assert not torch.is_grad_enabled()
            return torch.zeros(len(x), 2)

    accuracy = evaluate(Spy(), loader)
    assert 0 < accuracy < 1


def test_clipping(model, batch):
    before = copies(model)
    norm = clip_and_step(model, torch.optim.SGD(model.parameters(), lr=1.0), nn.CrossEntropyLoss(), *batch, most=0.01)
    moved = torch.sqrt(sum(((old - new) ** 2).sum() for old, new in zip(before, model.parameters())))
    assert norm > 0.01
    assert moved.item() == pytest.approx(0.01, rel=1e-3)


def test_accumulated_gradient_is_that_of_the_whole_batch(batch):
    torch.manual_seed(0)
    one, two = nn.Linear(2, 2), nn.Linear(2, 2)
    two.load_state_dict(one.state_dict())
    x, y = batch
    accumulate(one, torch.optim.SGD(one.parameters(), lr=0.1), nn.CrossEntropyLoss(), [(x[:4], y[:4]), (x[4:], y[4:])])
    optimizer = torch.optim.SGD(two.parameters(), lr=0.1)
    nn.functional.cross_entropy(two(x), y).backward()
    optimizer.step()
    torch.testing.assert_close(one.weight, two.weight)


def test_optimizer_made_for_a_model_of_the_suite(model, batch):
    optimizer = make_optimizer(model, lr=0.1)
    before = copies(model)
    nn.functional.cross_entropy(model(batch[0]), batch[1]).backward()
    optimizer.step()
    assert all(not torch.equal(old, new) for old, new in zip(before, model.parameters()))


def test_optimizer_settings(model):
    group = make_optimizer(model, lr=0.3).param_groups[0]
    assert (group["lr"], group["momentum"]) == (0.3, 0.9)


def test_scheduler_for_an_optimizer_of_the_suite(model):
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    scheduler = make_scheduler(optimizer)
    rates = []
    for _ in range(4):
        optimizer.step()
        scheduler.step()
        rates.append(optimizer.param_groups[0]["lr"])
    assert rates == pytest.approx([1.0, 0.1, 0.1, 0.01])


def test_sgd_step_on_parameters():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    (w**2).sum().backward()
    sgd_step([w], lr=0.1)
    torch.testing.assert_close(w.detach(), torch.tensor([0.8, 1.6]))


def test_sgd_step_on_model_parameters(model, batch):
    nn.functional.cross_entropy(model(batch[0]), batch[1]).backward()
    expected = [p.detach() - 0.5 * p.grad for p in model.parameters()]
    sgd_step(model.parameters(), lr=0.5)
    for new, old in zip(model.parameters(), expected):
        torch.testing.assert_close(new.detach(), old)


def test_sgd_step_leaves_parameters_without_gradient():
    w = torch.ones(2, requires_grad=True)
    sgd_step([w], lr=0.1)
    assert w.tolist() == [1, 1]


def test_zero_grad(model, batch):
    nn.functional.cross_entropy(model(batch[0]), batch[1]).backward()
    zero_grad(model.parameters())
    assert all(p.grad is None and p.requires_grad for p in model.parameters())


def test_own_optimizer_first_step():
    w = torch.tensor([3.0, -4.0], requires_grad=True)
    optimizer = Adagrad([w], lr=0.1)
    (w**2).sum().backward()
    optimizer.step()
    torch.testing.assert_close(w.detach(), torch.tensor([2.9, -3.9]))


def test_own_optimizer_equals_that_of_torch(batch):
    torch.manual_seed(0)
    one, two = nn.Linear(2, 2), nn.Linear(2, 2)
    two.load_state_dict(one.state_dict())
    for model, optimizer in [(one, Adagrad(one.parameters(), lr=0.1)), (two, torch.optim.Adagrad(two.parameters(), lr=0.1))]:
        for _ in range(3):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(batch[0]), batch[1]).backward()
            optimizer.step()
    torch.testing.assert_close(one.weight, two.weight)


def test_early_stopping_keeps_the_best_state(model):
    stopping = EarlyStopping(patience=2)
    assert not stopping(1.0, model)
    best = model[0].weight.detach().clone()
    with torch.no_grad():
        model[0].weight.zero_()
    stopping(2.0, model)
    stopping.restore(model)
    torch.testing.assert_close(model[0].weight.detach(), best)


def test_early_stopping_counts(model):
    stopping = EarlyStopping(patience=2)
    assert [stopping(value, model) for value in [3.0, 2.0, 2.5, 1.0, 1.5, 1.5]] == [False, False, False, False, False, True]
