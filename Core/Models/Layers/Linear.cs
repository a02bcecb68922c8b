using Playground.Core.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// y = x·Wᵀ + b with <c>weight</c> [out, in] and <c>bias</c> [out], as PyTorch's, in the thread's <see cref="Precision"/>. Its weights are
/// unset until drawn or loaded.
/// </summary>
internal sealed class Linear : Layer, IKeepsPrepared
{
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly Prepared _prepared = new();

    public Linear(long inFeatures, long outFeatures, bool hasBias = true) : base(nameof(Linear))
    {
        weight = OwnedParameter.Of(empty(outFeatures, inFeatures));
        if (hasBias) bias = OwnedParameter.Of(empty(outFeatures));
        register_parameter("weight", weight);
        if (bias is not null) register_parameter("bias", bias);
    }

    public Parameter Weight => weight;

    public Parameter? Bias => bias;

    bool IKeepsPrepared.KeepsPrepared { set => _prepared.IsKept = value; }

    /// <param name="x">[…, in].</param>
    public override Tensor forward(Tensor x)
    {
        if (x.Dimensions == 2 && _prepared.IsUsable(x)) return LinearKernel.Apply(x.to(ScalarType.Float32), _prepared.Cast(weight), bias);
        return nn.functional.linear(Precision.Cast(x), _prepared.Cast(weight), bias is null ? null : _prepared.Cast(bias));
    }

    /// <summary>Of every pixel of x [N, in, H, W], plus other [N, out, H, W]: in one pass where the weights are packed.</summary>
    public Tensor OfPixelsPlus(Tensor x, Tensor other)
    {
        x = Precision.Cast(x);
        if (_prepared.CanPack(x) && other.dtype == x.dtype) return _prepared.Packed(0, () => PackedPixels.Of(x.shape, this)).Plus(x, other);
        var (n, height, width) = (x.shape[0], x.shape[2], x.shape[3]);
        return call(x.flatten(2).transpose(1, 2)).transpose(1, 2).reshape(n, -1, height, width) + other;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _prepared.Dispose();
        base.Dispose(disposing);
    }
}
