using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>How far a prediction is from its target.</summary>
public static class LossFunction
{
    public const string MeanSquared = "mse";
    public const string MeanAbsolute = "l1";
    public const string Huber = "huber";

    /// <summary>The names that <see cref="TrainingOptions.Loss"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [MeanSquared, MeanAbsolute, Huber];

    /// <summary>
    /// With d = prediction − target, the mean over each example of d² (mse), |d| (l1), or, with c = min(|d|, δ), of ½c² + δ(|d| − c)
    /// (huber; Huber 1964): a parabola up to δ, a straight line from there on.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="prediction">[N, …].</param>
    /// <param name="target">[N, …].</param>
    /// <param name="delta">Huber's δ.</param>
    /// <returns>[N].</returns>
    internal static Tensor PerExample(string name, Tensor prediction, Tensor target, double delta)
    {
        var d = prediction - target;
        return Of(name, d, delta).flatten(1).mean([1]);
    }

    private static Tensor Of(string name, Tensor d, double delta)
    {
        if (name == MeanSquared) return d.square();
        var distance = d.abs();
        if (name == MeanAbsolute) return distance;
        var c = distance.clamp(max: delta);
        return c.square() * 0.5 + (distance - c) * delta;
    }
}
