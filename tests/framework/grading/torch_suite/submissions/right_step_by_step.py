"""Right: written out in small steps, with prints, in-place arithmetic on its own tensors and views of one buffer."""

import copy
import math
import warnings

import torch
import torch.nn as nn

print("loading", __name__)
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class BatchNorm(nn.Module):
    def __init__(self, n_features):
        super(BatchNorm, self).__init__()  # noqa: UP008  as it was once written
        self.n_features = n_features
        self.gamma = torch.nn.Parameter(torch.ones(n_features), requires_grad=True)
        self.beta = torch.nn.Parameter(torch.zeros(n_features))
        statistics = torch.stack([torch.zeros(n_features), torch.ones(n_features)])
        self.register_buffer("statistics", statistics, persistent=False)
        self.register_buffer("running_mean", statistics[0].clone())
        self.register_buffer("running_var", statistics[1].clone())
        self.register_buffer("batches", torch.tensor(0, dtype=torch.int64))

    def forward(self, x):
        if len(x.shape) != 2:
            raise ValueError("x has %d axes" % len(x.shape))  # noqa: UP031
        if x.shape[1] != self.n_features:
            raise ValueError(f"x is {tuple(x.shape)}")
        if not self.training:
            mu, var = self.running_mean, self.running_var
        else:
            n = x.shape[0]
            mu = torch.sum(x, dim=0, keepdim=True) / n
            var = torch.sum(torch.pow(x - mu, 2), dim=0, keepdim=True) / n
            self.running_mean.data = 0.9 * self.running_mean.data + 0.1 * mu.detach().squeeze(0)
            self.running_var.data = 0.9 * self.running_var.data + 0.1 * var.detach().squeeze(0) * n / (n - 1)
            self.batches = self.batches + 1
        x_hat = x - mu
        x_hat = x_hat / torch.sqrt(var + 1e-5)
        out = x_hat.clone()
        out *= self.gamma
        out += self.beta
        return out


class BatchNormFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, gamma, beta, eps=1e-5):
        n = x.size(0)
        mu = x.sum(0) / n
        centred = x - mu
        var = (centred * centred).sum(0) / n
        std = (var + eps).sqrt()
        ctx.save_for_backward(centred, std, gamma)
        ctx.n = n
        return centred / std * gamma + beta

    @staticmethod
    def backward(ctx, *grads):
        (dout,) = grads
        centred, std, gamma = ctx.saved_tensors
        dbeta = dout.sum(dim=0)
        dgamma = (dout * centred / std).sum(dim=0)
        dnormal = dout * gamma
        dvar = -0.5 * (dnormal * centred).sum(dim=0) / std**3
        dmu = -dnormal.sum(dim=0) / std - 2 * dvar * centred.mean(dim=0)
        dx = dnormal / std + dvar * 2 * centred / ctx.n + dmu / ctx.n
        return dx, dgamma, dbeta, None


class ManualBatchNorm(nn.Module):
    def __init__(self, n_features):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(n_features))
        self.beta = nn.Parameter(torch.zeros(n_features))
        self.function = BatchNormFunction

    def forward(self, x):
        if x.shape != (x.shape[0], self.gamma.shape[0]):
            raise ValueError("wrong shape " + str(tuple(x.shape)))
        return self.function.apply(x, self.gamma, self.beta)


class MLP(nn.Module):
    def __init__(self, n_inputs, n_hidden, n_classes, activation=nn.ReLU):
        nn.Module.__init__(self)
        self.hidden = nn.ModuleList([])
        sizes = [n_inputs] + n_hidden
        for i in range(len(sizes) - 1):
            block = nn.Sequential()
            block.linear = nn.Linear(sizes[i], sizes[i + 1])
            block.norm = BatchNorm(sizes[i + 1])
            block.activation = copy.deepcopy(activation())
            self.hidden.append(block)
        self.out = nn.Linear(sizes[-1], n_classes)
        self.to(DEVICE)
        self.device = DEVICE

    def forward(self, x):
        out = x
        for i in range(len(self.hidden)):
            out = self.hidden[i].__call__(out)
        return self.out.forward(out)


class Momentum(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.9):
        super().__init__(list(params), {"lr": lr, "momentum": momentum})
        self.velocities = {}

    def step(self):
        for group in self.param_groups:
            for i, p in enumerate(group["params"]):
                if p.grad is not None:
                    v = self.velocities.get(i, torch.zeros_like(p.data))
                    v.mul_(group["momentum"]).add_(p.grad.data)
                    self.velocities[i] = v
                    p.data.add_(v, alpha=-group["lr"])


def train_step(model, optimizer, x, y):
    model.train()
    for p in model.parameters():
        p.grad = None
    logp = torch.log_softmax(model(x), dim=1)
    loss = -logp[torch.arange(len(y)), y].mean()
    if math.isnan(loss.item()):
        warnings.warn("diverged", stacklevel=1)
    torch.autograd.backward([loss])
    optimizer.step()
    print(f"loss {loss.item():.3f}")
    return loss.item()


def moments(x):
    mean = torch.mean(x, 0)
    return mean, torch.mean(x * x, 0) - mean * mean


def normalise_(x, eps=1e-5):
    mean, var = x.mean(0), x.var(0, unbiased=False)
    for i in range(x.shape[1]):
        column = x[:, i]
        column -= mean[i]
        column /= (var[i] + eps) ** 0.5
    return x


def shuffled(x):
    out = torch.zeros_like(x)
    for i, j in enumerate(torch.randperm(len(x)).tolist()):
        out[i] = x[j]
    return out


def activations(model, x):
    found = []
    hooks = [block.register_forward_hook(lambda module, inputs, output: found.append(output)) for block in model.hidden]
    model(x)
    for hook in hooks:
        hook.remove()
    return found


def summary(model, x):
    model.eval()
    logits = model(x).detach()
    classes = torch.tensor([int(row.argmax()) for row in logits])
    sure = torch.zeros(len(x), dtype=torch.bool)
    for i, row in enumerate(logits):
        sure[i] = torch.max(torch.softmax(row, 0)) > 0.5
    share = torch.tensor(sure.tolist().count(True) / len(sure))
    return {"classes": classes, "sure": sure, "share": share, "totals": [sum(logits), list(logits.shape)]}
