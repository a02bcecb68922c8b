using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A tensor that a module owns and an optimizer updates.</summary>
public sealed class Parameter : Tensor
{
    public Parameter(Tensor data, bool requires_grad = true) : base(Native.Check(Native.pt_detach(data.Handle)))
    {
        DetachFromDisposeScope();
        this.requires_grad = requires_grad;
    }
}

/// <summary>2-D convolution: [N, C, H, W] → [N, O, H′, W′], PyTorch's initial weights.</summary>
public sealed class Conv2d : nn.Module<Tensor, Tensor>
{
    private readonly long[] _stride, _padding, _dilation;
    private readonly long _groups;

    internal Conv2d(long inChannels, long outChannels, long kernel, long stride, long padding, long dilation, long groups, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(Conv2d))
    {
        (_stride, _padding, _dilation, _groups) = ([stride, stride], [padding, padding], [dilation, dilation], groups);
        var bound = 1 / Math.Sqrt(inChannels / groups * kernel * kernel);
        weight = Initial.Uniform([outChannels, inChannels / groups, kernel, kernel], bound, device, dtype);
        this.bias = bias ? Initial.Uniform([outChannels], bound, device, dtype) : null;
        register_parameter("weight", weight);
        register_parameter("bias", this.bias);
    }

    public Parameter weight { get; set; }

    public Parameter? bias { get; set; }

    public override Tensor forward(Tensor input) => nn.functional.conv2d(input, weight, bias, _stride, _padding, _dilation, _groups);
}

/// <summary>y = x·Wᵀ + b over the last dimension, PyTorch's initial weights.</summary>
public sealed class Linear : nn.Module<Tensor, Tensor>
{
    internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype) : base(nameof(Linear))
    {
        var bound = 1 / Math.Sqrt(inputSize);
        weight = Initial.Uniform([outputSize, inputSize], bound, device, dtype);
        bias = hasBias ? Initial.Uniform([outputSize], bound, device, dtype) : null;
        register_parameter("weight", weight);
        register_parameter("bias", bias);
    }

    public Parameter weight { get; set; }

    public Parameter? bias { get; set; }

    public override Tensor forward(Tensor input) => nn.functional.linear(input, weight, bias);
}

/// <summary>Group normalisation (Wu &amp; He 2018) over [N, C, …].</summary>
public sealed class GroupNorm : nn.Module<Tensor, Tensor>
{
    private readonly long _groups;
    private readonly double _eps;

    internal GroupNorm(long groups, long channels, double eps, bool affine, Device? device, ScalarType? dtype) : base(nameof(GroupNorm))
    {
        (_groups, _eps) = (groups, eps);
        if (!affine) return;
        weight = new Parameter(ones(channels, dtype, device));
        bias = new Parameter(zeros(channels, dtype, device));
        register_parameter("weight", weight);
        register_parameter("bias", bias);
    }

    public Parameter? weight { get; set; }

    public Parameter? bias { get; set; }

    public long num_groups => _groups;

    public double eps => _eps;

    public override Tensor forward(Tensor input) => nn.functional.group_norm(input, _groups, weight, bias, _eps);
}

/// <summary>Rows of a table by int64 index; N(0, 1) at first.</summary>
public sealed class Embedding : nn.Module<Tensor, Tensor>
{
    internal Embedding(long count, long dimensions, Device? device, ScalarType? dtype) : base(nameof(Embedding))
    {
        using var values = empty([count, dimensions], dtype, device);
        using var filled = values.normal_();
        weight = new Parameter(values);
        register_parameter("weight", weight);
    }

    public Parameter weight { get; set; }

    public override Tensor forward(Tensor input)
    {
        var result = Native.Check(Native.pt_embedding(weight.Handle, input.Handle));
        GC.KeepAlive(input);
        return new Tensor(result);
    }
}

/// <summary>A list of modules, named by their index.</summary>
public sealed class ModuleList<T> : nn.Module, IReadOnlyList<T> where T : nn.Module
{
    private readonly List<T> _items = [];

    public ModuleList(params T[] modules) : base(nameof(ModuleList<T>))
    {
        foreach (var module in modules) Add(module);
    }

    public T this[int index] => _items[index];

    public int Count => _items.Count;

    public void Add(T module)
    {
        register_module(_items.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), module);
        _items.Add(module);
    }

    public IEnumerator<T> GetEnumerator() => _items.GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}

internal static class Initial
{
    // Kaiming-uniform with a = √5 gives the bound 1/√fan_in for weights and biases alike (torch/nn/modules/conv.py, linear.py).
    public static Parameter Uniform(long[] size, double bound, Device? device, ScalarType? dtype)
    {
        using var values = empty(size, dtype, device);
        using var filled = values.uniform_(-bound, bound);
        return new Parameter(values);
    }
}
