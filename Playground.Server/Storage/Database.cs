using Microsoft.EntityFrameworkCore;

namespace Playground.Server.Storage;

/// <summary>
/// The way to the database. Failures of any provider leave it as <see cref="StorageUnavailableException"/>; work in the scope of a
/// <see cref="StoragePatience"/> waits instead. Until the database has been opened, it is away.
/// </summary>
internal sealed class Database(IDbContextFactory<PlaygroundDb> contexts, IDatabasePlace place, TimeProvider clock, ILogger<Database> log)
    : IDisposable
{
    private const int MostStaleConnections = 5;

    // In line behind the server's own writers, which end.
    private static readonly TimeSpan s_mostWait = TimeSpan.FromSeconds(30);

    // Once a writer has waited in vain for another program's lock, those in line behind it do not each wait as long again.
    private static readonly TimeSpan s_staysLocked = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim? _writers = place.Writers == int.MaxValue ? null : new(place.Writers, place.Writers);
    private readonly Lock _lock = new();
    private StorageUnavailableException? _failure = StorageFailures.Away();
    private long _failedSince, _failedAt;
    private volatile bool _isOpen;

    /// <summary>Reads. What comes back is not tracked.</summary>
    /// <exception cref="StorageUnavailableException">The database does not answer.</exception>
    public Task<T> ReadAsync<T>(Func<PlaygroundDb, Task<T>> work, CancellationToken ct) => RunAsync(work, writes: false, ct);

    /// <summary>Writes: one statement, or all changes that one <c>SaveChanges</c> saves.</summary>
    /// <exception cref="StorageUnavailableException">The database does not answer; where it is away, nobody can say whether it has
    /// written.</exception>
    /// <exception cref="DbUpdateException">A row with the same key is there, or one that is referred to is not: see
    /// <see cref="StorageFailures"/>.</exception>
    public Task<T> WriteAsync<T>(Func<PlaygroundDb, Task<T>> work, CancellationToken ct) => RunAsync(work, writes: true, ct);

    /// <summary>Writes all that <paramref name="work"/> does, or nothing of it.</summary>
    /// <inheritdoc cref="WriteAsync"/>
    public Task<T> TransactAsync<T>(Func<PlaygroundDb, Task<T>> work, CancellationToken ct) => RunAsync(async db =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var result = await work(db);
        await transaction.CommitAsync(ct);
        return result;
    }, writes: true, ct);

    /// <summary>A context for a library that makes its own queries. Its failures are the provider's, untranslated.</summary>
    /// <exception cref="StorageUnavailableException">The database has not been opened yet.</exception>
    public PlaygroundDb CreateContext()
        => _isOpen ? contexts.CreateDbContext() : throw Volatile.Read(ref _failure) ?? StorageFailures.Away();

    /// <summary>From here on the database answers.</summary>
    public void Open()
    {
        _isOpen = true;
        Works(writes: true);
    }

    /// <summary>Notes that the database does not answer, and says so in the log, once until it answers again.</summary>
    public void Fails(StorageUnavailableException failure)
    {
        lock (_lock)
        {
            if (failure == _failure) return;
            var isKnown = _failedSince != 0 && _failure?.Problem == failure.Problem;
            _failure = failure;
            Volatile.Write(ref _failedAt, clock.GetTimestamp());
            if (isKnown) return;
            if (_failedSince == 0) _failedSince = clock.GetTimestamp();
        }
        log.LogError("The database is not available. {Place}: {Reason} {Advice} Until then, requests get {Status} and jobs wait.",
            place.Name, ReasonOf(failure), place.AdviceOn(failure.Problem), failure.Status);
    }

    /// <summary>The provider's own words, as one sentence.</summary>
    public static string ReasonOf(StorageUnavailableException failure)
    {
        var words = (failure.InnerException ?? failure).GetBaseException().Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
        return $"{words}.";
    }

    public void Dispose() => _writers?.Dispose();

    private void Works(bool writes)
    {
        if (Volatile.Read(ref _failure) is not { } failure) return;
        // A locked file and a full disk can be read all the while.
        if (!writes && failure.Problem is StorageProblem.Busy or StorageProblem.Full or StorageProblem.ReadOnly) return;
        TimeSpan away;
        lock (_lock)
        {
            _failure = null;
            if (_failedSince == 0) return;
            away = clock.GetElapsedTime(_failedSince);
            _failedSince = 0;
        }
        log.LogInformation("The database is back after {Seconds:0.#} s. {Place}", away.TotalSeconds, place.Name);
    }

    private async Task<T> RunAsync<T>(Func<PlaygroundDb, Task<T>> work, bool writes, CancellationToken ct)
    {
        var patience = StoragePatience.Current;
        var waited = 0;
        for (var attempt = 0; ; attempt++)
        {
            var wasWell = Volatile.Read(ref _failure) is null;
            StorageUnavailableException failure;
            try
            {
                if (!_isOpen) throw Volatile.Read(ref _failure) ?? StorageFailures.Away();
                var result = writes ? await WriteOnceAsync(work, ct) : await ReadOnceAsync(work, ct);
                Works(writes);
                if (waited > 0) patience!.GoOn();
                return result;
            }
            catch (Exception e) when (StorageFailures.Of(e) is { } found)
            {
                failure = found;
            }
            if (failure.Problem == StorageProblem.Away) place.Forget();
            // Connections that lay in the pool while the database was restarted fail once each. Reading twice does no harm.
            if (wasWell && attempt < MostStaleConnections && (failure.IsUndone || (failure.IsSudden && !writes))) continue;
            if (_isOpen) Fails(failure);
            if (patience is null || !await patience.WaitAsync(failure, waited++, clock, ct)) throw failure;
        }
    }

    private async Task<T> ReadOnceAsync<T>(Func<PlaygroundDb, Task<T>> work, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return await work(db);
    }

    private async Task<T> WriteOnceAsync<T>(Func<PlaygroundDb, Task<T>> work, CancellationToken ct)
    {
        if (_writers is not null && !await _writers.WaitAsync(s_mostWait, ct)) throw StorageFailures.Busy();
        try
        {
            if (_writers is not null && Volatile.Read(ref _failure) is { Problem: StorageProblem.Busy } failure
                && clock.GetElapsedTime(Volatile.Read(ref _failedAt)) < s_staysLocked) throw failure;
            await using var db = await contexts.CreateDbContextAsync(ct);
            return await work(db);
        }
        finally
        {
            _writers?.Release();
        }
    }
}
