using System.Diagnostics;
using Microsoft.EntityFrameworkCore;

namespace Playground.Server.Storage;

/// <summary>
/// Opens the database when the server starts: makes it where it is not there, and applies the migrations that it lacks. One that is
/// away, busy or full is waited for while the server listens and answers with 503; what somebody has to correct first ends the start.
/// </summary>
internal sealed class StorageStartup(Database database, IDatabasePlace place, IDbContextFactory<PlaygroundDb> contexts, TimeProvider clock,
    IHostApplicationLifetime life, ILogger<StorageStartup> log)
    : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private bool _isOpen;

    /// <summary>Opens the database, or begins to wait for it.</summary>
    /// <returns>False when the server cannot start; the log says why and what to do.</returns>
    public static async Task<bool> OpenAsync(IServiceProvider services, CancellationToken ct = default)
    {
        try
        {
            return await services.GetRequiredService<StorageStartup>().TryOpenAsync(ct) is null or { IsWorthWaitingFor: true };
        }
        catch (StorageUnavailableException e)
        {
            services.GetRequiredService<ILogger<StorageStartup>>().LogCritical("The server cannot start: {Message}", e.Message);
            return false;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!_isOpen)
        {
            await Task.Delay(s_pause, clock, stoppingToken);
            if (await TryOpenAsync(stoppingToken) is null or { IsWorthWaitingFor: true }) continue;
            Environment.ExitCode = 1;
            life.StopApplication();
            return;
        }
    }

    // Null when it is open.
    private async Task<StorageUnavailableException?> TryOpenAsync(CancellationToken ct)
    {
        try
        {
            await MigrateAsync(ct);
            _isOpen = true;
            database.Open();
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var failure = StorageFailures.Of(e) ?? StorageFailures.Mismatched(e);
            if (failure.IsWorthWaitingFor) database.Fails(failure);
            else log.LogCritical(StorageFailures.Of(e) is null ? e : null, "The server cannot start. {Place}: {Reason} {Advice}",
            place.Name, Database.ReasonOf(failure), place.AdviceOn(failure.Problem));
            return failure;
        }
    }

    private async Task MigrateAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await place.PrepareAsync(db, ct);
        var known = db.Database.GetMigrations().ToHashSet();
        var applied = (await db.Database.GetAppliedMigrationsAsync(ct)).ToList();
        if (applied.FirstOrDefault(m => !known.Contains(m)) is { } newer)
            throw new StorageUnavailableException(StorageProblem.Mismatched,
                $"The database was used by a newer version of Playground, which changed it by '{newer}'.");
        if (applied.Count == known.Count) return;
        var began = Stopwatch.GetTimestamp();
        await place.BeforeMigrationsAsync(db, ct);
        await db.Database.MigrateAsync(ct);
        log.LogInformation("The database is of this version now: {Count} migrations applied in {Seconds:0.0} s. {Place}",
            known.Count - applied.Count, Stopwatch.GetElapsedTime(began).TotalSeconds, place.Name);
    }
}
