using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Playground.Client.Contracts;

namespace Playground.Server.Jobs;

/// <summary>Tells everybody who listens of every change of their jobs. A slow listener gets the newest state of each job.</summary>
internal sealed class JobFeed
{
    private readonly ConcurrentDictionary<Listener, bool> _listeners = new();

    /// <summary>How many listen.</summary>
    public int Listeners => _listeners.Count;

    public void Tell(string owner, JobView job)
    {
        foreach (var listener in _listeners.Keys)
            if (listener.Owner == owner) listener.Tell(job);
    }

    /// <summary>What changes from the first call on, until <paramref name="ct"/> ends it.</summary>
    /// <param name="owner">Whose jobs.</param>
    /// <param name="first">Asked once listening has begun; told first.</param>
    /// <param name="ct">Ends it.</param>
    public async IAsyncEnumerable<JobView> ListenAsync(string owner, Func<IEnumerable<JobView>> first,
        [EnumeratorCancellation] CancellationToken ct)
    {
        var listener = new Listener(owner);
        _listeners[listener] = true;
        try
        {
            foreach (var job in first()) listener.Tell(job);
            while (true)
            {
                foreach (var job in listener.Take()) yield return job;
                await listener.WaitAsync(ct);
            }
        }
        finally
        {
            _listeners.TryRemove(listener, out _);
        }
    }

    private sealed class Listener(string owner)
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, JobView> _changed = [];

        // Two changes of one job may come in the wrong order.
        private readonly Dictionary<string, long> _told = [];
        private TaskCompletionSource _any = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Owner => owner;

        public void Tell(JobView job)
        {
            lock (_lock)
            {
                if (_told.TryGetValue(job.Id, out var sequence) && sequence >= job.Sequence) return;
                (_told[job.Id], _changed[job.Id]) = (job.Sequence, job);
                _any.TrySetResult();
            }
        }

        public IReadOnlyList<JobView> Take()
        {
            lock (_lock)
            {
                JobView[] taken = [.. _changed.Values];
                _changed.Clear();
                _any = new(TaskCreationOptions.RunContinuationsAsynchronously);
                return taken;
            }
        }

        public Task WaitAsync(CancellationToken ct)
        {
            lock (_lock) return _any.Task.WaitAsync(ct);
        }
    }
}
