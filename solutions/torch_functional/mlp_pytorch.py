import torch
import torch.nn as nn
import torch.nn.functional as F


class MLP(nn.Module):
    def __init__(self, n_inputs, n_hidden, n_classes, use_batch_norm=False):
        super(MLP, self).__init__()
        sizes = [n_inputs] + list(n_hidden)
        self.hidden = nn.ModuleList([nn.Linear(a, b) for a, b in zip(sizes[:-1], sizes[1:])])
        self.norms = nn.ModuleList([nn.BatchNorm1d(b) for b in n_hidden]) if use_batch_norm else None
        self.out = nn.Linear(sizes[-1], n_classes)
        first = True
        for lin in list(self.hidden) + [self.out]:
            nn.init.kaiming_normal_(lin.weight, nonlinearity='linear' if first else 'relu')
            lin.bias.data.fill_(0)
            first = False

    def forward(self, x):
        out = x.view(x.size(0), -1)
        for i, lin in enumerate(self.hidden):
            out = lin(out)
            if self.norms is not None:
                bn = self.norms[i]
                if self.training:
                    bn.num_batches_tracked.add_(1)
                out = F.batch_norm(out, bn.running_mean, bn.running_var, bn.weight, bn.bias, self.training, 0.1, 1e-5)
            out = F.relu(out)
        return self.out(out)

    @property
    def device(self):
        return self.out.weight.device
