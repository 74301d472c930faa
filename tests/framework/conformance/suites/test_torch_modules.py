import pytest
import torch
import torch_modules as work
from torch import nn
from torch_modules import Net, Residual, Scale, Stack


class Teacher(nn.Module):
    """A module of the suite."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(4, 4)
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        return self.fc(torch.relu(self.body(x)))


def test_is_a_module():
    assert isinstance(Net(), nn.Module)
    assert issubclass(Net, nn.Module)


def test_output_shape():
    assert Net()(torch.zeros(5, 4)).shape == (5, 3)


def test_names_of_the_parameters():
    assert [name for name, _ in Net().named_parameters()] == ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"]


def test_state_dict_shapes():
    state = Net(2, 5, 1).state_dict()
    assert {name: tuple(tensor.shape) for name, tensor in state.items()} == {
        "fc1.weight": (5, 2),
        "fc1.bias": (5,),
        "fc2.weight": (1, 5),
        "fc2.bias": (1,),
    }


def test_load_state_dict():
    one, two = Net(), Net()
    two.load_state_dict(one.state_dict())
    one.eval()
    two.eval()
    x = torch.randn(3, 4)
    torch.testing.assert_close(one(x), two(x))


def test_dropout_only_in_training():
    net, x = Net(), torch.ones(1, 4)
    net.eval()
    assert torch.equal(net(x), net(x))
    net.train()
    torch.manual_seed(0)
    assert len({tuple(net(x).flatten().tolist()) for _ in range(10)}) > 1


def test_output_by_hand():
    net = Net()
    net.eval()
    x = torch.randn(6, 4)
    expected = torch.relu(x @ net.fc1.weight.T + net.fc1.bias) @ net.fc2.weight.T + net.fc2.bias
    torch.testing.assert_close(net(x), expected)


def test_optimizer_of_the_suite_trains_the_net():
    net = Net()
    before = net.fc2.weight.detach().clone()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    nn.functional.cross_entropy(net(torch.ones(2, 4)), torch.tensor([0, 1])).backward()
    optimizer.step()
    assert not torch.equal(net.fc2.weight, before)


def test_zero_grad_of_the_net():
    net = Net()
    net(torch.ones(1, 4)).sum().backward()
    assert net.fc2.bias.grad is not None
    net.zero_grad()
    assert net.fc2.bias.grad is None


def test_weights_set_by_the_suite():
    net = Net(1, 1, 1)
    net.eval()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.fill_(1.0)
    assert net(torch.tensor([[2.0]])).item() == 4.0


def test_half_precision():
    assert Net().double()(torch.zeros(1, 4, dtype=torch.float64)).dtype == torch.float64


def test_scale_has_a_parameter():
    assert [p.shape for p in Scale(3).parameters()] == [(3,)]


def test_scale_counts_calls_in_a_buffer():
    scale = Scale(2)
    scale(torch.ones(2))
    scale(torch.ones(2))
    assert scale.calls.item() == 2
    assert "calls" in scale.state_dict()


def test_inside_a_sequential_of_the_suite():
    model = nn.Sequential(nn.Linear(2, 3), Scale(3), nn.ReLU())
    model(torch.ones(4, 2)).sum().backward()
    assert len(list(model.parameters())) == 3
    assert model[1].weight.grad.shape == (3,)


def test_forward_hook_on_a_layer():
    net, seen = Net(), []
    handle = net.fc1.register_forward_hook(lambda module, args, output: seen.append(output.shape))
    net(torch.zeros(2, 4))
    handle.remove()
    net(torch.zeros(2, 4))
    assert seen == [(2, 8)]


def test_apply_of_the_suite():
    names = []
    Net().apply(lambda module: names.append(type(module).__name__))
    assert names == ["Linear", "Linear", "Dropout", "Net"]


def test_residual_around_a_module_of_the_suite():
    f = nn.Linear(3, 3)
    x = torch.randn(2, 3)
    torch.testing.assert_close(Residual(f)(x), x + f(x))


def test_residual_trains_the_inner_module():
    f = nn.Linear(3, 3)
    Residual(f)(torch.ones(1, 3)).sum().backward()
    assert f.weight.grad is not None
    assert len(list(Residual(f).parameters())) == 2


def test_residual_around_a_class_of_the_suite():
    class Double(nn.Module):
        def forward(self, x):
            return 2 * x

    assert Residual(Double())(torch.tensor([1.0])).item() == 3.0


def test_stack_with_a_factory():
    stack = Stack(lambda: nn.Linear(2, 2), 3)
    assert len(stack.layers) == 3
    assert len(list(stack.parameters())) == 6


def test_mlp_layers():
    model = work.mlp(4, 8, 2)
    assert [type(layer) for layer in model] == [nn.Linear, nn.ReLU, nn.Linear]
    assert (model[0].in_features, model[2].out_features) == (4, 2)


def test_mlp_with_other_activation():
    assert isinstance(work.mlp(2, 2, 2, activation=nn.Tanh)[1], nn.Tanh)


def test_count_parameters_of_a_model_of_the_suite():
    assert work.count_parameters(nn.Linear(2, 3)) == 9


def test_count_only_trainable():
    model = Teacher()
    model.body.weight.requires_grad_(False)
    assert work.count_parameters(model) == 14
    assert work.count_parameters(model, trainable=False) == 30


def test_freeze_part_of_a_model_of_the_suite():
    model = Teacher()
    work.freeze(model, "body")
    assert [p.requires_grad for p in model.parameters()] == [False, False, True, True]


def test_frozen_layers_do_not_move():
    model = Teacher()
    work.freeze(model, "fc")
    optimizer = torch.optim.SGD((p for p in model.parameters() if p.requires_grad), lr=0.1)
    before = model.fc.weight.clone()
    model(torch.ones(1, 4)).sum().backward()
    optimizer.step()
    assert torch.equal(model.fc.weight, before)
    assert model.body.weight.grad is not None


def test_init_function_is_applied():
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
    model.apply(work.init_weights)
    assert model[0].weight.tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert model[2].bias.tolist() == [0.0]


def test_init_leaves_other_layers():
    norm = nn.BatchNorm1d(2)
    work.init_weights(norm)
    assert norm.weight.tolist() == [1.0, 1.0]


def test_copy_weights():
    one, two = nn.Linear(2, 2), nn.Linear(2, 2)
    work.copy_weights(one, two)
    assert torch.equal(one.weight, two.weight)
    assert one.weight is not two.weight


def test_moving_average():
    average, model = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        average.weight.fill_(1.0)
        model.weight.fill_(0.0)
    work.ema_update(average, model, 0.75)
    assert average.weight.item() == pytest.approx(0.75)


def test_activations_of_a_model_of_the_suite():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 4), nn.ReLU())
    kept = work.activations(model, torch.randn(5, 2))
    assert [tuple(a.shape) for a in kept] == [(5, 3), (5, 4)]
    assert all((a >= 0).all() for a in kept)


def test_hooks_are_removed():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    kept = work.activations(model, torch.randn(5, 2))
    model(torch.randn(5, 2))
    assert len(kept) == 1


def test_replace_head():
    model = work.replace_head(Teacher(), 7)
    assert isinstance(model, Teacher)
    assert model(torch.zeros(1, 4)).shape == (1, 7)


def test_layer_names():
    assert work.layer_names(Teacher()) == ["Linear", "Linear"]
    assert work.layer_names(nn.Sequential(nn.Flatten(), Net())) == ["Flatten", "Net"]


def test_predict_restores_the_mode():
    model = Teacher()
    prediction = work.predict(model, torch.zeros(3, 4))
    assert prediction.shape == (3,)
    assert model.training


def test_predict_builds_no_graph():
    assert not work.predict(Net(), torch.zeros(3, 4)).requires_grad


def test_save_and_load(tmp_path):
    one, two = Teacher(), Teacher()
    work.save(one, tmp_path / "m.pt")
    work.load(two, tmp_path / "m.pt")
    assert torch.equal(one.fc.weight, two.fc.weight)
