#!/usr/bin/env python3
"""Times Hugging Face diffusers on the CPU, for comparison with this project's own engine.

The model is UNet2DModel with the configuration of google/ddpm-cifar10-32 (35.7 M parameters, random weights).

  denoise  one forward pass under inference_mode and one DDIMScheduler.step
  train    zero_grad, add noise, forward, mean squared error, backward, one AdamW step
  sd       one call of Stable Diffusion 1.5's U-Net (859.5 M parameters, random weights) on latents of 512x512 and 77 tokens, and one
           DDIMScheduler.step
  sd-image the same network beside its autoencoder, and its text encoder where transformers can be imported: a prompt's 77 tokens are
           encoded, two steps as above, and the image is decoded

  "peak_bytes" of an answer is the most memory that the process held while the case ran, its models included
  add      x + 1 on one number, seconds per call: what calling an operator costs

  f32      what a user gets by default: float32, contiguous tensors
  bf16     CPU autocast to bfloat16, model and pictures in channels_last

One run prints one JSON line.  With --serve the program reads requests from stdin, one JSON object a line, e.g.
  {"case": "denoise", "batch": 4, "precision": "f32", "repeats": 5}
and answers each with one JSON line, keeping its model between requests; {"quit": true} or end of input ends it.
Optional request keys: "warmup" (uncounted repeats, default as on the command line), "threads".
An error in a request is answered as {"error": "..."}.

Usage:
  python3 peer_diffusers.py --diffusers CHECKOUT/src [--path EXTRA ...] --case denoise --batch 1 \
      --precision f32 --repeats 5 --threads 2
"""

import argparse
import contextlib
import gc
import json
import os
import platform
import sys
import time

CONFIG = {
    "sample_size": 32,
    "in_channels": 3,
    "out_channels": 3,
    "layers_per_block": 2,
    "block_out_channels": (128, 256, 256, 256),
    "down_block_types": ("DownBlock2D", "AttnDownBlock2D", "DownBlock2D", "DownBlock2D"),
    "up_block_types": ("UpBlock2D", "UpBlock2D", "AttnUpBlock2D", "UpBlock2D"),
    "downsample_padding": 0,
    "flip_sin_to_cos": False,
    "freq_shift": 1,
    "norm_eps": 1e-6,
    "norm_num_groups": 32,
    "act_fn": "silu",
    "attention_head_dim": None,
}
STABLE_DIFFUSION = {
    "sample_size": 64, "in_channels": 4, "out_channels": 4, "layers_per_block": 2, "block_out_channels": (320, 640, 1280, 1280),
    "down_block_types": ("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
    "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
    "cross_attention_dim": 768, "attention_head_dim": 8,
}
AUTOENCODER = {
    "block_out_channels": (128, 256, 512, 512), "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4, "layers_per_block": 2, "latent_channels": 4, "sample_size": 512,
}
CASES = ("denoise", "train", "sd", "sd-image", "add")
PRECISIONS = ("f32", "bf16")


def arguments():
    p = argparse.ArgumentParser(description="Time diffusers on the CPU.")
    p.add_argument("--diffusers", help="the src folder of a diffusers checkout (else the installed package)")
    p.add_argument("--path", action="append", default=[], help="a further folder for the import path; may be repeated")
    p.add_argument("--case", choices=CASES, default="denoise")
    p.add_argument("--batch", type=int, default=1)
    p.add_argument("--precision", choices=PRECISIONS, default="f32")
    p.add_argument("--repeats", type=int, default=5)
    p.add_argument("--warmup", type=int, default=1)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--serve", action="store_true", help="answer requests from stdin, one JSON line each")
    return p.parse_args()


class Peer:
    """Holds the imports and one model, which every request of a --serve session shares."""

    def __init__(self, args):
        import torch
        import diffusers
        from diffusers import DDIMScheduler, DDPMScheduler, UNet2DModel

        self.torch = torch
        self.versions = {
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
            "python": platform.python_version(),
            "mkldnn": bool(torch.backends.mkldnn.is_available()),
        }
        torch.manual_seed(args.seed)
        self.generator = torch.Generator().manual_seed(args.seed + 1)
        self.model = UNet2DModel(**CONFIG)
        self.parameters = sum(p.numel() for p in self.model.parameters())
        self.layout = "contiguous"
        self.norm_hooks = []
        self.norms_take_bf16 = self.mixed_group_norm()
        self.ddim = DDIMScheduler()          # its defaults are those of the ddpm-cifar10-32 checkpoint
        self.ddpm = DDPMScheduler()

    def mixed_group_norm(self):
        """Whether this torch can normalize bfloat16 pictures with float32 gains, forward and backward."""
        torch = self.torch
        x = torch.randn(1, 8, 4, 4).to(torch.bfloat16).requires_grad_()
        try:
            torch.nn.GroupNorm(4, 8)(x).float().sum().backward()
            return True
        except RuntimeError:
            return False

    def arrange(self, precision):
        """Puts the weights in the memory layout that the precision is measured with.

        Old versions of torch (1.13, say) leave normalization out of CPU autocast and then refuse its bfloat16
        input.  There, and only for bf16, the input of each GroupNorm and LayerNorm is widened to float32 first.
        """
        torch = self.torch
        widen = precision == "bf16" and not self.norms_take_bf16
        if widen and not self.norm_hooks:
            for module in self.model.modules():
                if isinstance(module, (torch.nn.GroupNorm, torch.nn.LayerNorm)):
                    self.norm_hooks.append(module.register_forward_pre_hook(lambda _, given: (given[0].float(),)))
        elif not widen:
            for hook in self.norm_hooks:
                hook.remove()
            self.norm_hooks = []
        wanted = "channels_last" if precision == "bf16" else "contiguous"
        if wanted != self.layout:
            fmt = torch.channels_last if wanted == "channels_last" else torch.contiguous_format
            self.model.to(memory_format=fmt)
            self.layout = wanted

    def pictures(self, batch, precision):
        x = self.torch.randn(batch, 3, 32, 32, generator=self.generator)
        return x.contiguous(memory_format=self.torch.channels_last) if precision == "bf16" else x

    def autocast(self, precision):
        if precision == "bf16":
            return self.torch.autocast("cpu", dtype=self.torch.bfloat16)
        return contextlib.nullcontext()

    def denoise(self, batch, precision):
        """Gives a function that does one denoising step and returns a number that proves it was done."""
        torch, model, ddim = self.torch, self.model, self.ddim
        model.eval()
        for p in model.parameters():
            p.grad = None
        ddim.set_timesteps(20)
        state = {"x": self.pictures(batch, precision), "k": 0}

        def once():
            t = ddim.timesteps[state["k"] % len(ddim.timesteps)]
            with torch.inference_mode():
                with self.autocast(precision):
                    noise = model(state["x"], t).sample
                state["x"] = ddim.step(noise.float(), t, state["x"]).prev_sample
            state["k"] += 1
            return state["x"].abs().mean().item()

        return once

    def sd(self, batch, precision):
        """As denoise, with a model that is made when it is first asked for."""
        torch, ddim = self.torch, self.ddim
        from diffusers import UNet2DConditionModel
        if not isinstance(self.model, UNet2DConditionModel):
            self.model = UNet2DConditionModel(**STABLE_DIFFUSION).eval()
            self.parameters, self.layout, self.norm_hooks = sum(p.numel() for p in self.model.parameters()), "contiguous", []
            self.arrange(precision)
        model = self.model
        ddim.set_timesteps(20)
        x = torch.randn(batch, 4, 64, 64, generator=self.generator)
        context = torch.randn(batch, 77, 768, generator=self.generator)
        if precision == "bf16":
            x = x.contiguous(memory_format=torch.channels_last)

        def once():
            with torch.inference_mode():
                with self.autocast(precision):
                    noise = model(x, ddim.timesteps[3], encoder_hidden_states=context).sample
                return ddim.step(noise.float(), ddim.timesteps[3], x).prev_sample.abs().mean().item()

        return once

    def sd_image(self, batch, precision):
        torch = self.torch
        step = self.sd(batch, precision)
        if getattr(self, "autoencoder", None) is None:
            from diffusers import AutoencoderKL
            self.autoencoder, self.text = AutoencoderKL(**AUTOENCODER).eval(), None
            try:
                from transformers import CLIPTextConfig, CLIPTextModel
                self.text = CLIPTextModel(CLIPTextConfig(hidden_size=768, intermediate_size=3072, num_attention_heads=12)).eval()
            except ImportError:
                pass
        latents = torch.randn(batch, 4, 64, 64, generator=self.generator)

        def once():
            with torch.inference_mode():
                if self.text is not None:
                    self.text(torch.zeros(batch, 77, dtype=torch.long))
                for _ in range(2):
                    step()
                with self.autocast(precision):
                    return self.autoencoder.decode(latents).sample.float().abs().mean().item()

        return once

    def train(self, batch, precision):
        torch, model, ddpm = self.torch, self.model, self.ddpm
        model.train()
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
        clean = self.pictures(batch, precision).clamp(-1, 1)
        steps = ddpm.config.num_train_timesteps

        def once():
            optimizer.zero_grad(set_to_none=True)
            noise = torch.empty_like(clean).normal_(generator=self.generator)
            t = torch.randint(0, steps, (batch,), generator=self.generator)
            noisy = ddpm.add_noise(clean, noise, t)
            with self.autocast(precision):
                predicted = model(noisy, t).sample
            loss = torch.nn.functional.mse_loss(predicted.float(), noise)
            loss.backward()
            optimizer.step()
            return loss.item()

        return once

    def add(self, calls=200_000):
        x = self.torch.ones(1)
        with self.torch.inference_mode():
            start = time.perf_counter()
            for _ in range(calls):
                x + 1
            return (time.perf_counter() - start) / calls

    def measure(self, request):
        case, precision = request["case"], request["precision"]
        batch, repeats, warmup = int(request["batch"]), int(request["repeats"]), int(request["warmup"])
        if case not in CASES or precision not in PRECISIONS:
            raise ValueError("case is one of %s, precision one of %s" % (CASES, PRECISIONS))
        if batch < 1 or repeats < 1 or warmup < 0:
            raise ValueError("batch and repeats are at least 1, warmup at least 0")
        self.torch.set_num_threads(int(request["threads"]))
        if case == "add":
            return {"peer": "diffusers", "case": case, "seconds": [self.add() for _ in range(repeats)]}
        self.arrange(precision)
        once = getattr(self, case.replace("-", "_"))(batch, precision)
        forget_peak()
        for _ in range(warmup):
            once()
        seconds = []
        for _ in range(repeats):
            start = time.perf_counter()
            check = once()
            seconds.append(time.perf_counter() - start)
        ordered = sorted(seconds)
        return {
            "peer": "diffusers", "case": case, "batch": batch, "precision": precision, "layout": self.layout,
            "group_norm": "f32 input" if self.norm_hooks else "as is",
            "threads": self.torch.get_num_threads(), "warmup": warmup, "parameters": self.parameters,
            "seconds": [round(s, 6) for s in seconds], "best": round(ordered[0], 6),
            "median": round((ordered[(repeats - 1) // 2] + ordered[repeats // 2]) / 2, 6),
            "check": check, "versions": self.versions,
            "peak_bytes": peak_bytes(), "text_encoder": getattr(self, "text", None) is not None,
        }


def forget_peak():
    """Lets the peak of memory be counted from now on (proc(5), clear_refs)."""
    gc.collect()
    with open("/proc/self/clear_refs", "w") as f:
        f.write("5")


def peak_bytes():
    with open("/proc/self/status") as f:
        return next(1024 * int(line.split()[1]) for line in f if line.startswith("VmHWM:"))


def serve(peer, defaults, out):
    print(json.dumps({"ready": True, "parameters": peer.parameters, "versions": peer.versions}), file=out, flush=True)
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            request = json.loads(line)
            if request.get("quit"):
                return
            answer = peer.measure({**defaults, **request})
        except Exception as problem:  # one bad request must not end the session
            answer = {"error": "%s: %s" % (type(problem).__name__, problem)}
        print(json.dumps(answer), file=out, flush=True)


def main():
    args = arguments()
    # Never ask a server for anything; set the thread count before torch starts its pools.
    for name in ("HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "DISABLE_TELEMETRY"):
        os.environ.setdefault(name, "1")
    os.environ["OMP_NUM_THREADS"] = str(args.threads)
    sys.path[:0] = ([args.diffusers] if args.diffusers else []) + args.path
    # What the libraries print must not mix with the JSON lines.
    out = sys.stdout
    sys.stdout = sys.stderr
    peer = Peer(args)
    defaults = {k: getattr(args, k) for k in ("case", "batch", "precision", "repeats", "warmup", "threads")}
    if args.serve:
        serve(peer, defaults, out)
    else:
        print(json.dumps(peer.measure(defaults)), file=out, flush=True)


if __name__ == "__main__":
    main()
