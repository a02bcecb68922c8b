"""Records, for every key of every scheduler class of diffusers 0.27.2, short runs with values other than its default.

PYTHONPATH=.../diffusers/src python3 bench/record_scheduler_keys.py --out tests/Core.Tests/Recordings/scheduler-keys.json

Six calls from x = 1.5 sin(i + 1), [1, 3, 1, 2], by a "network" that says 0.4 x + 0.1 cos(t / 100) of its scaled input; the noise of
call k is cos(7 k + i).
"""
import argparse
import importlib
import inspect
import json
import math

import torch

STEPS, SHAPE = 6, (1, 3, 1, 2)
CLASSES = {
    "DDPMScheduler": "ddpm", "DDIMScheduler": "ddim", "PNDMScheduler": "pndm", "EulerDiscreteScheduler": "euler_discrete",
    "EulerAncestralDiscreteScheduler": "euler_ancestral_discrete", "HeunDiscreteScheduler": "heun_discrete",
    "DPMSolverMultistepScheduler": "dpmsolver_multistep", "UniPCMultistepScheduler": "unipc_multistep", "LCMScheduler": "lcm",
}
ZERO_SNR = {"rescale_betas_zero_snr": True, "prediction_type": "v_prediction"}
NOISE_FORM = {"final_sigmas_type": "sigma_min"}

# Each value of a key with what else it needs to have an effect.
VALUES = {
    "num_train_timesteps": [{"num_train_timesteps": 500}],
    "beta_start": [{"beta_start": 0.001}],
    "beta_end": [{"beta_end": 0.03}],
    "beta_schedule": [{"beta_schedule": "scaled_linear"}, {"beta_schedule": "squaredcos_cap_v2"}],
    "trained_betas": [{"trained_betas": [0.001 + 0.01 * i for i in range(24)], "num_train_timesteps": 24}],
    "prediction_type": [{"prediction_type": "sample"}, {"prediction_type": "v_prediction"}],
    "timestep_spacing": [{"timestep_spacing": s} for s in ("leading", "linspace", "trailing")],
    "steps_offset": [{"steps_offset": 3, "timestep_spacing": "leading"}],
    "rescale_betas_zero_snr": [{**ZERO_SNR}, {**ZERO_SNR, "timestep_spacing": "trailing"}],
    "clip_sample": [{"clip_sample": True}, {"clip_sample": False}],
    "clip_sample_range": [{"clip_sample": True, "clip_sample_range": 0.5}],
    "thresholding": [{"thresholding": True, "sample_max_value": 1.5}],
    "dynamic_thresholding_ratio": [{"thresholding": True, "dynamic_thresholding_ratio": 0.6, "sample_max_value": 1.5}],
    "sample_max_value": [{"thresholding": True, "sample_max_value": 1.2}],
    "set_alpha_to_one": [{"set_alpha_to_one": True}, {"set_alpha_to_one": False}],
    "skip_prk_steps": [{"skip_prk_steps": True}],
    "interpolation_type": [{"interpolation_type": "log_linear"}, {"interpolation_type": "log_linear", "use_karras_sigmas": True}],
    "use_karras_sigmas": [{"use_karras_sigmas": True}],
    "sigma_min": [{"sigma_min": 0.05, "use_karras_sigmas": True}],
    "sigma_max": [{"sigma_max": 40.0, "use_karras_sigmas": True}],
    "timestep_type": [{"timestep_type": "continuous", "prediction_type": "v_prediction"}, {"timestep_type": "continuous"},
                      {"timestep_type": "continuous", "prediction_type": "v_prediction", "interpolation_type": "log_linear"}],
    "solver_order": [{"solver_order": 1}, {"solver_order": 3}],
    "lower_order_final": [{"lower_order_final": False}],
    "euler_at_final": [{"euler_at_final": True, "lower_order_final": False, "final_sigmas_type": "sigma_min"}],
    "use_lu_lambdas": [{"use_lu_lambdas": True}, {"use_lu_lambdas": True, "use_karras_sigmas": True},
                       {"use_lu_lambdas": True, "final_sigmas_type": "sigma_min"}],
    "final_sigmas_type": [{"final_sigmas_type": "sigma_min"}, {"final_sigmas_type": "zero"}],
    "lambda_min_clipped": [{"lambda_min_clipped": -5.1, "beta_schedule": "squaredcos_cap_v2"}],
    "original_inference_steps": [{"original_inference_steps": 40}],
    "timestep_scaling": [{"timestep_scaling": 5.0}],
    "predict_x0": [{"predict_x0": False}, {"predict_x0": False, "solver_type": "bh1"}, {"predict_x0": False, "solver_order": 3},
                   {"predict_x0": False, "prediction_type": "v_prediction"}, {"predict_x0": False, "prediction_type": "sample"}],
    "disable_corrector": [{"disable_corrector": [0, 2]}, {"disable_corrector": [1], "predict_x0": False}],
}
DPM = {
    "algorithm_type": [{"algorithm_type": a, "solver_type": s, **(NOISE_FORM if a.endswith("r") else {})}
                       for a in ("dpmsolver++", "dpmsolver", "sde-dpmsolver++", "sde-dpmsolver") for s in ("midpoint", "heun")]
    + [{"algorithm_type": "dpmsolver", "solver_order": 3, **NOISE_FORM}, {"algorithm_type": "deis"},
       {"algorithm_type": "dpmsolver", "thresholding": True, "sample_max_value": 1.5, **NOISE_FORM}]
    + [{"algorithm_type": a, "prediction_type": p, **NOISE_FORM} for a in ("dpmsolver", "sde-dpmsolver") for p in ("sample", "v_prediction")],
    "solver_type": [{"solver_type": s} for s in ("heun", "logrho", "bh1")],
    "variance_type": [{"variance_type": v} for v in ("learned", "learned_range")],
}
UNIPC = {"solver_type": [{"solver_type": s} for s in ("bh1", "midpoint", "logrho")]}
DDPM = {"variance_type": [{"variance_type": v} for v in ("fixed_small_log", "fixed_large", "fixed_large_log", "learned", "learned_range")],
        "beta_schedule": VALUES["beta_schedule"] + [{"beta_schedule": "sigmoid"}]}
OWN = {"DDPMScheduler": DDPM, "DPMSolverMultistepScheduler": DPM, "UniPCMultistepScheduler": UNIPC}


def noise(call, count=6):
    return torch.tensor([math.cos(7 * call + i) for i in range(count)], dtype=torch.float32).reshape(SHAPE)


def run(module, cls, config):
    scheduler = cls(**config)
    scheduler.set_timesteps(STEPS)
    call = [0]
    module.randn_tensor = lambda *args, **kwargs: noise(call[0])
    x = torch.tensor([1.5 * math.sin(i + 1) for i in range(6)], dtype=torch.float32).reshape(SHAPE) * scheduler.init_noise_sigma
    learned = config.get("variance_type", "").startswith("learned")
    for call[0], t in enumerate(scheduler.timesteps):
        at = scheduler.scale_model_input(x, t)
        prediction = at * 0.4 + 0.1 * math.cos(float(t) / 100)
        if learned:
            prediction = torch.cat([prediction, torch.full(SHAPE, 0.3)], 1)
        x = scheduler.step(prediction, t, x).prev_sample
    return {"timesteps": [float(t) for t in scheduler.timesteps], "init": float(scheduler.init_noise_sigma), "final": x.flatten().tolist()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    cases, keys = [], {}
    for name, file in CLASSES.items():
        module = importlib.import_module(f"diffusers.schedulers.scheduling_{file}")
        cls = getattr(module, name)
        keys[name] = [k for k in inspect.signature(cls.__init__).parameters if k != "self"]
        values = {**VALUES, **OWN.get(name, {})}
        for key, config in [("", {})] + [(k, c) for k in keys[name] for c in values.get(k, [])]:
            if any(k not in keys[name] for k in config):
                config = {k: v for k, v in config.items() if k in keys[name]}
            try:
                result = run(module, cls, config)
                if any(math.isnan(v) for v in result["final"]):
                    result = {"refused": "gives NaN"}
            except (ValueError, IndexError, NotImplementedError) as error:
                result = {"refused": str(error)[:100]}
            cases.append({"scheduler": name, "key": key, "config": config, **result})
    with open(parser.parse_args().out, "w") as out:
        out.write('{"keys": ' + json.dumps(keys) + ',\n"cases": [\n' + ",\n".join(json.dumps(c) for c in cases) + "\n]}\n")
    print(len(cases), "cases of", sum(map(len, keys.values())), "keys")


main()
