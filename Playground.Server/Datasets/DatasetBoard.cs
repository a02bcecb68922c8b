using System.Collections.Concurrent;
using System.Threading.Channels;
using Playground.Client.Contracts;

namespace Playground.Server.Datasets;

/// <summary>A data set to be made (version 0), or a version of one to be packed.</summary>
internal sealed record DatasetWork(string Dataset, string Owner, int Version);

/// <summary>The work that waits or runs, how far it is, and how to stop it.</summary>
internal sealed class DatasetBoard
{
    private const int MaxWaiting = 1000;
    private readonly ConcurrentDictionary<(string Dataset, int Version), Live> _live = new();
    private readonly Channel<DatasetWork> _queue = Channel.CreateBounded<DatasetWork>(MaxWaiting);

    /// <summary>A piece of work while it waits or runs.</summary>
    public sealed class Live
    {
        private volatile DatasetProgress _progress = new("waiting", 0, null, null);

        public CancellationTokenSource Cancel { get; } = new();

        public DatasetProgress Progress
        {
            get => _progress;
            set => _progress = value;
        }
    }

    /// <summary>Puts a piece of work in line, unless it is in it already.</summary>
    /// <returns>False when the line is full.</returns>
    public bool TryAdd(DatasetWork work)
    {
        if (!_live.TryAdd((work.Dataset, work.Version), new Live())) return true;
        if (_queue.Writer.TryWrite(work)) return true;
        Retire(work);
        return false;
    }

    public IAsyncEnumerable<DatasetWork> TakeAsync(CancellationToken ct) => _queue.Reader.ReadAllAsync(ct);

    public Live? Find(string dataset, int version) => _live.GetValueOrDefault((dataset, version));

    public void Retire(DatasetWork work)
    {
        if (_live.TryRemove((work.Dataset, work.Version), out var live)) live.Cancel.Dispose();
    }
}
