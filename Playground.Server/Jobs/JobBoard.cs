using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Playground.Server.Jobs;

/// <summary>The jobs that wait or run, and the queue between those who ask and the one who works.</summary>
internal sealed class JobBoard
{
    private const int Kept = 100;
    private readonly ConcurrentDictionary<string, LiveJob> _live = new();
    private readonly ConcurrentQueue<string> _ended = new();
    private readonly Lock _lock = new();
    private readonly List<LiveJob> _waiting = [];
    private readonly Channel<LiveJob> _queue = Channel.CreateUnbounded<LiveJob>();

    public LiveJob? Find(string id, string owner) => _live.TryGetValue(id, out var job) && job.Owner == owner ? job : null;

    public int Waiting
    {
        get { lock (_lock) return _waiting.Count; }
    }

    public void Add(LiveJob job)
    {
        _live[job.View.Id] = job;
        lock (_lock) _waiting.Add(job);
        _queue.Writer.TryWrite(job);
    }

    public IAsyncEnumerable<LiveJob> TakeAsync(CancellationToken ct) => _queue.Reader.ReadAllAsync(ct);

    /// <summary>The job leaves the line; those behind it move up.</summary>
    public void Leave(LiveJob job)
    {
        lock (_lock)
        {
            _waiting.Remove(job);
            for (var i = 0; i < _waiting.Count; i++) _waiting[i].MoveTo(i + 1);
        }
    }

    /// <summary>An ended job stays for late watchers, with its last frame, until a hundred more have ended.</summary>
    public void Retire(LiveJob job)
    {
        _ended.Enqueue(job.View.Id);
        while (_ended.Count > Kept && _ended.TryDequeue(out var old)) _live.TryRemove(old, out _);
    }
}
