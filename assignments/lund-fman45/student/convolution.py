"""The layers that are given: convolution, without and with padding, and max pooling, forward and backward.

Shapes: images of H × W pixels in C channels, K kernels of h × w pixels, N images in a batch. The batch is the last axis: images
are (H, W, C, N), kernels (h, w, C, K), biases (K, 1).

A convolution is one matrix product for the whole batch. Every patch of h × w × C numbers that a kernel is laid on becomes a
column of a matrix, and every kernel a row of another. What is left to Python is a loop over the h · w places within a kernel.
Nothing is written into the arrays that come in, and float32 stays float32.
"""

import numpy as np


def convolution_forward(x, w, b):
    """Lay each kernel on each place where it fits into the image; return the sums of products, plus the kernel's bias.

    y[i, j, k, n] = Σ x[i + p, j + q, c, n] · w[p, q, c, k] over p, q and c, + b[k]: the kernels are not turned over.

    Args:
        x: images, (H, W, C, N).
        w: kernels, (h, w, C, K).
        b: a bias for each kernel, (K, 1) or (K,).

    Returns:
        y, (H - h + 1, W - w + 1, K, N).

    Raises:
        ValueError: kernels and images have other numbers of channels, or kernels and biases are not as many.
    """
    check_shapes(x, w, b)
    height, width, _, kernels = w.shape
    rows, columns, batch = x.shape[0] - height + 1, x.shape[1] - width + 1, x.shape[3]
    y = w.reshape(-1, kernels).T @ patches(x, height, width)  # (K, rows · columns · N)
    return y.reshape(kernels, rows, columns, batch).transpose(1, 2, 0, 3) + np.reshape(b, (-1, 1))


def convolution_backward(x, dldy, w, b):
    """Return dL/dx, dL/dw and dL/db, each in the shape of its variable, for dldy = dL/dy in the shape of y."""
    check_shapes(x, w, b)
    height, width, channels, kernels = w.shape
    rows, columns, _, batch = dldy.shape
    dldy = dldy.transpose(2, 0, 1, 3).reshape(kernels, -1)  # (K, rows · columns · N)
    dldw = (patches(x, height, width) @ dldy.T).reshape(w.shape)
    dldb = dldy.sum(axis=1).reshape(np.shape(b))
    # Each place within a kernel has met the image in another window; each window gets back what came through that place.
    shares = (w.reshape(-1, kernels) @ dldy).reshape(height, width, channels, rows, columns, batch)
    dldx = np.zeros((channels, x.shape[0], x.shape[1], batch), dtype=shares.dtype)
    for i in range(height):
        for j in range(width):
            dldx[:, i : i + rows, j : j + columns] += shares[i, j]
    return dldx.transpose(1, 2, 0, 3), dldw, dldb


def conv_with_padding_forward(x, w, b, padding):
    """Convolution of images that get a frame of zeros first.

    Args:
        x, w, b: as in `convolution_forward`.
        padding: how wide the frame is, two numbers: above and below, left and right.

    Returns:
        y, (H + 2 · padding[0] - h + 1, W + 2 · padding[1] - w + 1, K, N).
    """
    return convolution_forward(padded(x, padding), w, b)


def conv_with_padding_backward(x, dldy, w, b, padding):
    """Return dL/dx, dL/dw and dL/db, each in the shape of its variable; what reaches the frame is lost."""
    above, left = padding
    dldx, dldw, dldb = convolution_backward(padded(x, padding), dldy, w, b)
    return dldx[above : above + x.shape[0], left : left + x.shape[1]], dldw, dldb


def maxpooling_forward(x):
    """Return the largest of each 2 × 2 pixels, (H / 2, W / 2, C, N), for x, (H, W, C, N).

    Raises:
        ValueError: H or W is odd.
    """
    return squares(x).max(axis=-1)


def maxpooling_backward(x, dldy):
    """Return dL/dx, (H, W, C, N): each entry of dldy goes to the pixel that was the largest, of equal ones to the first."""
    pixels = squares(x)  # (H / 2, W / 2, C, N, 4)
    largest = pixels.argmax(axis=-1)
    dldx = np.where(np.arange(4) == largest[..., None], dldy[..., None], np.zeros((), dtype=dldy.dtype))
    dldx = dldx.reshape(*pixels.shape[:-1], 2, 2).transpose(0, 4, 1, 5, 2, 3)  # (H / 2, 2, W / 2, 2, C, N)
    return dldx.reshape(x.shape)


def patches(x, height, width):
    """Return what kernels of that size meet, a column for each place of a kernel: (height · width · C, rows · columns · N)."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(0, 1))  # (rows, columns, C, N, height, width)
    return windows.transpose(4, 5, 2, 0, 1, 3).reshape(height * width * x.shape[2], -1)


def padded(x, padding):
    above, left = padding
    return np.pad(x, ((above, above), (left, left), (0, 0), (0, 0)))


def squares(x):
    """Return the four pixels of each 2 × 2 square on an axis of their own, (H / 2, W / 2, C, N, 4)."""
    height, width, channels, batch = x.shape
    if height % 2 or width % 2:
        raise ValueError(f"images of {height} × {width} pixels cannot be cut into squares of 2 × 2: pad or crop them")
    halves = x.reshape(height // 2, 2, width // 2, 2, channels, batch)
    return halves.transpose(0, 2, 4, 5, 1, 3).reshape(height // 2, width // 2, channels, batch, 4)


def check_shapes(x, w, b):
    if x.ndim != 4 or w.ndim != 4:
        raise ValueError(f"images have shape {x.shape} and kernels {w.shape}, expected (H, W, C, N) and (h, w, C, K)")
    if x.shape[2] != w.shape[2]:
        raise ValueError(f"images have {x.shape[2]} channels, kernels {w.shape[2]}")
    if np.size(b) != w.shape[3]:
        raise ValueError(f"there are {w.shape[3]} kernels and {np.size(b)} biases")
