using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Bench;

/// <summary>What the binding adds to an operator: a call that does nothing, and the addition of one number.</summary>
internal static class Overhead
{
    private const int Calls = 200_000;

    public static async Task MeasureAsync(Peer? peer, CancellationToken ct)
    {
        var (crossing, addition) = Measure();
        var theirs = peer is null ? null : await peer.MeasureAsync("add", 1, "f32", 3, ct);
        Console.WriteLine($"""

            The binding, nanoseconds per call ({Calls:N0} calls, best of 5):

            | call | ours | PyTorch from Python |
            |---|---|---|
            | numel() | {crossing:0} | |
            | x + 1 on one number, result disposed | {addition:0} | {theirs?.Min() * 1e9:0} |
            """);
    }

    private static (double Crossing, double Addition) Measure()
    {
        using var guard = inference_mode();
        using var x = ones([1]);
        var (crossing, addition) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < 5; round++)
        {
            crossing = Math.Min(crossing, Time(() => x.numel()));
            addition = Math.Min(addition, Time(() => (x + 1).Dispose()));
        }
        return (crossing, addition);
    }

    private static double Time(Action call)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Calls; i++) call();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls;
    }
}
