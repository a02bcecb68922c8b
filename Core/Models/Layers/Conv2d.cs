using Playground.Core.Engine;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// A square convolution with <c>weight</c> [out, in, k, k] and <c>bias</c> [out], as PyTorch's, in the thread's <see cref="Precision"/>.
/// Its weights lie channels last, so that they need not be laid out anew at every call, and are unset until drawn or loaded. Once packed in
/// float32 they lie in memory as packed alone, which is most of a large network's; whoever asks for them has them back, to the bit.
/// </summary>
internal sealed class Conv2d : Layer, IKeepsPrepared
{
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly Prepared _prepared = new();

    // Whether the parameter has its values, and whether it keeps them, since somebody has asked for it.
    private bool _isPlain = true, _isWanted;

    public Conv2d(long inChannels, long outChannels, long kernel, long stride = 1, long padding = 0, bool hasBias = true)
        : base(nameof(Conv2d))
    {
        (Stride, Padding) = (stride, padding);
        weight = OwnedParameter.Of(ChannelsLast.Empty(outChannels, inChannels, kernel, kernel, ScalarType.Float32, CPU));
        if (hasBias) bias = OwnedParameter.Of(empty(outChannels));
        register_parameter("weight", weight);
        if (bias is not null) register_parameter("bias", bias);
    }

    public long Stride { get; }

    public long Padding { get; }

    /// <summary>Who asks for it has its values, which then stay in memory while the network is frozen.</summary>
    public Parameter Weight
    {
        get
        {
            Restore();
            return weight;
        }
    }

    public Parameter? Bias => bias;

    /// <summary>Whether its weights lie in memory as they were set, beside what is packed of them; reading this asks for nothing.</summary>
    internal bool IsPlain => _isPlain;

    /// <summary>Whether something is added to its output from outside, so that it must be called as it is.</summary>
    public bool IsHooked { get; set; }

    bool IKeepsPrepared.KeepsPrepared
    {
        set
        {
            if (!value) Restore();
            _prepared.IsKept = value;
            _isWanted = false;
        }
    }

    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
    {
        Restore();
        return base.named_parameters(recurse);
    }

    public override Parameter? get_parameter(string target)
    {
        Restore();
        return base.get_parameter(target);
    }

    /// <param name="x">[N, in, H, W].</param>
    /// <returns>[N, out, H′, W′], channels last where <paramref name="x"/> is.</returns>
    public override Tensor forward(Tensor x)
    {
        x = Precision.Cast(x);
        return _prepared.CanPack(x) ? Packed(x).Apply(x) : Plain(x, 0, bias);
    }

    /// <summary>conv(x) + other: in one pass where the weights are packed.</summary>
    public Tensor Plus(Tensor x, Tensor other)
    {
        x = Precision.Cast(x);
        return _prepared.CanPack(x) && other.dtype == x.dtype ? Packed(x).Plus(x, other) : call(x) + other;
    }

    /// <summary>conv of channels that lie in two pieces, as if one behind the other.</summary>
    public Tensor OfPieces(Tensor a, Tensor b)
    {
        if (IsHooked) return call(cat([a, b], 1));
        (a, b) = (Precision.Cast(a), Precision.Cast(b));
        if (!_prepared.CanPack(a) || !_prepared.CanPack(b)) return Plain(a, 0, bias) + Plain(b, a.shape[1], null);
        var first = _prepared.Packed(1, () => Pack(w => w.narrow(1, 0, a.shape[1]), bias, a));
        var second = _prepared.Packed(2, () => Pack(w => w.narrow(1, a.shape[1], b.shape[1]), null, b));
        Release();
        return second.Onto(b, first.Apply(a));
    }

    private bool IsPointwise => Stride == 1 && Padding == 0 && weight.shape[2] == 1 && weight.shape[3] == 1;

    // Of the channels from one on, as many as x has.
    private Tensor Plain(Tensor x, long from, Tensor? offset)
    {
        Restore();
        long[] strides = [Stride, Stride], padding = [Padding, Padding];
        var (all, count) = (_prepared.Cast(weight), x.shape[1]);
        var part = count == all.shape[1] ? all : all.narrow(1, from, count);
        if (IsPointwise && is_grad_enabled() && x.device_type == DeviceType.CPU)
        {
            // As a product of matrices: oneDNN's gradient of such a convolution's weights never returns for some sizes, such as 4 channels
            // of 4 × 4 pixels.
            var rows = nn.functional.linear(x.permute(0, 2, 3, 1), part.flatten(1), offset is null ? null : _prepared.Cast(offset));
            return rows.permute(0, 3, 1, 2);
        }
        return nn.functional.conv2d(x, part, offset is null ? null : _prepared.Cast(offset), strides, padding);
    }

    private PackedConvolution Packed(Tensor x)
    {
        var packed = _prepared.Packed(0, () => Pack(w => w, bias, x));
        Release();
        return packed;
    }

    private PackedConvolution Pack(Func<Tensor, Tensor> part, Tensor? offset, Tensor x)
    {
        using var scope = NewDisposeScope();
        var values = _isPlain ? weight : Unpacked() ?? throw new InvalidOperationException("A convolution's weights are gone.");
        return new PackedConvolution(Precision.Cast(part(values)), offset, Stride, Padding, x.shape);
    }

    // [out, in, k, k] from what was packed without loss; null where not all of it was.
    private Tensor? Unpacked()
    {
        if (_prepared.Lossless(0) is { } whole) return whole.Unpacked();
        return _prepared.Lossless(1) is { } first && _prepared.Lossless(2) is { } second
            ? cat([first.Unpacked(), second.Unpacked()], 1)
            : null;
    }

    // The parameter stays, with its shape; if it were read now, it would say NaN.
    private void Release()
    {
        if (!_isPlain || _isWanted || weight.dtype != ScalarType.Float32) return;
        if (_prepared.Lossless(0) is null && (_prepared.Lossless(1) is null || _prepared.Lossless(2) is null)) return;
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        weight.set_(full([1], float.NaN).expand(weight.shape));
        _isPlain = false;
    }

    private void Restore()
    {
        _isWanted = true;
        if (_isPlain) return;
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var shape = weight.shape;
        var values = ChannelsLast.Empty(shape[0], shape[1], shape[2], shape[3], ScalarType.Float32, CPU);
        values.copy_(Unpacked() ?? throw new InvalidOperationException("A convolution's weights are gone."));
        weight.set_(values);
        _isPlain = true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _prepared.Dispose();
        // The parameter is asked for below, to be freed as it is.
        _isPlain = true;
        base.Dispose(disposing);
    }
}
