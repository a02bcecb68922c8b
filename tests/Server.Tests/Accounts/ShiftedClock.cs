namespace Playground.Server.Tests.Accounts;

/// <summary>The system's clock, put forward or back; its timers are the system's.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private long _ticks;

    /// <summary>How far it is ahead of the system's clock.</summary>
    public TimeSpan Ahead
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));
        set => Interlocked.Exchange(ref _ticks, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
