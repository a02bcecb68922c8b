using Playground.Core.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models.Lora;

/// <summary>
/// The low-rank change of one layer: y + (α/r)·B(A(x)), with A ~ U(±1/√fan_in) and B = 0 at first (Hu et al. 2021, section 4.1).
/// </summary>
internal sealed class LoraLayer : IDisposable
{
    private readonly double _scale;

    private LoraLayer(string name, LoraOptions options, long[] down, long[] up, Generator random, Device device)
    {
        (Name, _scale) = (name, options.Scale);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var bound = 1 / Math.Sqrt(down[1..].Aggregate(1L, (a, b) => a * b));
        A = new Parameter(empty(down).uniform_(-bound, bound, random).to(device));
        B = new Parameter(zeros(up, device: device));
        A.DetachFromDisposeScope();
        B.DetachFromDisposeScope();
    }

    /// <summary>The layer's name in the network's state dict.</summary>
    public string Name { get; }

    /// <summary>[r, in], or [r, in, k, k] of a convolution.</summary>
    public Parameter A { get; }

    /// <summary>[out, r], or [out, r, 1, 1] of a convolution.</summary>
    public Parameter B { get; }

    /// <summary>Lets a linear layer's output carry the change.</summary>
    public static LoraLayer Attach(string name, Linear layer, LoraOptions options, Generator random, Device device)
    {
        var shape = layer.Weight.shape;
        var lora = new LoraLayer(name, options, [options.Rank, shape[1]], [shape[0], options.Rank], random, device);
        layer.register_forward_hook((_, x, y) =>
        {
            var low = nn.functional.linear(Precision.Cast(x), Precision.Cast(lora.A));
            return y + nn.functional.linear(low, Precision.Cast(lora.B)) * lora._scale;
        });
        return lora;
    }

    /// <summary>Lets a convolution's output carry the change.</summary>
    public static LoraLayer Attach(string name, Conv2d layer, LoraOptions options, Generator random, Device device)
    {
        var shape = layer.Weight.shape;
        var lora = new LoraLayer(name, options, [options.Rank, .. shape[1..]], [shape[0], options.Rank, 1, 1], random, device);
        layer.IsHooked = true;
        long[] strides = [layer.Stride, layer.Stride], padding = [layer.Padding, layer.Padding];
        layer.register_forward_hook((_, x, y) =>
        {
            var low = nn.functional.conv2d(Precision.Cast(x), Precision.Cast(lora.A), strides: strides, padding: padding);
            return y + nn.functional.conv2d(low, Precision.Cast(lora.B)) * lora._scale;
        });
        return lora;
    }

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
