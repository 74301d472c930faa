"""What the reference returns from training: `python tests/hidden/expected_training.py` writes the file of the public tests."""

import json
import sys
from pathlib import Path

from reference_modules import REFERENCE, reference

PUBLIC = Path(__file__).resolve().parents[1] / "public"


def trained_reference(parameters, activation, dataset, **flags):
    """Return what the reference's train_network returns.

    Args:
        parameters: pairs of weights and biases, see training_cases.first_parameters.
        activation: "Sigmoid" or "ReLU", put between the Linear layers.
    """
    lib, sol = reference("hw3_lib"), reference("hw3_sol")
    layers = []
    for weights, biases in parameters:
        layers += [lib.Linear((weights.copy(), biases.copy())), getattr(lib, activation)()]
    return sol.train_network(sol.MultiLayerPerceptron(layers[:-1]), dataset, **flags)


def main():
    shared = REFERENCE.parents[2] / "reference"  # where data_files.py is
    sys.path[:0] = [str(folder) for folder in (PUBLIC, REFERENCE, shared)]
    from training_cases import FLAGS, SIZES, first_parameters, small_data

    result = trained_reference(first_parameters(SIZES), "Sigmoid", small_data(), **FLAGS)
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(values)}" for name, values in result.items())
    (PUBLIC / "expected_training.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
