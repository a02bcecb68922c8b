using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary>
/// Operators of libtorch that TorchSharp has no method for, called through a constant script that is compiled once a process. A script
/// that does not compile ends the process, so all of it is compiled in a test.
/// </summary>
internal static class Operators
{
    private const string Methods = """
          def pack(self: __torch__.Operators, w: Tensor, s: int, p: int, n: int, c: int, height: int, width: int) -> Tensor:
            return ops.mkldnn._reorder_convolution_weight(w, [p, p], [s, s], [1, 1], 1, [n, c, height, width])
          def conv(self: __torch__.Operators, x: Tensor, w: Tensor, b: Tensor, s: int, p: int) -> Tensor:
            none = annotate(List[Optional[number]], [])
            return ops.mkldnn._convolution_pointwise(x, w, b, [p, p], [s, s], [1, 1], 1, "none", none, "")
          def conv_add(self: __torch__.Operators, x: Tensor, w: Tensor, b: Tensor, s: int, p: int, other: Tensor) -> Tensor:
            none = annotate(List[Optional[number]], [])
            return ops.mkldnn._convolution_pointwise(x, other, w, b, [p, p], [s, s], [1, 1], 1, "add", 1.0, None, none, None)
          def conv_add_(self: __torch__.Operators, x: Tensor, w: Tensor, b: Tensor, s: int, p: int, sum: Tensor) -> Tensor:
            none = annotate(List[Optional[number]], [])
            return ops.mkldnn._convolution_pointwise_(sum, x, w, b, [p, p], [s, s], [1, 1], 1, "add", 1.0, None, none, None)
        """;

    private static readonly Lazy<jit.ScriptModule> s_module = new(Load);

    /// <summary>Whether there are packed convolutions: oneDNN is part of libtorch's builds for x86-64 alone.</summary>
    public static bool HasConvolutions { get; } = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>
    /// A convolution's weights, [out, in, k, k], in the blocked layout that oneDNN computes with for inputs of about this shape.
    /// </summary>
    public static Tensor PackConvolution(Tensor weight, long stride, long padding, long[] input)
        => Call("pack", weight, Int(stride), Int(padding), Int(input[0]), Int(input[1]), Int(input[2]), Int(input[3]));

    /// <summary>conv(x) with packed weights; channels last.</summary>
    public static Tensor Convolution(Tensor x, Tensor packed, Tensor bias, long stride, long padding)
        => Call("conv", x, packed, bias, Int(stride), Int(padding));

    /// <summary>conv(x) + other in one pass.</summary>
    public static Tensor ConvolutionPlus(Tensor x, Tensor packed, Tensor bias, long stride, long padding, Tensor other)
        => Call("conv_add", x, packed, bias, Int(stride), Int(padding), other);

    /// <summary>sum ← sum + conv(x) in one pass.</summary>
    public static Tensor ConvolutionOnto(Tensor x, Tensor packed, Tensor bias, long stride, long padding, Tensor sum)
        => Call("conv_add_", x, packed, bias, Int(stride), Int(padding), sum);

    // An int is handed over as its value. Of a long, TorchSharp makes a scalar that nothing holds, and its finalizer may free it before
    // the script has read it.
    private static object Int(long value) => checked((int)value);

    private static Tensor Call(string method, params object[] arguments)
    {
        var result = (Tensor)s_module.Value.invoke(method, arguments);
        GC.KeepAlive(arguments);
        return result;
    }

    private static jit.ScriptModule Load()
    {
        // It lives as long as the process.
        using var scope = NewDisposeScope();
        var module = jit.load(ScriptArchive.Of(Methods), DeviceType.CPU);
        module.eval();
        return module;
    }
}
