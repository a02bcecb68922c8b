#!/usr/bin/env python3
"""The held-out losses of trainings as an SVG, from the files that train's --curve writes.

    bench/plot_curves.py OUT.svg NAME=FILE.csv ...
"""
import csv
import math
import sys

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 320, 56, 150, 16, 36
COLOURS = ["#4340d2", "#b26a00", "#b3261e", "#2e7d32"]


def read(path):
    with open(path) as file:
        return [(int(r["step"]), float(r["validation"])) for r in csv.DictReader(file) if r["validation"]]


def main(target, *named):
    curves = [(name, read(path)) for name, path in (n.split("=", 1) for n in named)]
    points = [p for _, curve in curves for p in curve]
    last = max(s for s, _ in points)
    low, high = (f(math.log10(v) for _, v in points) for f in (min, max))
    x = lambda s: LEFT + (WIDTH - LEFT - RIGHT) * s / last
    y = lambda v: TOP + (HEIGHT - TOP - BOTTOM) * (high - math.log10(v)) / (high - low)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for v in (0.02, 0.03, 0.05, 0.1, 0.2, 0.5):
        if low <= math.log10(v) <= high:
            out.append(f'<path d="M{LEFT} {y(v):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/><text x="{LEFT - 6}" y="{y(v) + 4:.1f}" text-anchor="end">{v}</text>')
    for s in range(0, last + 1, 50):
        out.append(f'<text x="{x(s):.1f}" y="{HEIGHT - 14}" text-anchor="middle">{s}</text>')
    for (name, curve), colour in zip(curves, COLOURS):
        path = "L".join(f"{x(s):.1f} {y(v):.1f}" for s, v in curve)
        out.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/><text x="{x(curve[-1][0]) + 6:.1f}" y="{y(curve[-1][1]) + 4:.1f}" fill="{colour}">{name}</text>')
    with open(target, "w") as file:
        file.write("\n".join(out + ["</svg>"]) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
