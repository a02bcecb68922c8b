using System.Diagnostics;
using Playground.Core.Engine;

namespace Playground.Server.Trainings;

/// <summary>
/// A training's turn on the device: so long as is its due, and longer while nobody waits in line, so that the way to the device's thread
/// costs nothing.
/// </summary>
internal sealed class DeviceTurn(DeviceThread device, TimeSpan length)
{
    // What a turn has found out is shown when it ends.
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(500);
    private readonly long _began = Stopwatch.GetTimestamp();

    /// <summary>How long it has lasted.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began);

    /// <summary>To be asked after each of its pieces of work.</summary>
    public bool IsOver => Elapsed >= length && (device.IsWanted || Elapsed >= s_longest);
}
