namespace Playground.Server.Jobs;

/// <summary>
/// The jobs of one kind that wait, in turns between their owners: of two owners, each gets every other turn, however many jobs one of them
/// has asked for. The jobs of one owner keep their order.
/// </summary>
/// <remarks>
/// Fair queueing with jobs of equal weight (A. Demers, S. Keshav and S. Shenker, 1989): an owner's job is in the round after the owner's
/// one before it, or in the round that is being served, whichever is later. Rounds are served in their order.
/// </remarks>
internal sealed class FairLine : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Place> _places = [];
    private readonly SemaphoreSlim _there = new(0);
    private readonly Dictionary<string, long> _lastRounds = [];
    private long _round, _arrivals;

    /// <summary>Jobs that wait.</summary>
    public int Length
    {
        get { lock (_lock) return _places.Count; }
    }

    /// <summary>Jobs of an owner that wait.</summary>
    public int LengthOf(string owner)
    {
        lock (_lock) return _places.Count(p => p.Job.Owner == owner);
    }

    public void Join(LiveJob job)
    {
        lock (_lock)
        {
            var round = Math.Max(_round, _lastRounds.TryGetValue(job.Owner, out var last) ? last + 1 : _round);
            _lastRounds[job.Owner] = round;
            var place = new Place(job, round, _arrivals++);
            // Those that have been taken are in front already.
            var at = _places.FindIndex(p => !p.IsTaken && (p.Round, p.Arrival).CompareTo((place.Round, place.Arrival)) > 0);
            _places.Insert(at < 0 ? _places.Count : at, place);
            Number();
        }
        _there.Release();
    }

    /// <summary>The job whose turn it is, once there is one; it counts as waiting until it leaves.</summary>
    public async Task<LiveJob> TakeAsync(CancellationToken ct)
    {
        while (true)
        {
            await _there.WaitAsync(ct);
            lock (_lock)
            {
                // One that left before its turn came is not there any more.
                if (_places.Find(p => !p.IsTaken) is not { } next) continue;
                next.IsTaken = true;
                _round = next.Round;
                return next.Job;
            }
        }
    }

    /// <summary>The job leaves the line; those behind it move up.</summary>
    public void Leave(LiveJob job)
    {
        lock (_lock)
        {
            if (_places.RemoveAll(p => p.Job == job) == 0) return;
            // An owner of whom nothing waits begins with the round that is being served.
            if (_places.TrueForAll(p => p.Job.Owner != job.Owner) && _lastRounds.GetValueOrDefault(job.Owner) < _round)
                _lastRounds.Remove(job.Owner);
            Number();
        }
    }

    public void Dispose() => _there.Dispose();

    private void Number()
    {
        for (var i = 0; i < _places.Count; i++) _places[i].Job.MoveTo(i + 1);
    }

    private sealed class Place(LiveJob job, long round, long arrival)
    {
        public LiveJob Job => job;

        public long Round => round;

        public long Arrival => arrival;

        public bool IsTaken { get; set; }
    }
}
