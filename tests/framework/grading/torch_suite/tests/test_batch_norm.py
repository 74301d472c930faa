"""A suite as any course writes it: unittest, the decorators of gradescope-utils, PyTorch, the student's classes.

Shapes: S samples in a batch, M features, C classes.
"""

import copy
import unittest

import torch
import torch.nn.functional as F  # noqa: N812  the name that everybody uses
from batchnorm import (
    MLP,
    BatchNorm,
    BatchNormFunction,
    ManualBatchNorm,
    Momentum,
    activations,
    moments,
    normalise_,
    shuffled,
    summary,
    train_step,
)
from gradescope_utils.autograder_utils.decorators import number, weight
from torch import nn
from torch.testing import assert_close

S, M, C = 8, 3, 4
EPS = 1e-5


def batch(seed=0, rows=S, columns=M, **options):
    """Inputs with another mean and variance in each column, (rows, columns)."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(rows, columns, generator=generator) * torch.arange(1.0, columns + 1) + 2
    return x.requires_grad_(**options) if options else x


def labels(seed=0):
    return torch.randint(C, (S,), generator=torch.Generator().manual_seed(seed))


def normalised(x, gamma=1.0, beta=0.0):
    """What batch norm of a whole batch must give."""
    return gamma * (x - x.mean(0)) / torch.sqrt(x.var(0, unbiased=False) + EPS) + beta


def twin(model):
    """PyTorch's own network with the same parameters as a student's of one hidden block."""
    linear, norm, _ = model.hidden[0]
    other = nn.Sequential(
        nn.Linear(M, len(linear.weight)), nn.BatchNorm1d(len(norm.gamma)), nn.ReLU(), nn.Linear(len(linear.weight), C)
    )
    with torch.no_grad():
        for mine, theirs in zip(other.parameters(), model.parameters(), strict=True):
            mine.copy_(theirs)
    return other


class TestBatchNorm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        torch.set_default_dtype(torch.float64)
        cls.dout = batch(5)

    @classmethod
    def tearDownClass(cls):
        torch.set_default_dtype(torch.float32)

    def setUp(self):
        torch.manual_seed(1)
        self.layer = BatchNorm(M)
        self.x = batch()

    def set_parameters(self, layer):
        """Give a layer parameters that are not 1 and 0; return them."""
        gamma, beta = torch.tensor([0.5, -2.0, 3.0]), torch.tensor([1.0, 0.0, -1.0])
        with torch.no_grad():
            layer.gamma.copy_(gamma)
            layer.beta.copy_(beta)
        return gamma, beta

    @weight(1)
    @number("1.1")
    def test_output_is_normalised(self):
        """BatchNorm: columns of mean 0 and variance 1"""
        out = self.layer(self.x)
        self.assertIsInstance(out, torch.Tensor)
        self.assertEqual(out.shape, (S, M))
        self.assertIs(out.dtype, torch.float64)
        self.assertTrue(out.requires_grad)
        assert_close(out, normalised(self.x))
        assert_close(out.mean(0), torch.zeros(M), rtol=0, atol=1e-12)

    @weight(1)
    @number("1.2")
    def test_gamma_and_beta_scale_and_shift(self):
        """Both modules: γ scales, β shifts"""
        for kind in (BatchNorm, ManualBatchNorm):
            with self.subTest(kind=kind.__name__):
                layer = kind(M)
                gamma, beta = self.set_parameters(layer)
                assert_close(layer(self.x), normalised(self.x, gamma, beta))

    @weight(1)
    @number("1.3")
    def test_modules_are_modules(self):
        """Both are nn.Module"""
        self.assertIsInstance(self.layer, nn.Module)
        self.assertIsInstance(self.layer, BatchNorm)
        self.assertNotIsInstance(self.layer, nn.Linear)
        self.assertIsInstance(ManualBatchNorm(M), torch.nn.Module)
        self.assertTrue(issubclass(BatchNorm, nn.Module))
        self.assertTrue(issubclass(BatchNormFunction, torch.autograd.Function))
        self.assertFalse(issubclass(ManualBatchNorm, nn.Sequential))

    @weight(2)
    @number("1.4")
    def test_parameters(self):
        """γ and β are parameters that start at 1 and 0"""
        for kind in (BatchNorm, ManualBatchNorm):
            with self.subTest(kind=kind.__name__):
                parameters = dict(kind(M).named_parameters())
                self.assertEqual(sorted(parameters), ["beta", "gamma"])
                for parameter in parameters.values():
                    self.assertIsInstance(parameter, nn.Parameter)
                    self.assertTrue(parameter.requires_grad and parameter.is_leaf)
                    self.assertIsNone(parameter.grad)
                assert_close(parameters["gamma"].detach(), torch.ones(M))
                assert_close(parameters["beta"].data, torch.zeros(M))

    @weight(2)
    @number("1.5")
    def test_running_statistics(self):
        """Running averages over three batches, unbiased variance"""
        oracle = nn.BatchNorm1d(M)
        for seed in range(3):
            self.layer(batch(seed))
            oracle(batch(seed))
        assert_close(self.layer.running_mean, oracle.running_mean)
        assert_close(self.layer.running_var, oracle.running_var)
        self.assertEqual(self.layer.batches, 3)
        self.assertEqual(self.layer.batches.item(), 3)
        self.assertEqual(self.layer.batches.shape, ())

    @weight(2)
    @number("1.6")
    def test_eval_uses_running_statistics(self):
        """In evaluation the running averages are used"""
        self.layer.running_mean.copy_(torch.tensor([1.0, 2.0, 3.0]))
        self.layer.running_var[:] = torch.tensor([4.0, 9.0, 16.0])
        out = self.layer.eval()(self.x)
        expected = (self.x - torch.tensor([1.0, 2.0, 3.0])) / torch.sqrt(torch.tensor([4.0, 9.0, 16.0]) + EPS)
        assert_close(out, expected)
        assert_close(self.layer(self.x[:1]), expected[:1])

    @weight(1)
    @number("1.7")
    def test_eval_changes_nothing(self):
        """In evaluation the running averages stay"""
        self.layer(self.x)
        before = {name: value.clone() for name, value in self.layer.state_dict().items()}
        self.layer.eval()
        self.layer(batch(7))
        after = self.layer.state_dict()
        self.assertEqual(set(before), set(after))
        for name, value in before.items():
            assert_close(after[name], value, rtol=0, atol=0)

    @weight(1)
    @number("1.8")
    def test_constant_feature(self):
        """ε keeps a constant feature finite, forward and backward"""
        x = self.x.clone()
        x[:, 1] = 3.0
        x.requires_grad_()
        for layer in (self.layer, ManualBatchNorm(M)):
            out = layer(x)
            self.assertTrue(torch.isfinite(out).all())
            assert_close(out[:, 1], torch.zeros(S))
            (out * self.dout).sum().backward()
        self.assertTrue(bool(x.grad.isfinite().all()))

    @weight(1)
    @number("1.9")
    def test_inputs_of_any_layout(self):
        """Transposed, sliced and expanded inputs"""
        transposed = batch(2, rows=M, columns=S).T
        self.assertFalse(transposed.is_contiguous())
        assert_close(self.layer(transposed), normalised(transposed))
        sliced = batch(3, rows=2 * S, columns=2 * M)[::2, ::2]
        assert_close(self.layer(sliced), normalised(sliced))
        expanded = torch.arange(float(S))[:, None].expand(S, M)
        assert_close(self.layer(expanded), normalised(expanded))

    @weight(1)
    @number("1.10")
    def test_input_is_left_alone(self):
        """The input is not changed"""
        self.layer(self.x)
        ManualBatchNorm(M)(self.x)
        self.assertTrue(torch.equal(self.x, batch()))

    @weight(1)
    @number("1.11")
    def test_wrong_shape(self):
        """A wrong shape is a ValueError that gives it"""
        with self.assertRaisesRegex(ValueError, r"\(8, 2\)"):
            self.layer(self.x[:, :2])
        with self.assertRaises(ValueError):
            self.layer(self.x[0])

    @weight(1)
    @number("1.12")
    def test_moments(self):
        """moments: a tuple of mean and biased variance"""
        mean, var = found = moments(self.x)
        self.assertIsInstance(found, tuple)
        assert_close(mean, self.x.mean(0))
        assert_close(var, self.x.var(0, correction=0))

    @weight(1)
    @number("1.13")
    def test_in_place(self):
        """normalise_ works in place and returns its argument"""
        x = self.x.clone()
        view = x[2:]
        self.assertIs(normalise_(x), x)
        assert_close(x, normalised(self.x))
        assert_close(view, normalised(self.x)[2:])
        with self.assertRaisesRegex(RuntimeError, "in-place"):
            normalise_(batch(requires_grad=True))

    @weight(1)
    @number("1.14")
    def test_training_flag(self):
        """train, eval and training"""
        self.assertIs(self.layer.training, True)
        self.assertIs(self.layer.eval(), self.layer)
        self.assertFalse(self.layer.training)
        self.assertIs(self.layer.train(), self.layer)
        self.layer.train(False)
        self.assertFalse(self.layer.training)
        self.layer.training = True
        assert_close(self.layer(self.x), normalised(self.x))


class TestGradients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        torch.set_default_dtype(torch.float64)
        cls.dout = batch(5)

    @classmethod
    def tearDownClass(cls):
        torch.set_default_dtype(torch.float32)

    def setUp(self):
        self.x = batch(requires_grad=True)
        self.layers = {"by autograd": BatchNorm(M), "by hand": ManualBatchNorm(M)}

    def expected(self):
        """∂L/∂X, ∂L/∂γ, ∂L/∂β for ∂L/∂Y = self.dout, by PyTorch."""
        x, gamma, beta = batch(requires_grad=True), torch.ones(M, requires_grad=True), torch.zeros(M, requires_grad=True)
        return torch.autograd.grad(F.batch_norm(x, None, None, gamma, beta, training=True), (x, gamma, beta), self.dout)

    @weight(3)
    @number("2.1")
    def test_backward(self):
        """backward fills the gradients of input and parameters"""
        for name, layer in self.layers.items():
            with self.subTest(name):
                self.x.grad = None
                layer(self.x).backward(self.dout)
                for found, expected in zip((self.x.grad, layer.gamma.grad, layer.beta.grad), self.expected(), strict=True):
                    assert_close(found, expected)

    @weight(1)
    @number("2.2")
    def test_accumulation(self):
        """Gradients of two calls add up, zero_grad removes them"""
        layer = self.layers["by autograd"]
        layer(self.x).backward(self.dout)
        once, of_x = layer.gamma.grad.clone(), self.x.grad.clone()
        layer(self.x).backward(self.dout)
        assert_close(layer.gamma.grad, 2 * once)
        assert_close(self.x.grad, 2 * of_x)
        layer.zero_grad(set_to_none=False)
        assert_close(layer.gamma.grad, torch.zeros(M))
        layer.zero_grad()
        self.assertIsNone(layer.gamma.grad)

    @weight(1)
    @number("2.3")
    def test_autograd_grad(self):
        """torch.autograd.grad returns gradients and leaves .grad alone"""
        for name, layer in self.layers.items():
            with self.subTest(name):
                loss = (layer(self.x) * self.dout).sum()
                found = torch.autograd.grad(loss, [self.x, *layer.parameters()])
                self.assertEqual([grad.shape for grad in found], [(S, M), (M,), (M,)])
                for grad, expected in zip(found, self.expected(), strict=True):
                    assert_close(grad, expected)
                self.assertIsNone(self.x.grad)
                self.assertIsNone(layer.gamma.grad)

    @weight(3)
    @number("2.4")
    def test_gradcheck_of_the_function(self):
        """gradcheck of BatchNormFunction.apply"""
        gamma, beta = torch.tensor([0.5, -2.0, 3.0], requires_grad=True), torch.zeros(M, requires_grad=True)
        self.assertTrue(torch.autograd.gradcheck(BatchNormFunction.apply, (self.x, gamma, beta)))

    @weight(1)
    @number("2.5")
    def test_gradcheck_of_the_module(self):
        """gradcheck of the modules, in training and in evaluation"""
        for name, layer in self.layers.items():
            with self.subTest(name):
                self.assertTrue(torch.autograd.gradcheck(lambda x, layer=layer: layer(x).exp(), self.x))
        layer = self.layers["by autograd"].eval()
        self.assertTrue(torch.autograd.gradcheck(layer, self.x))
        layer.train()

    @weight(1)
    @number("2.6")
    def test_wrong_gradients_are_found(self):
        """gradcheck of a function of ours that is wrong"""

        class Wrong(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return 2 * x

            @staticmethod
            def backward(ctx, dout):
                return 3 * dout

        layer = self.layers["by hand"]
        with self.assertRaisesRegex(RuntimeError, "Jacobian mismatch"):
            torch.autograd.gradcheck(lambda x: Wrong.apply(layer(x)), self.x)
        self.assertFalse(torch.autograd.gradcheck(lambda x: layer(Wrong.apply(x)), self.x, raise_exception=False))

    @weight(1)
    @number("2.7")
    def test_graphs_are_kept_if_asked(self):
        """A graph serves once, or more often with retain_graph"""
        for name, layer in self.layers.items():
            with self.subTest(name):
                layer.zero_grad()
                loss = (layer(self.x) * self.dout).sum()
                loss.backward(retain_graph=True)
                once = layer.beta.grad.clone()
                loss.backward()
                assert_close(layer.beta.grad, 2 * once)
                with self.assertRaisesRegex(RuntimeError, "backward through the graph a second time"):
                    loss.backward()

    @weight(1)
    @number("2.8")
    def test_no_grad(self):
        """Under torch.no_grad nothing is recorded"""
        for layer in self.layers.values():
            with torch.no_grad():
                out = layer(self.x)
            self.assertFalse(out.requires_grad)
            self.assertIsNone(out.grad_fn)
            with self.assertRaisesRegex(RuntimeError, "does not require grad"):
                out.sum().backward()
            self.assertIsNotNone(layer(self.x).grad_fn)

    @weight(1)
    @number("2.9")
    def test_hooks_on_outputs(self):
        """Hooks and retain_grad on an output of the layer"""
        seen = []
        out = self.layers["by hand"](self.x)
        out.retain_grad()
        out.register_hook(lambda grad: seen.append(grad.clone()))
        handle = out.register_hook(lambda grad: 1 / 0)
        handle.remove()
        (out * self.dout).sum().backward()
        assert_close(seen[0], self.dout)
        assert_close(out.grad, self.dout)
        doubled = self.layers["by autograd"](self.x)
        doubled.register_hook(lambda grad: 2 * grad)
        doubled.backward(self.dout)
        assert_close(self.layers["by autograd"].beta.grad, 2 * self.dout.sum(0))

    @weight(1)
    @number("2.10")
    def test_hooks_on_parameters(self):
        """A hook on a parameter sees its gradient and may change it"""
        layer, seen = self.layers["by autograd"], []
        handle = layer.gamma.register_hook(lambda grad: (seen.append(grad.clone()), -grad)[1])
        layer(self.x).backward(self.dout)
        handle.remove()
        assert_close(seen[0], self.expected()[1])
        assert_close(layer.gamma.grad, -self.expected()[1])

    @weight(1)
    @number("2.11")
    def test_frozen_parameters(self):
        """requires_grad_(False) keeps a parameter without a gradient"""
        for layer in map(copy.deepcopy, self.layers.values()):
            self.assertIs(layer.gamma.requires_grad_(False), layer.gamma)
            layer(self.x).backward(self.dout)
            self.assertIsNone(layer.gamma.grad)
            assert_close(layer.beta.grad, self.dout.sum(0))
            layer.requires_grad_(False)
            self.assertEqual([p.requires_grad for p in layer.parameters()], [False, False])
            self.assertFalse(layer(self.x.detach()).requires_grad)

    @weight(1)
    @number("2.12")
    def test_input_without_gradient(self):
        """An input that needs no gradient gets none"""
        x = self.x.detach()
        for layer in self.layers.values():
            layer(x).backward(self.dout)
            self.assertIsNone(x.grad)
            assert_close(layer.gamma.grad, self.expected()[1])

    @weight(2)
    @number("2.13")
    def test_chain(self):
        """Layers of ours and of the student in turn"""
        torch.manual_seed(3)
        first, last = nn.Linear(M, M), nn.Linear(M, 1)
        oracle = nn.Sequential(first, nn.BatchNorm1d(M), nn.Tanh(), nn.BatchNorm1d(M), last)
        oracle(self.x).sum().backward()
        parameters = [self.x, *first.parameters(), *last.parameters()]
        expected = [parameter.grad.clone() for parameter in parameters]
        for parameter in parameters:
            parameter.grad = None
        out = first(self.x)
        out = self.layers["by hand"](torch.tanh(self.layers["by autograd"](out)))
        last(out).sum().backward()
        for parameter, grad in zip(parameters, expected, strict=True):
            assert_close(parameter.grad, grad)
        assert_close(self.layers["by hand"].gamma.grad, oracle[3].weight.grad)
        assert_close(self.layers["by autograd"].beta.grad, oracle[1].bias.grad)

    @weight(1)
    @number("2.14")
    def test_expanded_gradients(self):
        """A gradient of ones, as sum and mean give it"""
        for name, layer in self.layers.items():
            with self.subTest(name):
                self.x.grad = None
                layer(self.x).sum().backward()
                assert_close(layer.beta.grad, torch.full((M,), float(S)))
                assert_close(self.x.grad, torch.zeros(S, M), rtol=0, atol=1e-12)

    @weight(1)
    @number("2.15")
    def test_output_used_twice(self):
        """An output that is used twice gets both gradients"""
        for name, layer in self.layers.items():
            with self.subTest(name):
                self.x.grad = None
                out = layer(self.x)
                ((out * self.dout).sum() + 2 * (out * self.dout).sum()).backward()
                assert_close(self.x.grad, 3 * self.expected()[0])


class TestNetwork(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(42)
        self.model = MLP(M, [5], C)
        self.x, self.y = batch(), labels()

    @weight(1)
    @number("3.1")
    def test_structure(self):
        """Linear, batch norm and activation in each block, then a linear layer"""
        model = MLP(M, [6, 5], C)
        self.assertEqual(len(model.hidden), 2)
        self.assertIsInstance(model.hidden, nn.ModuleList)
        block = model.hidden[0]
        self.assertIsInstance(block, nn.Sequential)
        self.assertIsInstance(block[0], nn.Linear)
        self.assertIsInstance(block[1], BatchNorm)
        self.assertIsInstance(model.hidden[-1][-1], nn.ReLU)
        self.assertIs(block.linear, block[0])
        self.assertEqual(len(block[1:]), 2)
        self.assertEqual([layer.out_features for layer, *_ in model.hidden], [6, 5])
        names = [name for name, module in model.named_modules() if isinstance(module, nn.Linear)]
        self.assertEqual(names, ["hidden.0.linear", "hidden.1.linear", "out"])
        self.assertEqual([name for name, _ in model.named_children()], ["hidden", "out"])
        self.assertTrue(any(isinstance(module, BatchNorm) for module in model.modules()))

    @weight(1)
    @number("3.2")
    def test_parameters(self):
        """Every layer's parameters are the model's"""
        parameters = list(self.model.parameters())
        shapes = [tuple(parameter.shape) for parameter in parameters]
        self.assertEqual(shapes, [(5, M), (5,), (5,), (5,), (C, 5), (C,)])
        self.assertEqual(sum(parameter.numel() for parameter in parameters), 5 * M + 5 + 10 + 5 * C + C)
        self.assertIs(self.model.out.weight, parameters[4])
        self.assertIs(next(self.model.parameters()), self.model.hidden[0].linear.weight)
        self.assertIs(dict(self.model.named_parameters())["out.bias"], self.model.out.bias)

    @weight(1)
    @number("3.3")
    def test_seed(self):
        """The same seed gives the same model"""
        for seed in (0, 0, 7):
            torch.manual_seed(seed)
            one = MLP(M, [5], C)
            torch.manual_seed(seed)
            two = MLP(M, [5], C)
            three = MLP(M, [5], C)
            for a, b in zip(one.parameters(), two.parameters(), strict=True):
                self.assertTrue(torch.equal(a, b))
            self.assertFalse(torch.equal(two.out.weight, three.out.weight))

    @weight(1)
    @number("3.4")
    def test_logits(self):
        """Logits as PyTorch's own layers give them"""
        out = self.model(self.x)
        self.assertEqual(out.size(), torch.Size([S, C]))
        self.assertEqual(out.dtype, torch.float32)
        self.assertEqual(out.device, torch.device("cpu"))
        self.assertEqual(self.model.device, torch.device("cpu"))
        assert_close(out, twin(self.model)(self.x))

    @weight(2)
    @number("3.5")
    def test_cross_entropy_reaches_all_parameters(self):
        """loss.backward() of a cross-entropy fills the gradients of all parameters"""
        oracle = twin(self.model)
        loss, expected = F.cross_entropy(self.model(self.x), self.y), F.cross_entropy(oracle(self.x), self.y)
        assert_close(loss, expected)
        loss.backward()
        expected.backward()
        for mine, theirs in zip(self.model.parameters(), oracle.parameters(), strict=True):
            assert_close(mine.grad, theirs.grad)
        assert_close(self.model.out.bias.grad.sum(), torch.tensor(0.0), rtol=0, atol=1e-6)

    @weight(1)
    @number("3.6")
    def test_modes(self):
        """eval and train reach every layer"""
        self.assertTrue(all(module.training for module in self.model.modules()))
        self.model.eval()
        self.assertFalse(any(module.training for module in self.model.modules()))
        self.assertFalse(self.model.hidden[0].norm.training)
        self.model.train()
        self.assertTrue(self.model.hidden[0][1].training)

    @weight(1)
    @number("3.7")
    def test_state_dict(self):
        """state_dict and load_state_dict"""
        self.model(self.x)
        other = MLP(M, [5], C)
        result = other.load_state_dict(self.model.state_dict())
        self.assertEqual(len(result.missing_keys), 0)
        assert_close(other.eval()(self.x), self.model.eval()(self.x))
        state = {name: value + 1 for name, value in self.model.state_dict().items()}
        other.load_state_dict(state)
        assert_close(other.out.weight.data, self.model.out.weight.data + 1)
        self.assertEqual(other.hidden[0].norm.batches, 2)
        saved = copy.deepcopy(self.model.state_dict())
        with torch.no_grad():
            self.model.out.weight.zero_()
        self.assertFalse((saved["out.weight"] == 0).any())
        self.model.load_state_dict(saved)
        self.assertTrue((self.model.out.weight != 0).any())

    @weight(1)
    @number("3.8")
    def test_state_that_does_not_fit(self):
        """load_state_dict refuses what does not fit"""
        state = dict(self.model.state_dict())
        state["out.bias"] = torch.zeros(C + 1)
        with self.assertRaisesRegex(RuntimeError, "size mismatch for out.bias"):
            self.model.load_state_dict(state)
        del state["out.bias"]
        with self.assertRaisesRegex(RuntimeError, "Missing key"):
            self.model.load_state_dict(state)
        self.assertEqual(list(self.model.load_state_dict(state, strict=False).missing_keys), ["out.bias"])

    @weight(1)
    @number("3.9")
    def test_deepcopy(self):
        """A deep copy has parameters of its own"""
        other = copy.deepcopy(self.model)
        self.assertIsNot(other, self.model)
        self.assertIsInstance(other, MLP)
        self.assertIsNot(other.out.weight, self.model.out.weight)
        assert_close(other.out.weight, self.model.out.weight)
        with torch.no_grad():
            other.out.weight += 1
        assert_close(other.out.weight, self.model.out.weight + 1)
        assert_close(other.hidden[0](self.x), self.model.hidden[0](self.x))

    @weight(1)
    @number("3.10")
    def test_double(self):
        """double() and float() change the type of parameters and outputs"""
        weight = self.model.out.weight
        self.assertIs(self.model.double(), self.model)
        self.assertTrue(all(parameter.dtype == torch.float64 for parameter in self.model.parameters()))
        self.assertEqual(weight.dtype, torch.float64)
        self.assertEqual(self.model(self.x.double()).dtype, torch.float64)
        with self.assertRaises(RuntimeError):
            self.model(self.x)
        self.assertEqual(self.model.to(torch.float32)(self.x).dtype, torch.float32)

    @weight(1)
    @number("3.11")
    def test_parameters_can_be_written(self):
        """Parameters written by copy_, .data, item and as a whole are used"""
        hidden = activations(self.model.eval(), self.x)[-1]
        W = torch.arange(5.0 * C).reshape(C, 5)
        with torch.no_grad():
            self.model.out.weight.copy_(W)
            self.model.out.bias.fill_(2.0)
        assert_close(self.model(self.x), hidden @ W.T + 2)
        self.model.out.weight.data = 2 * W
        self.model.out.bias.data[0] = 7.0
        assert_close(self.model(self.x), 2 * hidden @ W.T + torch.tensor([7.0, 2, 2, 2]))
        self.model.out.weight = nn.Parameter(-W)
        self.model.out.bias.data.mul_(0)
        assert_close(self.model(self.x), -hidden @ W.T)
        self.assertEqual(len(list(self.model.parameters())), 6)

    @weight(2)
    @number("3.12")
    def test_local_optimizer(self):
        """torch.optim.SGD trains the model as it trains PyTorch's own"""
        oracle = twin(self.model)
        losses = []
        for model, found in ((self.model, []), (oracle, losses)):
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.5, weight_decay=0.01)
            scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 5, gamma=0.5)
            for _ in range(12):
                optimizer.zero_grad()
                loss = F.cross_entropy(model(self.x), self.y)
                loss.backward()
                torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
                scheduler.step()
                found.append(loss.item())
            self.assertLess(found[-1], found[0])
        for mine, theirs in zip(self.model.parameters(), oracle.parameters(), strict=True):
            assert_close(mine, theirs, rtol=1e-4, atol=1e-5)

    @weight(2)
    @number("3.13")
    def test_own_optimizer(self):
        """The student's optimizer is SGD with momentum"""
        oracle = twin(self.model)
        optimizer = Momentum(self.model.parameters(), lr=0.05, momentum=0.9)
        reference = torch.optim.SGD(oracle.parameters(), lr=0.05, momentum=0.9)
        self.assertIsInstance(optimizer, torch.optim.Optimizer)
        for _ in range(4):
            for model, update in ((self.model, optimizer), (oracle, reference)):
                update.zero_grad()
                F.cross_entropy(model(self.x), self.y).backward()
                update.step()
        for mine, theirs in zip(self.model.parameters(), oracle.parameters(), strict=True):
            assert_close(mine, theirs, rtol=1e-4, atol=1e-5)
        self.assertEqual(optimizer.param_groups[0]["lr"], 0.05)

    @weight(1)
    @number("3.14")
    def test_gradients_can_be_written(self):
        """An optimizer of the student uses gradients that were set here"""
        optimizer = Momentum([self.model.out.weight, self.model.out.bias], lr=0.5)
        before = [parameter.detach().clone() for parameter in (self.model.out.weight, self.model.out.bias)]
        self.model.out.weight.grad = torch.full((C, 5), 2.0)
        optimizer.step()
        assert_close(self.model.out.weight.data, before[0] - 1)
        assert_close(self.model.out.bias.data, before[1])
        self.model.out.weight.grad = None
        optimizer.step()
        assert_close(self.model.out.weight.data, before[0] - 1)
        self.assertIsNone(self.model.out.weight.grad)

    @weight(1)
    @number("3.15")
    def test_train_step(self):
        """train_step: the student's own backward and step"""
        oracle = twin(self.model)
        optimizer = torch.optim.SGD(oracle.parameters(), lr=0.1)
        theirs = Momentum(self.model.parameters(), lr=0.1, momentum=0.0)
        for _ in range(3):
            loss = train_step(self.model, theirs, self.x, self.y)
            self.assertIsInstance(loss, float)
            optimizer.zero_grad()
            expected = F.cross_entropy(oracle(self.x), self.y)
            expected.backward()
            optimizer.step()
            self.assertAlmostEqual(loss, expected.item(), places=4)
        assert_close(self.model.out.weight.grad, oracle[3].weight.grad, rtol=1e-3, atol=1e-5)
        assert_close(self.model.out.weight, oracle[3].weight, rtol=1e-3, atol=1e-5)

    @weight(1)
    @number("3.16")
    def test_values_of_every_kind(self):
        """summary: a dict of integer, bool, 0-d and listed tensors"""
        found = summary(self.model, self.x)
        logits = twin(self.model).eval()(self.x).detach()
        sure = logits.softmax(1).max(1).values > 0.5
        self.assertEqual(set(found), {"classes", "sure", "share", "totals"})
        self.assertEqual((found["classes"].dtype, found["sure"].dtype), (torch.int64, torch.bool))
        self.assertTrue(torch.equal(found["classes"], logits.argmax(1)))
        self.assertTrue(torch.equal(found["sure"], sure))
        self.assertEqual(found["share"].dim(), 0)
        self.assertAlmostEqual(float(found["share"]), sure.float().mean().item())
        total, shape = found["totals"]
        assert_close(total, logits.sum(0))
        self.assertEqual(tuple(shape), (S, C))
        self.assertEqual(self.x[found["sure"]].shape, (int(sure.sum()), M))
        self.assertEqual(found["classes"].tolist(), logits.argmax(1).tolist())

    @weight(1)
    @number("3.17")
    def test_lists_of_tensors(self):
        """activations: a list with a graph through each of its tensors"""
        model = MLP(M, [6, 5], C)
        found = activations(model, self.x)
        self.assertEqual([tuple(h.shape) for h in found], [(S, 6), (S, 5)])
        (found[0].sum() + found[1].sum()).backward()
        self.assertIsNotNone(model.hidden[1].linear.weight.grad)
        self.assertIsNone(model.out.weight.grad)
        self.assertTrue((found[1] >= 0).all())

    @weight(1)
    @number("3.18")
    def test_activation_by_class(self):
        """Classes of torch.nn are arguments"""
        model = MLP(M, [5], C, activation=nn.Tanh)
        self.assertIsInstance(model.hidden[0].activation, nn.Tanh)
        self.assertNotIsInstance(model.hidden[0].activation, nn.ReLU)
        linear, norm, _ = model.hidden[0]
        assert_close(model.hidden[0](self.x), torch.tanh(norm(linear(self.x))))

    @weight(1)
    @number("3.19")
    def test_randomness_follows_the_seed(self):
        """shuffled: a permutation that the seed decides"""
        torch.manual_seed(5)
        one = shuffled(self.x)
        torch.manual_seed(5)
        two = shuffled(self.x)
        self.assertTrue(torch.equal(one, two))
        self.assertEqual(sorted(one[:, 0].tolist()), sorted(self.x[:, 0].tolist()))
        self.assertFalse(all(torch.equal(shuffled(self.x), self.x) for _ in range(5)))

    @weight(1)
    @number("3.20")
    def test_numpy(self):
        """Tensors become arrays and come from arrays"""
        array = self.x.numpy()
        self.assertEqual(array.shape, (S, M))
        out = self.model(torch.from_numpy(array)).detach().numpy()
        assert_close(torch.from_numpy(out), twin(self.model)(self.x).detach())
        with self.assertRaisesRegex(RuntimeError, "requires grad"):
            self.model(self.x).numpy()


class TestTrained(unittest.TestCase):
    """One model, trained for the whole class."""

    @classmethod
    def setUpClass(cls):
        torch.manual_seed(0)
        cls.x = batch(rows=40)
        cls.y = (cls.x[:, 0] > 2).long() + 2 * (cls.x[:, 1] > 2).long()
        cls.model = MLP(M, [16, 16], C)
        optimizer = Momentum(cls.model.parameters(), lr=0.1)
        cls.losses = [train_step(cls.model, optimizer, cls.x, cls.y) for _ in range(60)]
        cls.parameters = list(cls.model.parameters())

    @weight(2)
    @number("4.1")
    def test_loss(self):
        """Training lowers the loss"""
        self.assertLess(self.losses[-1], 0.2 * self.losses[0])

    @weight(2)
    @number("4.2")
    def test_accuracy(self):
        """The trained model knows what it has seen"""
        model = copy.deepcopy(self.model)
        found = summary(model, self.x)
        self.assertGreater((found["classes"] == self.y).float().mean(), 0.9)
        self.assertFalse(model.training)

    @weight(1)
    @number("4.3")
    def test_eval_mode(self):
        """Evaluation treats samples one by one"""
        self.model.eval()
        with torch.no_grad():
            whole, single = self.model(self.x), torch.cat([self.model(row[None]) for row in self.x])
        assert_close(whole, single, rtol=1e-4, atol=1e-4)
        self.assertEqual(self.model.hidden[0].norm.batches, 60)

    @weight(1)
    @number("4.4")
    def test_parameters_of_the_fixture(self):
        """Parameters taken while the class was set up are those of the model"""
        for taken, now in zip(self.parameters, self.model.parameters(), strict=True):
            self.assertIs(taken, now)
            self.assertTrue(torch.isfinite(taken.grad).all())
