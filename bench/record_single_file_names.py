#!/usr/bin/env python3
"""Writes which name each tensor of Stable Diffusion has in a folder of diffusers and in a single file, by diffusers' own conversion script.

Usage: python3 record_single_file_names.py --script scripts/convert_diffusers_to_original_stable_diffusion.py --out FILE.json.gz
(of diffusers 0.27.2; with diffusers, transformers and accelerate on PYTHONPATH)
"""

import argparse
import gzip
import importlib.util
import json


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--script", required=True)
    p.add_argument("--out", required=True)
    a = p.parse_args()
    spec = importlib.util.spec_from_file_location("script", a.script)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    import torch
    from accelerate import init_empty_weights
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel
    with init_empty_weights():
        unet = UNet2DConditionModel(cross_attention_dim=768)
        vae = AutoencoderKL(block_out_channels=(128, 256, 512, 512), layers_per_block=2, down_block_types=("DownEncoderBlock2D",) * 4,
                            up_block_types=("UpDecoderBlock2D",) * 4)
        text = CLIPTextModel(CLIPTextConfig(hidden_size=1024, num_hidden_layers=23, num_attention_heads=16))
    # Every tensor is its own number, so that it is known again behind the conversion.
    names = {}
    numbers = {}

    def numbered(module, prefix=""):
        out = {}
        for name in module.state_dict():
            if not name.endswith("position_ids"):
                numbers[len(numbers)] = name
                out[prefix + name] = torch.full((1, 1), float(len(numbers) - 1), dtype=torch.float64)
        return out

    for part, converted in (("unet", script.convert_unet_state_dict(numbered(unet))),
                            ("vae", script.convert_vae_state_dict(numbered(vae))),
                            ("openclip", script.convert_text_enc_state_dict_v20(numbered(text, "transformer.")))):
        names[part] = {numbers[int(v)]: [old, i] for old, t in converted.items() for i, v in enumerate(t.flatten().tolist())}
    with gzip.GzipFile(a.out, "wb", mtime=0) as f:
        f.write(json.dumps(names, sort_keys=True).encode())
    print({k: len(v) for k, v in names.items()})


if __name__ == "__main__":
    main()
