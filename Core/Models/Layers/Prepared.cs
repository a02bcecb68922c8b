using Playground.Core.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>A layer that can keep what it has made of its weights, while these stay as they are.</summary>
internal interface IKeepsPrepared
{
    /// <summary>True: the weights do not change from now on. False: they do, and what was made of them is dropped.</summary>
    bool KeepsPrepared { set; }
}

/// <summary>What a layer has made of its weights: copies in another precision, and convolutions packed for the processor.</summary>
internal sealed class Prepared : IDisposable
{
    private readonly Dictionary<(nint Weight, ScalarType Type), Tensor> _casts = [];
    private readonly Dictionary<(int Part, ScalarType Type), PackedConvolution> _packed = [];

    /// <summary>Whether the weights stay as they are.</summary>
    public bool IsKept
    {
        get;
        set
        {
            if (!value) Dispose();
            field = value;
        }
    }

    /// <summary>Whether an input may go the fast way.</summary>
    public bool IsUsable(Tensor x) => IsKept && FastPath.HasPackedWeights && x.device_type == DeviceType.CPU;

    /// <summary>Whether an input may go through packed weights.</summary>
    public bool CanPack(Tensor x) => IsUsable(x) && ChannelsLast.Is(x);

    /// <summary>A weight in the thread's <see cref="Precision"/>.</summary>
    public Tensor Cast(Tensor weight)
    {
        var type = Precision.Type;
        if (weight.dtype == type) return weight;
        if (!IsKept || is_grad_enabled()) return weight.to(type);
        var key = (weight.Handle, type);
        return _casts.TryGetValue(key, out var cast) ? cast : _casts[key] = weight.to(type).DetachFromDisposeScope();
    }

    /// <summary>A packed convolution, made where there is none of this part and the thread's precision yet.</summary>
    public PackedConvolution Packed(int part, Func<PackedConvolution> make)
    {
        var key = (part, Precision.Type);
        return _packed.TryGetValue(key, out var packed) ? packed : _packed[key] = make();
    }

    /// <summary>A packed convolution in float32, of whose weights nothing is lost; null where there is none.</summary>
    public PackedConvolution? Lossless(int part) => _packed.GetValueOrDefault((part, ScalarType.Float32));

    public void Dispose()
    {
        foreach (var cast in _casts.Values) cast.Dispose();
        foreach (var packed in _packed.Values) packed.Dispose();
        _casts.Clear();
        _packed.Clear();
    }
}
