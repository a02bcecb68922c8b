using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Generation;
using Playground.Server.Jobs;

namespace Playground.Server.Sampling.Frames;

/// <summary>
/// One run's frames while it runs. The device's thread asks <see cref="Wants"/> and hands over; all the rest is done by the recorder,
/// one after another.
/// </summary>
internal sealed class FrameRecording : IAsyncDisposable
{
    // Where a run is thinned, it is to have room to grow again.
    private const double RoomAfterThinning = 0.75;

    private readonly FrameRecorder _recorder;
    private readonly string _path;
    private readonly long _share;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IReadOnlyList<FrameEntry> _entries = [];
    private volatile int _stride;
    private volatile bool _isOver;
    private int _dropped, _isEnding;
    private long _bytes;
    private FileStream? _file;

    public FrameRecording(FrameRecorder recorder, string owner, string job, string path, int steps, int stride, long share)
        => (_recorder, Owner, Job, _path, Steps, _stride, _share) = (recorder, owner, job, path, steps, stride, share);

    public string Owner { get; }

    public string Job { get; }

    public int Steps { get; }

    public string Path => _path;

    /// <summary>Those that can be read.</summary>
    public IReadOnlyList<FrameEntry> Entries => _entries;

    public long Bytes => Interlocked.Read(ref _bytes);

    public FrameIndex Index => new(Steps, _stride, Volatile.Read(ref _dropped), Bytes, IsComplete: false,
        [.. _entries.Select(e => e.Frame)]);

    /// <summary>Whether the frame after a step is to be kept.</summary>
    public bool Wants(int step) => !_isOver && IsOfStride(step, _stride);

    /// <summary>Takes a frame, or leaves it out where too many wait: never blocks.</summary>
    /// <param name="frame">What it is.</param>
    /// <param name="encoded">Its PNG files; encoded elsewhere.</param>
    public void Offer(SamplingFrame frame, EncodedFrame encoded)
    {
        var kept = new KeptFrame(frame.Step, frame.Timestep, frame.Sigma, frame.Xt.Count, frame.Xt.Width, frame.Xt.Height);
        if (!_recorder.TryPost(new FrameToKeep(this, kept, encoded, 2L * frame.Xt.Pixels.Length))) Interlocked.Increment(ref _dropped);
    }

    /// <summary>No frame follows: waits until those that were taken are on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isEnding, 1) == 0 && !_recorder.TryPost(new FrameToKeep(this, null, null, 0))) SetDone();
        await _done.Task;
    }

    /// <summary>Writes a frame. Called by the recorder alone.</summary>
    public async Task KeepAsync(KeptFrame frame, EncodedFrame encoded)
    {
        // Taken before the last thinning, perhaps.
        if (!Wants(frame.Step)) return;
        try
        {
            var view = await encoded.ViewAsync();
            _file ??= await BeginAsync();
            var entry = await FrameFile.AppendAsync(_file, frame, view.Xt, view.X0, CancellationToken.None);
            _entries = [.. _entries, entry];
            Interlocked.Exchange(ref _bytes, _file.Position);
            if (_file.Position > _share) await ThinAsync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlaygroundException)
        {
            _isOver = true;
            Interlocked.Increment(ref _dropped);
            _recorder.Note(this, e);
        }
    }

    /// <summary>Writes the end. Called by the recorder alone.</summary>
    public async Task EndAsync()
    {
        _isOver = true;
        try
        {
            if (_file is not null)
            {
                await FrameFile.WriteEndAsync(_file, Volatile.Read(ref _dropped), CancellationToken.None);
                await _file.DisposeAsync();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _recorder.Note(this, e);
        }
    }

    /// <summary>Lets go whoever waits for the end.</summary>
    public void SetDone() => _done.TrySetResult();

    private bool IsOfStride(int step, int stride) => step == 1 || step == Steps || step % stride == 0;

    private async Task<FileStream> BeginAsync()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_path)!);
        var file = Create(_path);
        await FrameFile.WriteHeadAsync(file, Steps, CancellationToken.None);
        return file;
    }

    // Every second frame goes, until the rest is within the share: what is kept is spread over the run as before.
    private async Task ThinAsync()
    {
        var (stride, kept) = (_stride, _entries);
        while (kept.Count > 2 && kept.Sum(e => e.End - e.Offset) > _share * RoomAfterThinning)
        {
            stride *= 2;
            kept = [.. kept.Where(e => IsOfStride(e.Frame.Step, stride))];
            if (stride > Steps) break;
        }
        _isOver = kept.Sum(e => e.End - e.Offset) > _share * RoomAfterThinning;
        var part = FrameFolder.PartOf(_path);
        var thin = Create(part);
        var entries = new List<FrameEntry>();
        await using (thin)
        {
            await FrameFile.WriteHeadAsync(thin, Steps, CancellationToken.None);
            foreach (var entry in kept)
            {
                if (FrameFile.Read(_path, entry, FrameSide.Noisy) is not { } noisy
                    || FrameFile.Read(_path, entry, FrameSide.Clean) is not { } clean) continue;
                entries.Add(await FrameFile.AppendAsync(thin, entry.Frame, noisy, clean, CancellationToken.None));
            }
        }
        await _file!.DisposeAsync();
        File.Move(part, _path, overwrite: true);
        _file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        (_stride, _entries) = (stride, entries);
        Interlocked.Exchange(ref _bytes, _file.Position);
    }

    private static FileStream Create(string path)
        => new(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
}
