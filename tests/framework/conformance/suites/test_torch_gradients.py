import pytest
import torch
import torch_gradients as work
from torch import nn


@pytest.fixture
def scores():
    return torch.randn(4, 3, generator=torch.Generator().manual_seed(0))


LABELS = torch.tensor([0, 2, 1, 1])


def test_cross_entropy_equals_that_of_torch(scores):
    torch.testing.assert_close(work.cross_entropy(scores, LABELS), nn.functional.cross_entropy(scores, LABELS))


def test_cross_entropy_of_large_scores():
    assert torch.isfinite(work.cross_entropy(torch.tensor([[1000.0, 0.0]]), torch.tensor([0])))


def test_gradient_of_cross_entropy(scores):
    x = scores.clone().requires_grad_(True)
    work.cross_entropy(x, LABELS).backward()
    expected = (scores.softmax(dim=1) - nn.functional.one_hot(LABELS, 3)) / 4
    torch.testing.assert_close(x.grad, expected)


def test_mse_has_a_gradient():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    work.mse(x, torch.zeros(2)).backward()
    torch.testing.assert_close(x.grad, torch.tensor([1.0, 2.0]))


@pytest.mark.parametrize("delta", [0.5, 1.0, 2.0])
def test_huber_equals_that_of_torch(scores, delta):
    target = torch.zeros_like(scores)
    torch.testing.assert_close(work.huber(scores * 3, target, delta), nn.functional.huber_loss(scores * 3, target, delta=delta))


def test_focal_loss_without_focus_is_cross_entropy(scores):
    torch.testing.assert_close(work.FocalLoss(gamma=0.0)(scores, LABELS), nn.functional.cross_entropy(scores, LABELS))


def test_focal_loss_trains_a_model_of_the_suite():
    torch.manual_seed(0)
    model, loss = nn.Linear(2, 3), work.FocalLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    x = torch.eye(2).repeat(2, 1)
    values = []
    for _ in range(10):
        optimizer.zero_grad()
        value = loss(model(x), torch.tensor([0, 1, 0, 1]))
        value.backward()
        optimizer.step()
        values.append(value.item())
    assert values[-1] < values[0]


def test_swish_forward(scores):
    torch.testing.assert_close(work.swish(scores), nn.functional.silu(scores))


def test_swish_backward(scores):
    x, y = scores.clone().requires_grad_(True), scores.clone().requires_grad_(True)
    work.swish(x).sum().backward()
    nn.functional.silu(y).sum().backward()
    torch.testing.assert_close(x.grad, y.grad)


def test_swish_gradcheck():
    x = torch.randn(3, dtype=torch.float64, generator=torch.Generator().manual_seed(1), requires_grad=True)
    assert torch.autograd.gradcheck(work.swish, (x,))


def test_swish_class_apply(scores):
    torch.testing.assert_close(work.Swish.apply(scores), scores * torch.sigmoid(scores))


def test_gradient_of_a_function_of_the_suite():
    g = work.gradient_of(lambda x: (x**3).sum(), torch.tensor([1.0, 2.0]))
    assert g.tolist() == [3.0, 12.0]


def test_gradient_leaves_its_argument_alone():
    x = torch.tensor([1.0])
    work.gradient_of(lambda t: t.sum(), x)
    assert x.grad is None
    assert not x.requires_grad


def test_gradient_through_a_model_of_the_suite():
    model = nn.Linear(2, 1)
    g = work.gradient_of(lambda x: model(x).sum(), torch.zeros(2))
    torch.testing.assert_close(g, model.weight[0].detach())


def test_minimise_changes_its_argument():
    x = torch.tensor([5.0, -3.0], requires_grad=True)
    result = work.minimise(lambda t: ((t - 1) ** 2).sum(), x)
    assert result is x
    torch.testing.assert_close(x.detach(), torch.ones(2), atol=1e-3, rtol=0)


def test_saliency():
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    image = torch.zeros(2, 2)
    expected = model[1].weight[1].abs().reshape(2, 2).detach()
    torch.testing.assert_close(work.saliency(model, image, 1), expected)


def test_saliency_leaves_the_gradient_on_the_image():
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    image = torch.zeros(2, 2)
    work.saliency(model, image, 0)
    assert image.grad.shape == (2, 2)


def test_backward_fills_the_gradients_of_the_suite():
    w = torch.tensor(3.0, requires_grad=True)
    work.backward(w**2)
    assert w.grad.item() == 6.0


def test_fgsm_moves_each_pixel_by_eps():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 3))
    x = torch.rand(2, 2, 2)
    adversarial = work.fgsm(model, x, torch.tensor([0, 1]), eps=0.1)
    torch.testing.assert_close((adversarial - x).abs(), torch.full((2, 2, 2), 0.1))
    before = nn.functional.cross_entropy(model(x), torch.tensor([0, 1]))
    assert nn.functional.cross_entropy(model(adversarial), torch.tensor([0, 1])) > before


def test_gradient_norm():
    model = nn.Linear(2, 2)
    for p in model.parameters():
        p.grad = torch.ones_like(p)
    assert work.gradient_norm(model.parameters()) == pytest.approx(6**0.5)


def test_penalty_leaves_out_biases():
    model = nn.Linear(2, 1)
    with torch.no_grad():
        model.weight.fill_(2.0)
        model.bias.fill_(5.0)
    assert work.penalty(model, 0.5).item() == 4.0


def test_penalty_has_a_gradient():
    model = nn.Linear(2, 1)
    work.penalty(model, 1.0).backward()
    torch.testing.assert_close(model.weight.grad, 2 * model.weight.detach())
    assert model.bias.grad is None


def test_second_derivatives():
    d = work.hessian_diagonal(lambda x: (x**3).sum(), torch.tensor([1.0, 2.0]))
    assert d.tolist() == [6.0, 12.0]


def test_attention_equals_that_of_torch():
    q, k, v = (torch.randn(2, 4, 8, generator=torch.Generator().manual_seed(i)) for i in range(3))
    expected = nn.functional.scaled_dot_product_attention(q, k, v)
    torch.testing.assert_close(work.attention(q, k, v), expected)


def test_attention_with_a_causal_mask():
    q = k = v = torch.randn(1, 4, 8, generator=torch.Generator().manual_seed(0))
    out = work.attention(q, k, v, torch.tril(torch.ones(4, 4)))
    torch.testing.assert_close(out[:, 0], v[:, 0])


def test_seed_set_by_the_submission():
    torch.testing.assert_close(work.sample(3, 5), torch.rand(3, generator=torch.Generator().manual_seed(5)))


def test_generator_of_the_suite():
    x = torch.zeros(3)
    expected = torch.randn(3, generator=torch.Generator().manual_seed(4))
    torch.testing.assert_close(work.noisy(x, torch.Generator().manual_seed(4)), expected)
