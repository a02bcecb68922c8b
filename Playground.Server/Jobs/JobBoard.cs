using System.Collections.Concurrent;
using System.Threading.Channels;
using Playground.Client.Contracts;

namespace Playground.Server.Jobs;

/// <summary>The jobs that wait, run or are paused, and for each kind the line between those who ask and the one who works.</summary>
internal sealed class JobBoard
{
    private const int Kept = 100;
    private readonly ConcurrentDictionary<string, LiveJob> _live = new();
    private readonly ConcurrentQueue<string> _ended = new();
    private readonly ConcurrentDictionary<string, Line> _lines = new();

    public LiveJob? Find(string id, string owner) => _live.TryGetValue(id, out var job) && job.Owner == owner ? job : null;

    /// <summary>The owner's that wait, run or are paused, the oldest first.</summary>
    public IReadOnlyList<JobView> ListLive(string owner) => [.. _live.Values.Where(j => j.Owner == owner).Select(j => j.View)
        .Where(j => !JobStatus.IsFinal(j.Status)).OrderBy(j => j.Created).ThenBy(j => j.Id)];

    /// <summary>Jobs of a kind that wait.</summary>
    public int Waiting(string kind) => LineOf(kind).Length;

    /// <summary>Shows the job to those who ask for it, unless it is shown already.</summary>
    /// <returns>The one that is shown.</returns>
    public LiveJob Show(LiveJob job) => _live.GetOrAdd(job.View.Id, job);

    /// <summary>
    /// Shows the job and puts it at the end of its kind's line, unless it is shown already: one and the same job does not run twice.
    /// </summary>
    /// <returns>The one that is shown.</returns>
    public LiveJob Add(LiveJob job)
    {
        var shown = Show(job);
        if (shown == job) Requeue(job);
        return shown;
    }

    /// <summary>Puts a job that is shown at the end of its kind's line again.</summary>
    public void Requeue(LiveJob job) => LineOf(job.View.Kind).Join(job);

    public IAsyncEnumerable<LiveJob> TakeAsync(string kind, CancellationToken ct) => LineOf(kind).Jobs.ReadAllAsync(ct);

    /// <summary>The job leaves the line; those behind it move up.</summary>
    public void Leave(LiveJob job) => LineOf(job.View.Kind).Leave(job);

    /// <summary>An ended job stays for late watchers, with its last frame, until a hundred more have ended.</summary>
    public void Retire(LiveJob job)
    {
        _ended.Enqueue(job.View.Id);
        while (_ended.Count > Kept && _ended.TryDequeue(out var old)) _live.TryRemove(old, out _);
    }

    private Line LineOf(string kind) => _lines.GetOrAdd(kind, _ => new Line());

    private sealed class Line
    {
        private readonly Lock _lock = new();
        private readonly List<LiveJob> _waiting = [];
        private readonly Channel<LiveJob> _queue = Channel.CreateUnbounded<LiveJob>();

        public ChannelReader<LiveJob> Jobs => _queue.Reader;

        public int Length
        {
            get { lock (_lock) return _waiting.Count; }
        }

        public void Join(LiveJob job)
        {
            lock (_lock)
            {
                _waiting.Add(job);
                job.MoveTo(_waiting.Count);
            }
            _queue.Writer.TryWrite(job);
        }

        public void Leave(LiveJob job)
        {
            lock (_lock)
            {
                _waiting.Remove(job);
                for (var i = 0; i < _waiting.Count; i++) _waiting[i].MoveTo(i + 1);
            }
        }
    }
}
