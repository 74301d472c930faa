"""Part 4, the MLP in PyTorch: one hidden layer against a network that is worked out here."""

from gradescope_utils.autograder_utils.decorators import number, weight
from mlp_pytorch import MLP
from torch_cases import assert_scores, drawn_parameters, like, linear_layers, tensor


@number("4.1")
@weight(1)
def test_mlp_with_one_hidden_layer_has_two_linear_layers():
    """MLP: the nn.Linear objects of MLP(6, [5], 3, 0.02)"""
    for layer in linear_layers(MLP(6, [5], 3, 0.02), [6, 5, 3]):
        assert layer.bias is not None, "the linear layers have no bias"
        assert float(layer.weight.detach().abs().max()) > 0, "the weights of a new linear layer are all zeros"


@number("4.2")
@weight(2)
def test_scores_of_one_hidden_layer(rng):
    """MLP.forward: linear, leaky ReLU, linear"""
    model = MLP(6, [5], 3, 0.02)
    parameters, x = drawn_parameters(model, [6, 5, 3], rng), tensor(rng, 8, 6)
    assert_scores(model(like(x, model)), parameters, x, 0.02)
