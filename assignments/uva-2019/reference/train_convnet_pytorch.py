"""Train the ConvNet, for a number of steps, on the GPU where there is one; run it with --help for the flags.

`fit` of train_mlp_pytorch.py trains it: a network of another kind, and nothing else is new.
"""

import argparse

import torch
from cifar10_utils import DATA_DIR, get_cifar10
from convnet_pytorch import ConvNet
from train_mlp_pytorch import fit, make_optimizer

FLAGS = None  # an argparse.Namespace or the like, set by whoever calls train


def choose_device(name):
    """Return the torch.device called "cpu" or "cuda"; "auto" is the GPU where there is one, and the CPU elsewhere.

    Raises:
        ValueError: it is "cuda", and PyTorch finds no GPU.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError("there is no GPU that this PyTorch can use; take --device cpu")
    return torch.device(name)


def train():
    """Train a ConvNet as FLAGS say; it has as many input channels and classes as the data set.

    All that is random starts from seed 42 (torch.manual_seed), so that on a CPU two runs with the same flags are the same.

    FLAGS has these attributes:
        optimizer: see make_optimizer in train_mlp_pytorch.py.
        learning_rate, batch_size.
        max_steps: number of steps.
        eval_freq: loss and accuracy are looked at after every so many steps, and after the last one.
        data_dir: folder of the data set.
        device: see choose_device.

    Returns:
        model: the ConvNet after the last step.
        log: as that of fit in train_mlp_pytorch.py.
    """
    # BEGIN SOLUTION 9.1 as in 5.5; the model goes to its device before its optimizer is made
    torch.manual_seed(42)
    data = get_cifar10(FLAGS.data_dir)
    n_channels, n_classes = data.train.images.shape[1], data.train.labels.shape[1]
    model = ConvNet(n_channels, n_classes).to(choose_device(FLAGS.device))
    optimizer = make_optimizer(FLAGS.optimizer, model.parameters(), FLAGS.learning_rate)
    return model, fit(model, optimizer, data, FLAGS.max_steps, FLAGS.batch_size, FLAGS.eval_freq)
    # END SOLUTION


def flags_of_the_command_line():
    """Return an argparse.Namespace with the attributes that train asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--learning_rate", default=1e-4, type=float, help="learning rate")
    parser.add_argument("--max_steps", default=5000, type=int, help="number of steps")
    parser.add_argument("--batch_size", default=32, type=int, help="images per step")
    parser.add_argument("--eval_freq", default=500, type=int, help="steps from one look at the accuracy to the next")
    parser.add_argument("--optimizer", default="Adam", type=str, help="SGD, Adam or Adadelta")
    parser.add_argument("--data_dir", default=DATA_DIR, type=str, help="folder of the data set")
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"], help="where to train")
    return parser.parse_args()


def main():
    """Train as FLAGS say, print the test accuracies and save the curves."""
    from experiments import curves_figure  # here, because training should not wait for matplotlib

    _, log = train()
    print(f"test accuracy: best {max(log['test_accuracy']):.3f}, last {log['test_accuracy'][-1]:.3f}")
    curves_figure(log).savefig("train_convnet_pytorch.png", dpi=150)
    print("curves saved in train_convnet_pytorch.png")


if __name__ == "__main__":
    FLAGS = flags_of_the_command_line()
    main()
