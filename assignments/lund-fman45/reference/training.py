"""Training: gradient descent with momentum and weight decay.

Shapes: images of H × W pixels in C channels, N of them; the batch is the last axis.
"""

import numpy as np
from network import evaluate


def training(net, x, labels, x_val, labels_val, opts, make_plots=False):
    """Train a network; return it, the total loss, and a record for figures.

    Every iteration draws a batch at random, no image twice, and changes every parameter p, weights and biases of all layers, by

        m ← μ m + (1 - μ) ∂L/∂p        a moving average, m = 0 before the first iteration
        p ← p - η (m + λ p)

    with the learning rate η, the momentum μ and the weight decay λ: μ = 0 and λ = 0 leave plain gradient descent. λ p is what
    λ/2 Σ p², added to the loss, has as its gradient; it may go into the average, together with ∂L/∂p, as well.

    Args:
        net: a network as network.py describes it. Its parameters are changed, in place.
        x, labels: images to train on, (H, W, C, N), and their classes, integers (N,).
        x_val, labels_val: images to validate with; nothing is learnt from them.
        opts: a dict. "iterations"; "batch_size"; "learning_rate", η; "momentum", μ, 0 ≤ μ < 1; "weight_decay", λ. And, where
            they are there: "seed" of the random numbers; "moving_average", the share of the old average of the loss, 0.995;
            "validation_interval", 100, the iterations between two validations; "print_interval", 100, those between two
            reports, 0 for none.
        make_plots: whether the curves of the training are drawn into training.png at the end.

    Returns:
        net; the total loss of each iteration, (iterations,), which is the moving average of the batches' losses plus
        λ/2 Σ p²; and a dict for `curves_figure` of experiments.py.

    Raises:
        ValueError: the loss is not finite any more, or a gradient has not the shape of its parameter.
    """
    opts = {"seed": None, "moving_average": 0.995, "validation_interval": 100, "print_interval": 100, **opts}
    rng = np.random.default_rng(opts["seed"])
    averages = [  # m of each parameter, zeros in its shape
        {name: np.zeros_like(value) for name, value in layer["params"].items()} if is_trained(layer) else {}
        for layer in net["layers"]
    ]
    decay_loss = np.zeros(opts["iterations"])
    record = {"loss": [], "accuracy": [], "validation_iterations": [], "validation_accuracy": []}
    for iteration in range(opts["iterations"]):
        batch = rng.choice(x.shape[-1], opts["batch_size"], replace=False)
        results, gradients = evaluate(net, x[..., batch], labels[batch])
        if not np.isfinite(results[-1]):
            raise ValueError(f"the loss is {results[-1]} in iteration {iteration}: try a smaller learning rate")
        keep = min(opts["moving_average"], iteration / (iteration + 1))  # at first, the mean of what there is
        smooth(record["loss"], float(results[-1]), keep)
        smooth(record["accuracy"], float(np.mean(results[-2].argmax(axis=0) == labels[batch])), keep)

        for layer, gradient, average in zip(net["layers"], gradients, averages, strict=True):
            for name in average:  # "weights" and "biases"; none in a layer without parameters
                parameter = layer["params"][name]
                if gradient[name].shape != parameter.shape:
                    raise ValueError(f"the gradient of {name} has shape {gradient[name].shape}, expected {parameter.shape}")
                decay_loss[iteration] += opts["weight_decay"] / 2 * float(np.sum(parameter**2))
                # BEGIN SOLUTION 5.1 the new average of this parameter into average[name], then the step; both in place
                average[name] *= opts["momentum"]
                average[name] += (1 - opts["momentum"]) * gradient[name]
                parameter -= opts["learning_rate"] * (average[name] + opts["weight_decay"] * parameter)
                # END SOLUTION

        if iteration % opts["validation_interval"] == 0:
            record["validation_iterations"].append(iteration)
            record["validation_accuracy"].append(accuracy_of_some(net, x_val, labels_val, rng))
        if opts["print_interval"] and iteration % opts["print_interval"] == 0:
            print(
                f"iteration {iteration}: loss {record['loss'][-1]:.3f}, weight decay {decay_loss[iteration]:.3f}, "
                f"accuracy {record['accuracy'][-1]:.3f}, of validation {record['validation_accuracy'][-1]:.3f}"
            )
    if make_plots:
        from experiments import curves_figure  # which imports this file

        curves_figure(record).savefig("training.png", dpi=150)
    return net, np.array(record["loss"]) + decay_loss, record


def is_trained(layer):
    """Whether a layer has weights; what the input layer has is its size."""
    return "weights" in layer.get("params", {})


def smooth(values, value, keep):
    """Append to a list the moving average of its last entry and a new value."""
    values.append(keep * values[-1] + (1 - keep) * value if values else value)


def accuracy_of_some(net, x, labels, rng, most=200):
    """Return the accuracy on images that are drawn at random, at most so many."""
    chosen = rng.choice(x.shape[-1], min(most, x.shape[-1]), replace=False)
    scores = evaluate(net, x[..., chosen], labels[chosen], evaluate_gradient=False)[0][-2]
    return float(np.mean(scores.argmax(axis=0) == labels[chosen]))
