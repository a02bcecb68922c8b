#!/usr/bin/env python3
"""MNIST's digits 0 to 4 in black on white, as IDX files: the data set of the fine-tuning check in docs/training.md.

    bench/inverted_digits.py MNIST/train OUT/inverted

reads MNIST/train-{images-idx3,labels-idx1}-ubyte.gz and writes OUT/inverted-{images-idx3,labels-idx1}-ubyte.
"""
import gzip
import struct
import sys


def main(source, target, classes=5):
    with gzip.open(f"{source}-labels-idx1-ubyte.gz") as file:
        labels = file.read()[8:]
    with gzip.open(f"{source}-images-idx3-ubyte.gz") as file:
        _, _, height, width = struct.unpack(">IIII", file.read(16))
        pixels = file.read()
    size = height * width
    kept = [i for i, label in enumerate(labels) if label < classes]
    inverse = bytes(255 - v for v in range(256))
    with open(f"{target}-images-idx3-ubyte", "wb") as file:
        file.write(struct.pack(">IIII", 0x803, len(kept), height, width))
        for i in kept:
            file.write(pixels[i * size:(i + 1) * size].translate(inverse))
    with open(f"{target}-labels-idx1-ubyte", "wb") as file:
        file.write(struct.pack(">II", 0x801, len(kept)) + bytes(labels[i] for i in kept))
    print(f"{len(kept)} pictures of {width}x{height}")


if __name__ == "__main__":
    main(*sys.argv[1:])
