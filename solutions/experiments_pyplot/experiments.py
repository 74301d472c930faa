import json
import os

import matplotlib.pyplot as plt
import numpy as np
import torch
from train_mlp_pytorch import *

SCHEDULES = ["constant", "step", "cosine", "warmup"]


def learning_rates():
    return np.logspace(-6, 2, 9)


def cached(path, settings, compute):
    path = str(path)
    if os.path.exists(path):
        try:
            with open(path) as f:
                saved = json.load(f)
            if isinstance(saved, dict) and saved.get("settings") == settings and "result" in saved:
                return saved["result"]
        except Exception:
            print("cannot read", path)
    result = compute()
    if os.path.dirname(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".tmp", "w") as f:
        json.dump({"settings": settings, "result": result}, f)
    os.rename(path + ".tmp", path)
    return result


def learning_rate_sweep(train, rates, **flags):
    best, losses = [], []
    for lr in rates:
        print("training with", lr)
        output = train(flags["hidden_dims"], lr, flags["use_batch_norm"], flags["batch_size"], flags["epochs"], flags["seed"], flags["data_dir"])
        best.append(float(np.max([float(a) for a in output[1]])))
        losses.append(np.array(output[3]["loss"], dtype=float).tolist())
    return dict(rates=[float(r) for r in rates], val_accuracy=best, loss=losses)


def sweep_accuracy_figure(results):
    plt.figure()
    plt.semilogx(results["rates"], results["val_accuracy"], "x--")
    plt.xlabel("lr")
    plt.ylabel("accuracy")
    plt.title("Accuracy")
    plt.show()
    return plt.gcf()


def sweep_loss_figure(results):
    fig = plt.figure()
    for loss in results["loss"]:
        plt.plot(loss)
    plt.legend(["lr = " + str(lr) for lr in results["rates"]], loc="upper right")
    plt.yscale("log")
    plt.xlabel("iteration")
    plt.ylabel("loss")
    plt.close(fig)
    return fig


def schedules_figure(lr, epochs):
    fig, ax = plt.subplots()
    lines = []
    for name in SCHEDULES:
        lines += ax.plot(np.array([learning_rate(name, lr, e, epochs) for e in range(epochs)]), "-o")
    ax.set_xlabel("epoch")
    ax.set_ylabel("lr")
    fig.legend(lines, SCHEDULES, ncol=4)
    return fig


def network_sizes(train, sizes, **flags):
    out = {}
    for batch_norm in [False, True]:
        for size in sizes:
            name = ", ".join(str(n) for n in size)
            if batch_norm:
                name += ", batch norm"
            log = train(hidden_dims=size, use_batch_norm=batch_norm, **flags)[-1]
            out[name] = {
                "train_accuracy": [float(x) for x in log["train_accuracy"]],
                "val_accuracy": [float(x) for x in log["val_accuracy"]],
                "epochs": len(log["val_accuracy"]),
            }
    return out


def curves(results, which):
    fig, axs = plt.subplots(1, 2, sharey=True, sharex=True)
    for name in results:
        ax = axs[1] if "batch norm" in name else axs[0]
        ax.plot(np.arange(1, len(results[name][which]) + 1), results[name][which], label="MLP " + name)
    for ax in axs:
        ax.legend()
        ax.set_xlabel("epoch")
    axs[0].set_ylabel(which)
    return fig


def validation_curves_figure(results):
    return curves(results, "val_accuracy")


def training_curves_figure(results):
    return curves(results, "train_accuracy")


def confusion_matrix_figure(counts, class_names):
    counts = np.array(counts)
    fig = plt.figure(figsize=(6, 5))
    plt.imshow(counts, cmap="magma", origin="lower")
    plt.colorbar()
    plt.xticks(range(len(class_names)), class_names, rotation=90)
    plt.yticks(range(len(class_names)), class_names)
    plt.xlabel("Predicted label")
    plt.ylabel("True label")
    plt.tight_layout()
    return fig


def misclassified(probabilities, targets, n):
    p = torch.as_tensor(probabilities)
    confidence, predicted = p.max(dim=1)
    order = torch.argsort(confidence, descending=True)
    return [int(i) for i in order if predicted[i] != targets[i]][:n]


def misclassified_figure(images, predicted, targets):
    fig = plt.figure()
    for i in range(len(images)):
        plt.subplot(3, 6, i + 1)
        img = images[i]
        if len(img.shape) == 3:
            plt.imshow(img.transpose(1, 2, 0))
        else:
            plt.imshow(img, cmap="gray", vmin=0, vmax=img.max())
        plt.axis("off")
        plt.title("%d instead of %d" % (predicted[i], targets[i]))
    return fig


def first_layer_figure(weight, image_shape, n):
    fig, axs = plt.subplots(4, 4)
    a = abs(weight[:n]).max()
    for ax in axs.flat:
        ax.axis("off")
    for i in range(n):
        w = torch.tensor(weight[i]).reshape(image_shape)
        if len(image_shape) == 3:
            axs.flat[i].imshow(((w / a + 1) / 2).permute(1, 2, 0))
        else:
            axs.flat[i].imshow(w, cmap="seismic", clim=(-a, a))
    return fig


def parameters_per_layer(model):
    layers = {}
    for name, p in model.named_parameters():
        layer = name.rsplit(".", 1)[0]
        layers[layer] = layers.get(layer, 0) + p.numel()
    pairs = [[k, v] for k, v in layers.items()]
    pairs.append(["total", sum(layers.values())])
    return pairs
