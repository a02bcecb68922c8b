#!/usr/bin/env python3
"""Takes pytorch-fid's features and distance of folders of pictures, for comparison with this project's own.

The network is pytorch-fid's InceptionV3 with random weights that this program makes; published ones would take as long.
It reads requests from stdin, one JSON object a line, and answers each with one JSON line; end of input ends it.

  {"weights": FOLDER}                      writes zip.pth and legacy.pth there, the same weights in torch's two forms, and loads them
  {"features": [DIR, ...], "out": FOLDER}  writes the features of each folder as 0.npy, 1.npy, ... (float64 [N, 2048]) and the logits
                                           without the last layer's bias as logits-0.npy, ...; answers the seconds of the features
  {"distance": FOLDER}                     the Fréchet distance of 0.npy and 1.npy there; answers it and its seconds

Usage: python3 peer_pytorch_fid.py --pytorch-fid CHECKOUT/src [--path EXTRA ...] [--threads 2] [--batch 50]
"""

import argparse
import contextlib
import json
import os
import pathlib
import sys
import time


def arguments():
    p = argparse.ArgumentParser(description="Features and distances by pytorch-fid, on the CPU.")
    p.add_argument("--pytorch-fid", required=True, help="the src folder of a pytorch-fid checkout")
    p.add_argument("--path", action="append", default=[], help="a further folder for the import path; may be repeated")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--batch", type=int, default=50, help="pytorch-fid's own default is 50")
    return p.parse_args()


class Peer:
    def __init__(self, args):
        import numpy
        import torch
        import pytorch_fid.fid_score as score
        import pytorch_fid.inception as inception

        self.numpy, self.torch, self.score, self.inception = numpy, torch, score, inception
        self.threads, self.batch = args.threads, args.batch
        torch.set_num_threads(args.threads)
        self.model = self.state = None

    def weights(self, request):
        torch, inception = self.torch, self.inception
        torch.manual_seed(0)
        # The class loads published weights; here it is left as it was made, and its numbers are then drawn.
        load, inception.load_state_dict_from_url = torch.nn.Module.load_state_dict, lambda *args, **kwargs: None
        torch.nn.Module.load_state_dict = lambda *args, **kwargs: None
        network = inception.fid_inception_v3()
        torch.nn.Module.load_state_dict = load
        for module in network.modules():
            if isinstance(module, torch.nn.Conv2d):
                torch.nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            elif isinstance(module, torch.nn.BatchNorm2d):
                for tensor, low, high in ((module.weight, 0.7, 1.3), (module.bias, -0.3, 0.3), (module.running_mean, -0.3, 0.3), (module.running_var, 0.5, 1.5)):
                    torch.nn.init.uniform_(tensor, low, high)
        self.state = network.state_dict()
        torch.save(self.state, os.path.join(request["weights"], "zip.pth"))
        torch.save(self.state, os.path.join(request["weights"], "legacy.pth"), _use_new_zipfile_serialization=False)
        inception.load_state_dict_from_url = lambda *args, **kwargs: self.state
        self.model = inception.InceptionV3([3])
        return {}

    def features(self, request):
        seconds = []
        for i, folder in enumerate(request["features"]):
            # As pytorch-fid's own main program lists and reads them, with as many workers as it takes.
            files = sorted(f for ext in self.score.IMAGE_EXTENSIONS for f in pathlib.Path(folder).glob("*.%s" % ext))
            start = time.perf_counter()
            features = self.score.get_activations(files, self.model, self.batch, 2048, "cpu", min(8, self.threads))
            seconds.append(time.perf_counter() - start)
            self.numpy.save(os.path.join(request["out"], "%d.npy" % i), features)
            self.numpy.save(os.path.join(request["out"], "logits-%d.npy" % i), features @ self.state["fc.weight"].double().numpy().T)
        return {"seconds": seconds}

    def distance(self, request):
        a, b = (self.numpy.load(os.path.join(request["distance"], "%d.npy" % i)) for i in (0, 1))
        start = time.perf_counter()
        statistics = [(x.mean(axis=0), self.numpy.cov(x, rowvar=False)) for x in (a, b)]
        value = self.score.calculate_frechet_distance(*statistics[0], *statistics[1])
        return {"seconds": [time.perf_counter() - start], "distance": float(value)}


def main():
    args = arguments()
    sys.path[:0] = [args.pytorch_fid] + args.path
    answers = sys.stdout
    # Whatever the libraries print goes to standard error, so that standard output holds the answers alone.
    with contextlib.redirect_stdout(sys.stderr):
        peer = Peer(args)
        print(json.dumps({"versions": {"torch": peer.torch.__version__, "python": sys.version.split()[0]}}), file=answers, flush=True)
        for line in sys.stdin:
            try:
                request = json.loads(line)
                case = next(c for c in ("weights", "features", "distance") if c in request)
                answer = getattr(peer, case)(request)
            except Exception as e:
                answer = {"error": "%s: %s" % (type(e).__name__, e)}
            print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
