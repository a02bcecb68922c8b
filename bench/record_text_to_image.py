#!/usr/bin/env python3
"""Writes three small Stable Diffusion folders with random weights, and what diffusers and transformers compute with them.

  sd1, sd2, inpaint   folders as save_pretrained writes them: Stable Diffusion 1; Stable Diffusion 2 (linear projections, v-prediction,
                      several numbers of heads, GELU in the text encoder); a U-Net with 9 channels
  tiny, tiny.safetensors  an AutoencoderTiny, and its latents and images
  NAME.safetensors    for each: tokens and features of two prompts; the autoencoder both ways; the U-Net; images of five steps
  lora-*.safetensors  one adapter in each of the forms that are about, of the folder sd1 (all four say the same)

Images are [N, C, H, W] in -1 to 1.  Random numbers come from generators with the seeds 1000, 1001, ... one for each image.
diffusers 0.27.2, transformers 4.27.1 (its CLIP classes compute what later versions do), PEFT 0.7.1, PyTorch 1.13.1 made the recordings.

Usage: python3 record_text_to_image.py --diffusers CHECKOUT/src --transformers CHECKOUT/src --out tests/Core.Tests/Recordings/text-to-image
(with huggingface_hub, safetensors, PEFT and what they import on PYTHONPATH)
"""

import argparse
import json
import os
import sys

import numpy as np

SEED = 1000
PROMPTS = ["a photo of a red apple, 3 apples", "the quick brown fox jumps over 7"]
NEGATIVE = "blurry"
STEPS = 5
WORDS = ("a photo of the red apple blue quick brown fox jumps over lazy dog in style art painting and with an on at by smile face cat "
         "noto twemoji fluent emoji big small green yellow heart star sun moon water fire tree house car").split()


def vocabulary(folder, size):
    """Byte pairs of the words above, in CLIP's form: vocab.json and merges.txt."""
    from transformers.models.clip.tokenization_clip import bytes_to_unicode
    letters = list(bytes_to_unicode().values())
    tokens = letters + [c + "</w>" for c in letters]
    words, merges = [list(w[:-1]) + [w[-1] + "</w>"] for w in WORDS], []
    while len(tokens) < size - 2:
        counts = {}
        for w in words:
            for pair in zip(w, w[1:]):
                counts[pair] = counts.get(pair, 0) + 1
        if not counts:
            break
        a, b = max(sorted(counts), key=counts.get)
        merges.append((a, b))
        tokens.append(a + b)
        for w in words:
            i = 0
            while i + 1 < len(w):
                if (w[i], w[i + 1]) == (a, b):
                    w[i:i + 2] = [a + b]
                i += 1
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    os.makedirs(folder, exist_ok=True)
    json.dump({t: i for i, t in enumerate(tokens)}, open(os.path.join(folder, "vocab.json"), "w"))
    with open(os.path.join(folder, "merges.txt"), "w", encoding="utf-8") as f:
        f.write("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    return len(tokens)


def shaken(module, seed, gain):
    """Random weights that half precision holds exactly; gains and biases are moved too."""
    import torch
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in module.named_parameters():
            if p.dim() > 1:
                fan = p[0].numel()
                p.copy_(torch.randn(p.shape, generator=g) * (gain / fan ** 0.5 if "embedding.weight" not in name else 0.5))
            else:
                base = 1.0 if "norm" in name and name.endswith("weight") else 0.0
                p.copy_(base + 0.1 * torch.randn(p.shape, generator=g))
            p.copy_(p.half().float())
    return module.eval()


def build(name, out):
    import torch
    from diffusers import (AutoencoderKL, DDIMScheduler, PNDMScheduler, StableDiffusionInpaintPipeline, StableDiffusionPipeline,
                           UNet2DConditionModel)
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer
    folder = os.path.join(out, name)
    two = name == "sd2"
    size = vocabulary(os.path.join(folder, "tokenizer"), 700)
    tokenizer = CLIPTokenizer(os.path.join(folder, "tokenizer/vocab.json"), os.path.join(folder, "tokenizer/merges.txt"),
                              model_max_length=77, **({"pad_token": "!"} if two else {}))
    text = CLIPTextModel(CLIPTextConfig(
        vocab_size=size, hidden_size=32, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4, max_position_embeddings=77,
        hidden_act="gelu" if two else "quick_gelu", bos_token_id=size - 2, eos_token_id=size - 1, pad_token_id=1, projection_dim=32))
    unet = UNet2DConditionModel(
        sample_size=16, in_channels=9 if name == "inpaint" else 4, out_channels=4, layers_per_block=1, block_out_channels=(16, 32),
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=32, norm_num_groups=8, attention_head_dim=(2, 4) if two else 8, use_linear_projection=two)
    vae = AutoencoderKL(
        in_channels=3, out_channels=3, latent_channels=4, layers_per_block=1, block_out_channels=(16, 32), norm_num_groups=8,
        down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2, sample_size=32)
    shaken(text, 1, 1.0), shaken(unet, 2, 0.8), shaken(vae, 3, 0.8)
    common = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", num_train_timesteps=1000, steps_offset=1,
                  set_alpha_to_one=False)
    scheduler = (DDIMScheduler(prediction_type="v_prediction", clip_sample=False, **common) if two
                 else PNDMScheduler(skip_prk_steps=True, **common))
    if not two:
        # A key that is not PNDM's own, but stands in the file of Stable Diffusion 1.5, and goes to the schedulers made of it.
        scheduler.register_to_config(clip_sample=False)
    kind = StableDiffusionInpaintPipeline if name == "inpaint" else StableDiffusionPipeline
    pipe = kind(vae=vae, text_encoder=text, tokenizer=tokenizer, unet=unet, scheduler=scheduler, safety_checker=None,
                feature_extractor=None, requires_safety_checker=False)
    pipe.save_pretrained(folder)
    # The weights in half precision, which holds them exactly: half of the space.
    from safetensors.torch import load_file, save_file
    for part in ("vae/diffusion_pytorch_model", "unet/diffusion_pytorch_model", "text_encoder/model"):
        path = os.path.join(folder, part + ".safetensors")
        if not os.path.exists(path):
            path = os.path.join(folder, part.replace("text_encoder/model", "text_encoder/pytorch_model") + ".bin")
            weights = torch.load(path)
            os.remove(path)
        else:
            weights = load_file(path)
        save_file({k: v.half() if v.is_floating_point() else v for k, v in weights.items() if not k.endswith("position_ids")},
                  os.path.join(folder, part + ".safetensors"), {"format": "pt"})
    # As whoever loads the folder gets it: keys that were left at their defaults stand in the file now.
    pipe.scheduler = type(scheduler).from_pretrained(folder, subfolder="scheduler")
    pipe.set_progress_bar_config(disable=True)
    return pipe


def generators(n):
    import torch
    return [torch.Generator().manual_seed(SEED + i) for i in range(n)]


def parts(pipe, name):
    """The parts alone."""
    import torch
    g = torch.Generator().manual_seed(7)
    io = {}
    ids = pipe.tokenizer(PROMPTS, padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids
    out = pipe.text_encoder(ids, output_hidden_states=True)
    io["text.ids"], io["text.output"] = ids, out.last_hidden_state
    io["text.skip1"] = pipe.text_encoder.text_model.final_layer_norm(out.hidden_states[-2])
    image = torch.rand(2, 3, 32, 48, generator=g) * 2 - 1
    d = pipe.vae.encode(image).latent_dist
    z = torch.randn(2, 4, 16, 24, generator=g)
    io["vae.image"], io["vae.mean"], io["vae.logvar"] = image, d.mean, d.logvar
    io["vae.latents"], io["vae.decoded"] = z, pipe.vae.decode(z).sample
    for label, side in (("even", (16, 16)), ("odd", (13, 18))):
        x = torch.randn(2, pipe.unet.config.in_channels, *side, generator=g)
        t = torch.tensor([981, 241])
        io[f"unet.{label}.sample"], io[f"unet.{label}.timestep"] = x, t
        io[f"unet.{label}.output"] = pipe.unet(x, t, encoder_hidden_states=out.last_hidden_state).sample
    return io


def images(pipe, name):
    """Whole runs."""
    import torch
    import diffusers
    from diffusers import (DDIMScheduler, DPMSolverMultistepScheduler, EulerDiscreteScheduler, PNDMScheduler,
                           StableDiffusionImg2ImgPipeline, StableDiffusionInpaintPipeline, StableDiffusionPipeline,
                           UniPCMultistepScheduler)
    io = {}
    config = pipe.scheduler.config
    schedulers = {"pndm": PNDMScheduler, "ddim": DDIMScheduler, "euler": EulerDiscreteScheduler, "dpmpp-2m": DPMSolverMultistepScheduler,
                  "unipc": UniPCMultistepScheduler}
    components = dict(pipe.components)
    g = torch.Generator().manual_seed(9)
    source = torch.randint(0, 256, (1, 3, 32, 32), generator=g).float() / 255
    mask = torch.zeros(1, 1, 32, 32)
    mask[:, :, 8:24, 4:20] = 1
    io["source"], io["mask"] = source * 2 - 1, mask * 2 - 1
    ask = dict(prompt=PROMPTS, negative_prompt=[NEGATIVE] * 2, num_inference_steps=STEPS, guidance_scale=7.5, output_type="pt")

    def keep(key, result):
        io[key] = result.images * 2 - 1

    # Output is clipped to the range of an image; to compare all of it, the clipping is taken off.
    from diffusers.image_processor import VaeImageProcessor
    VaeImageProcessor.denormalize = staticmethod(lambda images: images / 2 + 0.5)
    for key, scheduler in schedulers.items():
        components["scheduler"] = scheduler.from_config(config, **({"skip_prk_steps": True} if key == "pndm" else {}))
        if name != "inpaint":
            p = StableDiffusionPipeline(**components, requires_safety_checker=False)
            p.set_progress_bar_config(disable=True)
            x = torch.cat([torch.randn(1, 4, 16, 16, generator=q) for q in generators(2)])
            io.setdefault("latents", x)
            keep(f"text.{key}", p(generator=generators(2), **ask))
            if key == "ddim":
                keep("text.skip1", p(generator=generators(2), clip_skip=1, **ask))
                keep("text.wide", p(generator=generators(2), height=32, width=48, **ask))
                keep("text.unguided", p(generator=generators(2), **{**ask, "guidance_scale": 1.0}))
                keep("text.rescaled", p(generator=generators(2), guidance_rescale=0.7, **ask))
            if key in ("ddim", "euler", "dpmpp-2m"):
                p = StableDiffusionImg2ImgPipeline(**components, requires_safety_checker=False)
                p.set_progress_bar_config(disable=True)
                two = source.repeat(2, 1, 1, 1)
                keep(f"image.{key}", p(image=two * 2 - 1, strength=0.6, generator=generators(2), **ask))
        if key in ("ddim", "euler", "dpmpp-2m"):
            p = StableDiffusionInpaintPipeline(**components, requires_safety_checker=False)
            p.set_progress_bar_config(disable=True)
            for label, strength in (("whole", 1.0), ("part", 0.6)):
                keep(f"inpaint.{label}.{key}", p(image=(source * 2 - 1).repeat(2, 1, 1, 1), mask_image=mask.repeat(2, 1, 1, 1),
                     strength=strength, height=32, width=32, generator=generators(2), **ask))
    # A billionth's change of the start must not show in the end, or nothing could be compared.
    if name != "inpaint":
        components["scheduler"] = DDIMScheduler.from_config(config)
        p = StableDiffusionPipeline(**components, requires_safety_checker=False)
        p.set_progress_bar_config(disable=True)
        moved = p(latents=io["latents"] + 1e-7 * torch.randn(2, 4, 16, 16, generator=g), **ask).images * 2 - 1
        print(name, "1e-7 of x_T moves the end by", float((moved - io["text.ddim"]).abs().max()))
    return io


def adapters(pipe, out):
    """The same adapter in four forms, and the U-Net's and the text encoder's output with it at strength 0.7."""
    import torch
    from safetensors.torch import load_file, save_file
    g = torch.Generator().manual_seed(11)
    unet = [n for n, m in pipe.unet.named_modules() if n.split(".")[-1] in ("to_q", "to_k", "to_v") or n.endswith("to_out.0")]
    text = [n for n, m in pipe.text_encoder.named_modules() if n.split(".")[-1] in ("q_proj", "k_proj", "v_proj", "out_proj")]
    sizes = {**{("unet", n): pipe.unet.get_submodule(n).weight.shape for n in unet},
             **{("text_encoder", n): pipe.text_encoder.get_submodule(n).weight.shape for n in text}}
    rank, alpha = 4, 2.0
    down = {k: (torch.randn(rank, s[1], generator=g) / s[1] ** 0.5) for k, s in sizes.items()}
    up = {k: torch.randn(s[0], rank, generator=g) * 0.3 for k, s in sizes.items()}
    # Without an alpha in the file the scale is 1: there the factor is in the matrix.
    scaled = {k: u * (alpha / rank) for k, u in up.items()}
    kohya, peft, middle, oldest = {}, {}, {}, {}
    for (part, n), d in down.items():
        k = ("lora_unet_" if part == "unet" else "lora_te_") + n.replace(".", "_")
        kohya[k + ".lora_down.weight"], kohya[k + ".lora_up.weight"] = d, up[part, n]
        kohya[k + ".alpha"] = torch.tensor(alpha)
        peft[f"{part}.{n}.lora_A.weight"], peft[f"{part}.{n}.lora_B.weight"] = d, scaled[part, n]
        name = f"{part}.{n}"
        if part == "unet":
            middle[name + ".lora.down.weight"], middle[name + ".lora.up.weight"] = d, scaled[part, n]
            head, last = n.replace(".to_out.0", ".to_out").rsplit(".", 1)
            oldest[f"unet.{head}.processor.{last}_lora.down.weight"] = d
            oldest[f"unet.{head}.processor.{last}_lora.up.weight"] = scaled[part, n]
        else:
            middle[name + ".lora_linear_layer.down.weight"], middle[name + ".lora_linear_layer.up.weight"] = d, scaled[part, n]
            head, last = n.rsplit(".", 1)
            short = {"q_proj": "to_q", "k_proj": "to_k", "v_proj": "to_v", "out_proj": "to_out"}[last]
            oldest[f"text_encoder.{head}.{short}_lora.down.weight"] = d
            oldest[f"text_encoder.{head}.{short}_lora.up.weight"] = scaled[part, n]
    # A layer outside of attention, which kohya's convolutional adapters have too.
    for n in ("down_blocks.0.resnets.0.conv1", "down_blocks.0.attentions.0.proj_in", "down_blocks.0.attentions.0.transformer_blocks.0.ff.net.2"):
        w = pipe.unet.get_submodule(n).weight
        k = "lora_unet_" + n.replace(".", "_")
        kohya_extra = {k + ".lora_down.weight": torch.randn(2, *w.shape[1:], generator=g) / w[0].numel() ** 0.5,
                       k + ".lora_up.weight": torch.randn(w.shape[0], 2, *([1, 1] if w.dim() == 4 else []), generator=g) * 0.3,
                       k + ".alpha": torch.tensor(1.0)}
        adapters.extra = {**getattr(adapters, "extra", {}), **kohya_extra}
    # transformers 4.27 is older than its own bridge to PEFT, which diffusers calls.
    from peft import inject_adapter_in_model, set_peft_model_state_dict
    from transformers import CLIPTextModel

    def load_adapter(self, adapter_name=None, adapter_state_dict=None, peft_config=None):
        inject_adapter_in_model(peft_config, self, adapter_name)
        set_peft_model_state_dict(self, adapter_state_dict, adapter_name)
    CLIPTextModel.load_adapter = load_adapter
    io, ids = {}, pipe.tokenizer(PROMPTS, padding="max_length", max_length=77, return_tensors="pt").input_ids
    x, t = torch.randn(2, 4, 16, 16, generator=g), torch.tensor([981, 241])
    context = torch.randn(2, 77, 32, generator=g)
    io["sample"], io["timestep"], io["context"], io["ids"] = x, t, context, ids
    forms = {"kohya": kohya, "peft": peft, "middle": middle, "oldest": oldest, "kohya-conv": {**kohya, **adapters.extra}}
    for form, tensors in forms.items():
        path = os.path.join(out, f"lora-{form}.safetensors")
        save_file(tensors, path, {"format": "pt"})
        try:
            import copy
            import diffusers
            from diffusers.utils import scale_lora_layers
            p = diffusers.StableDiffusionPipeline(**{k: copy.deepcopy(v) for k, v in pipe.components.items()},
                                                  requires_safety_checker=False)
            p.load_lora_weights(out, weight_name=f"lora-{form}.safetensors")
            scale_lora_layers(p.unet, 0.7), scale_lora_layers(p.text_encoder, 0.7)
            io[f"{form}.unet"] = p.unet(x, t, encoder_hidden_states=context).sample
            io[f"{form}.text"] = p.text_encoder(ids).last_hidden_state
        except Exception as e:  # diffusers 0.27 does not read every form
            print("diffusers does not load", form, type(e).__name__, str(e)[:300])
    io["none.unet"] = pipe.unet(x, t, encoder_hidden_states=context).sample
    io["none.text"] = pipe.text_encoder(ids).last_hidden_state
    return io


def main():
    p = argparse.ArgumentParser(description="Record Stable Diffusion.")
    p.add_argument("--diffusers")
    p.add_argument("--transformers")
    p.add_argument("--out", required=True)
    p.add_argument("--only", default="sd1,sd2,inpaint")
    a = p.parse_args()
    sys.path[:0] = [x for x in (a.diffusers, a.transformers) if x]
    import torch
    from safetensors.torch import save_file
    torch.set_num_threads(1)
    os.makedirs(a.out, exist_ok=True)
    with torch.no_grad():
        for name in a.only.split(","):
            pipe = build(name, a.out)
            io = {**parts(pipe, name), **{f"run.{k}": v for k, v in images(pipe, name).items()}}
            save_file({k: v.contiguous() for k, v in io.items()}, os.path.join(a.out, name + ".safetensors"), {"format": "pt"})
            if name == "sd1":
                from diffusers import AutoencoderTiny
                tiny = shaken(AutoencoderTiny(encoder_block_out_channels=(16, 16), decoder_block_out_channels=(16, 16),
                                              num_encoder_blocks=(1, 2), num_decoder_blocks=(2, 1)), 4, 1.0)
                tiny.save_pretrained(os.path.join(a.out, "tiny"))
                image = torch.rand(2, 3, 24, 32, generator=torch.Generator().manual_seed(5)) * 2 - 1
                latents = tiny.encode(image).latents
                save_file({"image": image, "latents": latents, "decoded": tiny.decode(latents).sample},
                          os.path.join(a.out, "tiny.safetensors"), {"format": "pt"})
                io = adapters(pipe, a.out)
                save_file({k: v.contiguous() for k, v in io.items()}, os.path.join(a.out, "lora.safetensors"), {"format": "pt"})


if __name__ == "__main__":
    main()
