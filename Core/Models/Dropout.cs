using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>While training, zeros each value with probability p and scales the rest by 1/(1 − p) (Srivastava et al. 2014).</summary>
internal sealed class Dropout(double p) : Layer(nameof(Dropout))
{
    /// <summary>
    /// On the CPU: where the values to drop are drawn from, so that a training can be repeated; null: the process's own stream.
    /// </summary>
    public Generator? Random { get; set; }

    public override Tensor forward(Tensor x)
    {
        if (!training || p == 0) return x;
        if (Random is null) return nn.functional.dropout(x, p, true);
        var kept = rand(x.shape, generator: Random).lt(1 - p);
        return x * kept.to(x.dtype, x.device) / (1 - p);
    }
}
