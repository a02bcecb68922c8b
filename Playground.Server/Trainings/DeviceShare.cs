using System.Diagnostics;
using Microsoft.Extensions.Options;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Server.Hosting;

namespace Playground.Server.Trainings;

/// <summary>Gives a training its part of the device's time: all of it while nobody else wants it, else a settled share.</summary>
internal sealed class DeviceShare(IOptions<PlaygroundOptions> options, DeviceThread device, SamplingEngine engine)
{
    // Short enough that a sampling that comes along is hardly held up, long enough that the way to the device's thread costs nothing.
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(100), s_longest = TimeSpan.FromSeconds(5);

    private readonly double _share = options.Value.TrainingShare;
    private TimeSpan _others;

    /// <summary>Runs <paramref name="run"/> on the device's thread, then lets others have what is theirs.</summary>
    /// <param name="run">Synchronous; told by what it is given when it is over. It may take longer where its least piece of work
    /// does.</param>
    public async Task<T> RunAsync<T>(Func<DeviceTurn, T> run)
    {
        var length = TurnFor(_others, _share);
        var (result, took) = await device.RunAsync(() =>
        {
            var turn = new DeviceTurn(device, length);
            return (run(turn), turn.Elapsed);
        });
        _others = await YieldAsync(Owed(took, _share));
        return result;
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(Action<DeviceTurn> run) => RunAsync(turn =>
    {
        run(turn);
        return true;
    });

    /// <summary>What others get after a turn of <paramref name="took"/>.</summary>
    public static TimeSpan Owed(TimeSpan took, double share) => took * ((1 - share) / share);

    /// <summary>
    /// How long the next turn is when others just had <paramref name="others"/>: they take whole slices, however small what they were owed.
    /// </summary>
    public static TimeSpan TurnFor(TimeSpan others, double share)
    {
        if (others == TimeSpan.Zero) return s_turn;
        var fair = share < 1 ? others * (share / (1 - share)) : s_longest;
        return fair < s_turn ? s_turn : fair > s_longest ? s_longest : fair;
    }

    // Nothing of ours is in the device's line meanwhile; an empty piece of work comes through it after each slice of the others.
    private async Task<TimeSpan> YieldAsync(TimeSpan owed)
    {
        if (!engine.IsBusy) return TimeSpan.Zero;
        var began = Stopwatch.GetTimestamp();
        do await device.RunAsync(() => { });
        while (engine.IsBusy && Stopwatch.GetElapsedTime(began) < owed);
        return Stopwatch.GetElapsedTime(began);
    }
}
