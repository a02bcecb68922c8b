namespace TorchSharp;

/// <summary>A number on its way into an operator: integral or floating, made by implicit conversion.</summary>
public sealed class Scalar
{
    internal readonly double Double;
    internal readonly long Long;
    internal readonly int Kind;

    private Scalar(double d, long i, int kind) => (Double, Long, Kind) = (d, i, kind);

    public static implicit operator Scalar(int value) => new(value, value, 1);
    public static implicit operator Scalar(long value) => new(value, value, 1);
    public static implicit operator Scalar(float value) => new(value, 0, 0);
    public static implicit operator Scalar(double value) => new(value, 0, 0);
}
