namespace Playground.Core.Training;

/// <summary>How fast the newest steps were, whatever was done between them.</summary>
internal sealed class RecentPace
{
    private const int Steps = 32;
    private readonly Queue<double> _seconds = [];

    /// <summary>Steps a second over the newest 32; 0 before the first.</summary>
    public double StepsPerSecond => _seconds.Count == 0 ? 0 : _seconds.Count / Math.Max(_seconds.Sum(), 1e-9);

    /// <summary>Takes a step in.</summary>
    public void Add(TimeSpan step)
    {
        _seconds.Enqueue(step.TotalSeconds);
        if (_seconds.Count > Steps) _seconds.Dequeue();
    }
}
