"""Right: what PyTorch has ready is used, its classes are derived from; the Function in the style of setup_context."""

import torch
from torch import Tensor, nn, optim
from torch.autograd.function import once_differentiable
from torch.nn.functional import cross_entropy


class BatchNorm(nn.Module):
    gamma: Tensor
    beta: Tensor

    def __init__(self, n_features: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        for name, value in {"gamma": 1.0, "beta": 0.0}.items():
            self.register_parameter(name, nn.Parameter(torch.full([n_features], value)))
        self.register_buffer("running_mean", torch.zeros(n_features))
        self.register_buffer("running_var", torch.ones(n_features))
        self.register_buffer("batches", torch.zeros((), dtype=torch.long))

    def forward(self, x: Tensor) -> Tensor:
        if x.dim() != 2 or x.size(1) != self.gamma.numel():
            raise ValueError(f"expected (batch, {self.gamma.numel()}), got {tuple(x.size())}")
        if self.training:
            self.batches.add_(1)
        return nn.functional.batch_norm(
            x, self.running_mean, self.running_var, self.gamma, self.beta, training=self.training, momentum=0.1, eps=self.eps
        )


class BatchNormFunction(torch.autograd.Function):
    @staticmethod
    def forward(x, gamma, beta, eps=1e-5):
        return torch.nn.functional.batch_norm(x, None, None, gamma, beta, training=True, eps=eps)

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, gamma, _, ctx.eps = (*inputs, 1e-5)[:4]
        ctx.save_for_backward(x, gamma)
        ctx.set_materialize_grads(False)

    @staticmethod
    @once_differentiable
    def backward(ctx, dout):
        if dout is None:
            return None, None, None, None
        x, gamma = ctx.saved_tensors
        var, mean = torch.var_mean(x, dim=0, correction=0, keepdim=True)
        normal = (x - mean).mul_((var + ctx.eps).rsqrt_())
        dx = dgamma = dbeta = None
        if ctx.needs_input_grad[0]:
            centred = dout - dout.mean(0) - normal * (dout * normal).mean(0)
            dx = centred * gamma * (var + ctx.eps).rsqrt()
        if ctx.needs_input_grad[1]:
            dgamma = torch.einsum("sm,sm->m", dout, normal)
        if ctx.needs_input_grad[2]:
            dbeta = torch.einsum("sm->m", dout)
        return (dx, dgamma, dbeta, None)[: len(ctx.needs_input_grad)]


class ManualBatchNorm(nn.Module):
    def __init__(self, n_features: int) -> None:
        super().__init__()
        self.n_features = n_features
        self.gamma = nn.Parameter(torch.empty(n_features))
        self.beta = nn.Parameter(torch.empty(n_features))
        nn.init.ones_(self.gamma)
        nn.init.zeros_(self.beta)

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[1:] != (self.n_features,):
            raise ValueError(f"expected (batch, {self.n_features}), got {tuple(x.shape)}")
        return BatchNormFunction.apply(x, self.gamma, self.beta)


class MLP(nn.Sequential):
    def __init__(self, n_inputs, n_hidden, n_classes, activation=nn.ReLU):
        super().__init__()
        blocks = nn.ModuleList()
        for width in n_hidden:
            block = nn.Sequential()
            block.add_module("linear", nn.Linear(n_inputs, width))
            block.add_module("norm", BatchNorm(width))
            block.add_module("activation", activation())
            blocks.append(block)
            n_inputs = width
        self.hidden = blocks
        self.out = nn.Linear(n_inputs, n_classes)

    def forward(self, x):
        return self.out(nn.Sequential(*self.hidden)(x))

    @property
    def device(self):
        return next(iter(self.parameters())).device


class Momentum(optim.SGD):
    def __init__(self, params, lr, momentum=0.9):
        super().__init__(params, lr=lr, momentum=momentum)


def train_step(model, optimizer, x, y):
    model.train(True)
    model.zero_grad()
    loss = cross_entropy(model(x), y, reduction="sum").div(len(y))
    loss.backward()
    optimizer.step()
    return float(loss.detach())


def moments(x):
    var, mean = torch.var_mean(x, dim=0, correction=0)
    return mean, var


def normalise_(x, eps=1e-5):
    var, mean = torch.var_mean(x, dim=0, correction=0)
    return x.sub_(mean).div_(var.add_(eps).sqrt_())


def shuffled(x):
    order = torch.argsort(torch.rand(x.shape[0]))
    return torch.index_select(x, 0, order)


def activations(model, x):
    return [x := block(x) for block in model.hidden]


def summary(model, x):
    with torch.inference_mode():
        logits = model.eval()(x)
        probabilities, classes = torch.softmax(logits, -1).max(-1)
        sure = probabilities > 0.5
        share = sure.sum() / len(sure)
    return {"classes": classes, "sure": sure, "share": share, "totals": (torch.einsum("sc->c", logits), tuple(logits.shape))}
