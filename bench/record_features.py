#!/usr/bin/env python3
"""Writes the recordings that tests/Evaluation.Tests compares this project's feature extraction with.

  resize.json       points of pictures resized by PyTorch's interpolate, by TensorFlow 1's formula and by Pillow
  inception.npy     [3, 3056] features and logits (without the bias) of three pictures, by pytorch-fid's network with formula's weights
  digits.npy        [2, 74] features and logits of two grey pictures, by PyTorch with the weights of models/mnist-features
  small-*.pth       a few tensors in PyTorch's zip form and in the older one
  odd/              small pictures of unusual kinds, written by Pillow

The pictures and the network's weights follow from formulas that the tests repeat, so that neither need be stored.

Usage: python3 record_features.py --pytorch-fid CHECKOUT/src --out tests/Evaluation.Tests/Recordings
"""

import argparse
import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

SIZE = 299
SIZES = [(32, 32), (7, 5), (1, 1), (37, 53), (299, 299), (640, 310), (1, 400)]


def picture(height, width):
    """[H, W, 3] bytes."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((y * 37 + x * 59 + c * 101 + (y * x) % 17 * 13) % 256).astype(np.uint8)


def hashed(name, count):
    """Numbers in [0, 1): the finaliser of MurmurHash3 over an FNV-1a hash of the name and a counter."""
    seed = 2166136261
    for letter in name.encode():
        seed = (seed ^ letter) * 16777619 % 2**32
    x = (seed + np.arange(count, dtype=np.uint64) * 0x9E3779B9) % 2**32
    x = (x ^ (x >> 16)) * 0x85EBCA6B % 2**32
    x = (x ^ (x >> 13)) * 0xC2B2AE35 % 2**32
    return ((x ^ (x >> 16)) >> 8) / 2**24


def weight(name, shape):
    u = hashed(name, int(np.prod(shape)))
    if name.endswith("conv.weight"):
        values = (2 * u - 1) * np.sqrt(6 / np.prod(shape[1:]))
    elif name == "fc.weight":
        values = (2 * u - 1) / np.sqrt(2048)
    elif name.endswith("bn.weight"):
        values = 0.7 + 0.6 * u
    elif name.endswith("running_var"):
        values = 0.5 + u
    else:
        values = 0.4 * u - 0.2
    return torch.tensor(values.astype(np.float32).reshape(shape))


def tf1(channel):
    """resize_bilinear of TensorFlow 1 with align_corners=False, in float32 as its kernel computes."""
    def line(from_size):
        x = np.arange(SIZE, dtype=np.float32) * (np.float32(from_size) / np.float32(SIZE))
        low = np.floor(x).astype(int)
        return low, np.minimum(low + 1, from_size - 1), (x - low).astype(np.float32)

    (y0, y1, dy), (x0, x1, dx) = line(channel.shape[0]), line(channel.shape[1])
    v = channel.astype(np.float32)
    top = v[y0][:, x0] + (v[y0][:, x1] - v[y0][:, x0]) * dx
    bottom = v[y1][:, x0] + (v[y1][:, x1] - v[y1][:, x0]) * dx
    return top + (bottom - top) * dy[:, None]


def resized(channel):
    return {
        "pytorch-fid": F.interpolate(torch.tensor(channel[None, None].astype(np.float32)), size=(SIZE, SIZE), mode="bilinear", align_corners=False)[0, 0].numpy(),
        "tf1": tf1(channel),
        "clean": np.clip(np.asarray(Image.fromarray(channel.astype(np.float32), mode="F").resize((SIZE, SIZE), Image.BICUBIC)), 0, 255),
    }


def record_resizes(path):
    recordings = []
    random = np.random.default_rng(0)
    for height, width in SIZES:
        pixels = picture(height, width)
        for c in (0, 2):
            for name, result in resized(pixels[:, :, c]).items():
                edge = [0, 0], [0, SIZE - 1], [SIZE - 1, 0], [SIZE - 1, SIZE - 1]
                points = np.concatenate([np.array(edge), random.integers(0, SIZE, (36, 2))])
                recordings.append({
                    "preprocessing": name, "height": height, "width": width, "channel": c, "sum": float(result.astype(np.float64).sum()),
                    "points": [[int(y), int(x), float(result[y, x])] for y, x in points],
                })
    with open(path, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(r) for r in recordings) + "\n]\n")


def record_inception(path):
    import pytorch_fid.inception as inception

    inception.load_state_dict_from_url = lambda *args, **kwargs: {name: weight(name, tuple(tensor.shape)) if tensor.dim() else tensor for name, tensor in shapes.items()}
    shapes = architecture(inception)
    network = inception.InceptionV3([3]).eval()
    fc = weight("fc.weight", (1008, 2048))
    rows = []
    with torch.no_grad():
        for height, width in [(32, 32), (48, 31), (299, 299)]:
            features = network(torch.tensor(picture(height, width)).permute(2, 0, 1)[None] / 255)[0].flatten(1)
            rows.append(torch.cat([features, features @ fc.T], 1))
    np.save(path, torch.cat(rows).numpy())


def fields(message):
    """The fields of a protobuf message: number, and what it holds."""
    def varint():
        nonlocal at
        value, shift = 0, 0
        while True:
            byte = message[at]
            at, value, shift = at + 1, value | (byte & 127) << shift, shift + 7
            if byte < 128:
                return value

    at = 0
    while at < len(message):
        tag = varint()
        if tag & 7 == 0:
            yield tag >> 3, varint()
            continue
        length = varint() if tag & 7 == 2 else {1: 8, 5: 4}[tag & 7]
        yield tag >> 3, message[at:at + length]
        at += length


def record_digits(path):
    model = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../models/mnist-features/model.onnx")
    graph = next(value for number, value in fields(open(model, "rb").read()) if number == 7)
    weights = {}
    for tensor in (list(fields(value)) for number, value in fields(graph) if number == 5):
        shape, parts = [value for number, value in tensor if number == 1], dict(tensor)
        weights[parts[8].decode()] = torch.tensor(np.frombuffer(parts[9], dtype="<f4").reshape(shape).astype(np.float64))
    rows = []
    for channel in (0, 2):
        x = 2 * torch.tensor(picture(28, 28)[None, None, :, :, channel].astype(np.float64)) / 255 - 1
        for layer in ("_conv1", "_conv2"):
            x = F.max_pool2d(F.relu(F.conv2d(x, weights[layer + ".weight"], weights[layer + ".bias"], padding=1)), 2)
        features = F.relu(F.linear(x.flatten(1), weights["_hidden.weight"], weights["_hidden.bias"]))
        rows.append(torch.cat([features, F.linear(features, weights["_out.weight"])], 1))
    np.save(path, torch.cat(rows).numpy().astype(np.float32))


def architecture(inception):
    """The shapes of the tensors, from the class itself with any weights."""
    load, download = torch.nn.Module.load_state_dict, inception.load_state_dict_from_url
    torch.nn.Module.load_state_dict, inception.load_state_dict_from_url = (lambda *args, **kwargs: None), (lambda *args, **kwargs: None)
    network = inception.fid_inception_v3()
    torch.nn.Module.load_state_dict, inception.load_state_dict_from_url = load, download
    return network.state_dict()


def record_small(folder):
    matrix = torch.arange(12, dtype=torch.float32).reshape(3, 4)
    tensors = {
        "matrix": matrix,
        "transposed": matrix.t(),
        "row": matrix[1],
        "half": torch.tensor([0.5, -2.0], dtype=torch.float16),
        "double": torch.tensor([1 / 3], dtype=torch.float64),
        "count": torch.tensor(7),
        "parameter": torch.nn.Parameter(torch.tensor([[1.5]])),
        "empty": torch.zeros(0, 3),
    }
    torch.save(tensors, os.path.join(folder, "small-zip.pth"))
    torch.save(tensors, os.path.join(folder, "small-legacy.pth"), _use_new_zipfile_serialization=False)


def record_odd(folder):
    os.makedirs(folder, exist_ok=True)
    grey = np.full((6, 8), 100, np.uint8)
    Image.fromarray(np.dstack([grey, np.full((6, 8), 255, np.uint8)]), "LA").save(os.path.join(folder, "grey-alpha.png"))
    Image.fromarray(grey.astype(np.uint16) * 257).save(os.path.join(folder, "sixteen-bit.png"))
    Image.fromarray(np.zeros((6, 8, 4), np.uint8), "CMYK").save(os.path.join(folder, "cmyk.jpg"), quality=95)
    frames = [Image.fromarray(np.full((6, 8, 3), level, np.uint8)) for level in (100, 200)]
    frames[0].save(os.path.join(folder, "animated.gif"), save_all=True, append_images=frames[1:])
    frames[0].save(os.path.join(folder, "animated.webp"), save_all=True, append_images=frames[1:], lossless=True)
    Image.fromarray(grey).convert("P").save(os.path.join(folder, "palette.png"))
    Image.fromarray(np.full((6, 8, 3), 100, np.uint8)).save(os.path.join(folder, "colour.tif"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--pytorch-fid", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    sys.path.insert(0, args.pytorch_fid)
    record_resizes(os.path.join(args.out, "resize.json"))
    record_small(args.out)
    record_odd(os.path.join(args.out, "odd"))
    record_digits(os.path.join(args.out, "digits.npy"))
    record_inception(os.path.join(args.out, "inception.npy"))
