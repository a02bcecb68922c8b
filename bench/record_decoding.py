#!/usr/bin/env python3
"""Writes the image files that tests/Core.Tests decodes, and what Pillow makes of them, byte for byte.

  *.jpg *.png …   small files in the formats and kinds that are read: most written by Pillow, those that it cannot write by this script
  expected.json   for each: the pixels' shape, and where they begin in expected.bin; "gray" when they are those of convert("L")
  expected.bin    the pixels: convert("RGB"), or gray ones as they are; transparent ones laid over white by alpha_composite;
                  turned by exif_transpose

Of 16-bit gray, which Pillow 9 clips to 8 bits, the high bytes are recorded, as Pillow makes them of 16-bit color.
Pillow 9.4 (Debian's python3-pil, libjpeg-turbo 2.1.5, libwebp 1.2.4) made the files that are stored.

Usage: python3 record_decoding.py --out tests/Core.Tests/Recordings/decoding
"""

import argparse
import io
import json
import os
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps, ImageSequence

HEIGHT, WIDTH = 29, 37  # odd, so that chroma at half the size ends within a pixel


def scene(height=HEIGHT, width=WIDTH, channels=3, seed=0):
    """[H, W, C] bytes: slopes, an edge of strong colors, and noise."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [(x * 255 / (width - 1)), (y * 255 / (height - 1)), ((x + y) * 4 % 256), ((x * 7 + y * 11) % 256)]
    values = np.stack(planes[:channels], axis=2)
    values[(x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2] = [250, 10, 30, 128][:channels]
    noise = np.random.default_rng(seed).integers(-20, 21, values.shape)
    return np.clip(values + noise, 0, 255).astype(np.uint8)


def png(rows, depth, color, extra=b"", interlace=0):
    """A PNG file of rows of bytes that are packed already; without filters."""
    height, width = rows["size"]

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace)
    lines = b"".join(b"\0" + row for row in rows["rows"])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b"")


def packed(values, depth):
    """Rows of one channel with 1, 2 or 4 bits a pixel."""
    per_byte = 8 // depth
    padded = np.pad(values, ((0, 0), (0, -values.shape[1] % per_byte)))
    rows = []
    for row in padded:
        byte = np.zeros(len(row) // per_byte, np.uint8)
        for i in range(per_byte):
            byte |= (row[i::per_byte] << (8 - depth * (i + 1))).astype(np.uint8)
        rows.append(byte.tobytes())
    return {"size": values.shape, "rows": rows}


def plain(values):
    """Rows of bytes, or of 16-bit numbers, big end first."""
    big = values.astype(">u2") if values.dtype == np.uint16 else values
    return {"size": values.shape[:2], "rows": [row.tobytes() for row in big]}


def adam7(values):
    """Rows in the order of Adam7."""
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    parts = [values[y::dy, x::dx] for y, x, dy, dx in passes]
    return {"size": values.shape[:2], "rows": [row.tobytes() for part in parts if part.shape[1] for row in part]}


def saved(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def on_white(image):
    rgba = image.convert("RGBA")
    white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, rgba).convert("RGB")


def pixels(image):
    """What Pillow makes of one image: [H, W, C]."""
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    gray = image.mode in ("1", "L", "LA")
    made = on_white(image) if has_alpha else image.convert("L" if gray else "RGB")
    values = np.asarray(made)
    values = values[:, :, :1] if gray and values.ndim == 3 else values
    return values if values.ndim == 3 else values[:, :, None]


def jpegs():
    rgb, gray = Image.fromarray(scene()), Image.fromarray(scene(channels=1)[:, :, 0])
    cmyk = Image.fromarray(scene(channels=4, seed=3), "CMYK")
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        yield f"rgb-{name}.jpg", saved(rgb, "JPEG", quality=85, subsampling=sampling)
        yield f"progressive-{name}.jpg", saved(rgb, "JPEG", quality=60, subsampling=sampling, progressive=True)
    yield "one-pixel.jpg", saved(Image.new("RGB", (1, 1), (200, 30, 90)), "JPEG")
    yield "quality-5.jpg", saved(rgb, "JPEG", quality=5)
    yield "gray.jpg", saved(gray, "JPEG", quality=85)
    yield "cmyk.jpg", saved(cmyk, "JPEG", quality=90)
    yield "cmyk-420.jpg", saved(cmyk, "JPEG", quality=90, subsampling=2)


def turned():
    def tagged(image, orientation):
        exif = Image.Exif()
        exif[0x0112] = orientation
        return saved(image, "JPEG", quality=95, exif=exif)

    for orientation in range(1, 9):
        yield f"orientation-{orientation}.jpg", tagged(Image.fromarray(scene()), orientation)
    half = np.zeros((16, 32), np.uint8)
    half[:8] = 255
    yield "half-white.jpg", tagged(Image.fromarray(half), 6)


def pngs():
    rgb, rgba, gray = scene(), scene(channels=4), scene(channels=1)[:, :, 0]
    low = np.random.default_rng(6).integers(0, 256, (HEIGHT, WIDTH, 4), dtype=np.uint8)
    deep = (scene(channels=4, seed=5).astype(np.uint16) << 8) | low
    palette = Image.fromarray(rgb).quantize(200)
    yield "rgb.png", saved(Image.fromarray(rgb), "PNG")
    yield "rgba.png", saved(Image.fromarray(rgba, "RGBA"), "PNG")
    yield "gray.png", saved(Image.fromarray(gray), "PNG")
    yield "gray-alpha.png", saved(Image.fromarray(np.dstack([gray, rgba[:, :, 3]]), "LA"), "PNG")
    yield "gray-transparent.png", saved(Image.fromarray(gray), "PNG", transparency=int(gray[3, 3]))
    yield "rgb-transparent.png", saved(Image.fromarray(rgb), "PNG", transparency=tuple(int(v) for v in rgb[3, 3]))
    yield "palette.png", saved(palette, "PNG")
    yield "palette-4-bits.png", saved(Image.fromarray(rgb).quantize(11), "PNG", bits=4)
    yield "palette-alpha.png", saved(palette, "PNG", transparency=bytes(i * 5 % 256 for i in range(200)))
    yield "gray-1-bit.png", png(packed(gray >> 7, 1), 1, 0)
    yield "gray-2-bits.png", png(packed(gray >> 6, 2), 2, 0)
    yield "gray-4-bits.png", png(packed(gray >> 4, 4), 4, 0)
    yield "interlaced.png", png(adam7(rgb), 8, 2, interlace=1)
    yield "rgb-16.png", png(plain(deep[:, :, :3]), 16, 2)
    yield "rgba-16.png", png(plain(deep), 16, 6)
    yield "gray-16.png", png(plain(deep[:, :, 0]), 16, 0)


def webps():
    rgb, rgba = Image.fromarray(scene()), Image.fromarray(scene(channels=4), "RGBA")
    yield "lossy.webp", saved(rgb, "WEBP", quality=75)
    yield "lossy-alpha.webp", saved(rgba, "WEBP", quality=75)
    yield "lossless.webp", saved(rgb, "WEBP", lossless=True)
    yield "lossless-alpha.webp", saved(rgba, "WEBP", lossless=True, exact=True)


def tiffs():
    rgb, gray = Image.fromarray(scene()), Image.fromarray(scene(channels=1)[:, :, 0])
    yield "rgb.tif", saved(rgb, "TIFF")
    yield "rgb-lzw.tif", saved(rgb, "TIFF", compression="tiff_lzw")
    yield "rgb-deflate.tif", saved(rgb, "TIFF", compression="tiff_adobe_deflate")
    yield "rgba.tif", saved(Image.fromarray(scene(channels=4), "RGBA"), "TIFF", compression="tiff_lzw")
    yield "gray.tif", saved(gray, "TIFF", compression="packbits")
    yield "palette.tif", saved(rgb.quantize(200), "TIFF")
    yield "bilevel.tif", saved(gray.convert("1"), "TIFF", compression="group4")
    yield "cmyk.tif", saved(Image.fromarray(scene(channels=4, seed=3), "CMYK"), "TIFF", compression="tiff_lzw")
    yield "two-pages.tif", saved(rgb, "TIFF", save_all=True, append_images=[gray])


def gifs():
    palette = Image.fromarray(scene()).quantize(200)
    yield "still.gif", saved(palette, "GIF")
    yield "interlaced.gif", saved(palette, "GIF", interlace=1)
    yield "transparent.gif", saved(palette, "GIF", transparency=palette.getpixel((18, 14)))


def animations():
    frames = []
    for i in range(5):  # a block that moves over the scene
        values = scene(24, 32)
        values[4 + 3 * i: 10 + 3 * i, 5 * i: 5 * i + 8] = [40 * i, 255 - 40 * i, 128]
        frames.append(Image.fromarray(values))
    rgba = []
    for i, frame in enumerate(frames):
        values = np.dstack([np.asarray(frame), np.full((24, 32), 255, np.uint8)])
        values[:, 20:28, 3] = 60 * i
        rgba.append(Image.fromarray(values, "RGBA"))
    times = [100, 40, 200, 70, 1000]
    shared = frames[0].quantize(120)
    indexed = [frame.quantize(palette=shared, dither=0) for frame in frames]
    yield "animated.gif", saved(indexed[0], "GIF", save_all=True, append_images=indexed[1:], duration=times, loop=0)
    disposed = []
    for i in range(5):  # a block on nothing, taken away after each frame
        values = np.full((24, 32), 7, np.uint8)
        values[4 + 3 * i: 10 + 3 * i, 5 * i: 5 * i + 8] = i
        frame = Image.fromarray(values, "P")
        frame.putpalette([v for j in range(8) for v in (30 * j, 255 - 30 * j, 90)])
        disposed.append(frame)
    options = {"save_all": True, "append_images": disposed[1:], "duration": 60, "loop": 3, "transparency": 7, "disposal": 2}
    yield "disposed.gif", saved(disposed[0], "GIF", **options)
    yield "animated.webp", saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=times, loop=0, quality=80)
    yield "animated-lossless.webp", saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=60, loop=2, lossless=True)
    yield "animated-alpha.webp", saved(rgba[0], "WEBP", save_all=True, append_images=rgba[1:], duration=times, loop=0, lossless=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    out = parser.parse_args().out
    os.makedirs(out, exist_ok=True)
    expected, data = [], bytearray()

    def record(file, values, **more):
        expected.append({"file": file, "shape": list(values.shape), "offset": len(data), **more})
        data.extend(np.ascontiguousarray(values).tobytes())

    for name, content in (*jpegs(), *turned(), *pngs(), *webps(), *tiffs(), *gifs()):
        with open(os.path.join(out, name), "wb") as file:
            file.write(content)
        image = Image.open(io.BytesIO(content))
        if name == "gray-16.png":
            record(name, (np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8)[:, :, None])
            continue
        values = pixels(ImageOps.exif_transpose(image))
        record(name, values)
        if values.shape[2] == 3:
            record(name, np.asarray(Image.fromarray(values).convert("L"))[:, :, None], gray=True)
    for name, content in animations():
        with open(os.path.join(out, name), "wb") as file:
            file.write(content)
        image = Image.open(io.BytesIO(content))
        delays, frames = [], []
        for frame in ImageSequence.Iterator(image):
            frames.append(np.asarray(on_white(frame)))
            delays.append(int(frame.info["duration"]))
        loops = image.info.get("loop", 0)
        repeats = loops > 0 and name.endswith(".gif")  # GIF counts the times after the first
        record(name, np.stack(frames), delays=delays, loops=loops + repeats)
    with open(os.path.join(out, "expected.json"), "w") as file:
        file.write("[\n" + ",\n".join("  " + json.dumps(entry) for entry in expected) + "\n]\n")
    with open(os.path.join(out, "expected.bin"), "wb") as file:
        file.write(data)


if __name__ == "__main__":
    main()
