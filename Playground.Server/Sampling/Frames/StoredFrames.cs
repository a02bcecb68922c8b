namespace Playground.Server.Sampling.Frames;

/// <summary>Frames of runs that are under way, from memory's index, and of those that have ended, from their files alone.</summary>
internal sealed class StoredFrames(FrameRecorder recorder, FrameFolder folder) : IRunFrames
{
    public Task<FrameIndex?> FindAsync(string owner, string job, CancellationToken ct)
    {
        if (recorder.FindLive(owner, job) is { } live) return Task.FromResult<FrameIndex?>(live.Index);
        if (folder.PathOf(owner, job) is not { } path) return Task.FromResult<FrameIndex?>(null);
        return Task.Run(() => FrameFile.Scan(path) is { Entries: [.., var last] entries } content
            ? new FrameIndex(content.Steps, StrideOf(entries, content.Steps), content.Dropped, last.End, IsComplete: true,
                [.. entries.Select(e => e.Frame)])
            : null, ct);
    }

    public Task<byte[]?> ReadAsync(string owner, string job, int step, FrameSide side, CancellationToken ct)
    {
        if (folder.PathOf(owner, job) is not { } path) return Task.FromResult<byte[]?>(null);
        return Task.Run(() => Read(path, owner, job, step, side)
            // It may have been thinned at this very moment.
            ?? Read(path, owner, job, step, side), ct);
    }

    public IReadOnlyDictionary<string, long> Sizes(string owner) => folder.List(owner).ToDictionary(f => f.Job, f => f.Bytes);

    private byte[]? Read(string path, string owner, string job, int step, FrameSide side)
    {
        var entries = recorder.FindLive(owner, job)?.Entries ?? FrameFile.Scan(path)?.Entries ?? [];
        return entries.FirstOrDefault(e => e.Frame.Step == step) is { } entry ? FrameFile.Read(path, entry, side) : null;
    }

    // Of what is between the first step and the last, which are always kept.
    private static int StrideOf(IReadOnlyList<FrameEntry> entries, int steps)
    {
        var stride = entries.Select(e => e.Frame.Step).Where(s => s != 1 && s != steps).Aggregate(0, Gcd);
        return stride == 0 ? Math.Max(1, steps) : stride;
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
