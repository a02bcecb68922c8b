#!/usr/bin/env python3
"""Loads a Stable Diffusion folder that this project has written with diffusers, and says how far its outputs are from a recording.

The recording is one that record_text_to_image.py made of the same weights: the U-Net, the autoencoder both ways, and five steps of DDIM
with guidance, from the recorded features of the prompts.  Without transformers the text encoder is only compared by its tensors' names
and shapes.  Prints one JSON object: the largest absolute difference of each part, which an exact copy keeps near 1e-6.

Usage: python3 load_saved_pipeline.py FOLDER RECORDING.safetensors [--path IMPORT_FOLDER ...]
"""

import argparse
import json
import os
import sys


def load_file(path, device="cpu"):
    import torch
    types = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "F64": torch.float64, "I64": torch.int64,
             "I32": torch.int32, "U8": torch.uint8, "BOOL": torch.bool}
    with open(path, "rb") as f:
        length = int.from_bytes(f.read(8), "little")
        header = json.loads(f.read(length))
        data = bytearray(f.read())
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        kind = types[entry["dtype"]]
        tensors[name] = torch.frombuffer(data[begin:end], dtype=kind).reshape(entry["shape"]) if end > begin else torch.empty(
            entry["shape"], dtype=kind)
    return tensors


def main():
    p = argparse.ArgumentParser(description="Load a saved pipeline in diffusers.")
    p.add_argument("folder")
    p.add_argument("recording")
    p.add_argument("--path", action="append", default=[])
    a = p.parse_args()
    sys.path[:0] = a.path
    import torch
    import diffusers
    from diffusers import AutoencoderKL, UNet2DConditionModel
    import safetensors.torch
    # One's own reader of the format's few lines: safetensors' is a compiled package, which not every Python has.
    safetensors.torch.load_file = load_file
    torch.set_num_threads(1)
    index = json.load(open(os.path.join(a.folder, "model_index.json")))
    unet = UNet2DConditionModel.from_pretrained(a.folder, subfolder="unet").eval()
    vae = AutoencoderKL.from_pretrained(a.folder, subfolder="vae").eval()
    scheduler = getattr(diffusers, index["scheduler"][1]).from_pretrained(a.folder, subfolder="scheduler")
    io = load_file(a.recording)
    differences = {"diffusers": diffusers.__version__, "scheduler": type(scheduler).__name__}

    def differ(name, value, wanted):
        differences[name] = float((value - io[wanted]).abs().max())

    with torch.no_grad():
        for label in ("even", "odd"):
            differ(f"unet.{label}", unet(io[f"unet.{label}.sample"], io[f"unet.{label}.timestep"],
                                         encoder_hidden_states=io["text.output"]).sample, f"unet.{label}.output")
        differ("vae.encode", vae.encode(io["vae.image"]).latent_dist.mean, "vae.mean")
        differ("vae.decode", vae.decode(io["vae.latents"]).sample, "vae.decoded")
    text = load_file(os.path.join(a.folder, "text_encoder", "model.safetensors"))
    config = json.load(open(os.path.join(a.folder, "text_encoder", "config.json")))
    differences["text.tensors"] = len(text)
    assert text["text_model.embeddings.token_embedding.weight"].shape == (config["vocab_size"], config["hidden_size"])
    for part in ("vocab.json", "merges.txt"):
        assert os.path.exists(os.path.join(a.folder, "tokenizer", part)), part
    print(json.dumps(differences))


if __name__ == "__main__":
    main()
