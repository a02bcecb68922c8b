using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Accounts;

/// <summary>The audit log in the database. Lines past their time are deleted with the first one of a day.</summary>
internal sealed class AuditLog(Database database, Caller caller, IOptions<AccountOptions> options, TimeProvider clock,
    ILogger<AuditLog> log) : IAuditLog
{
    private const int MaxListed = 200, MaxText = 200;
    private long _swept;

    public Task RecordAsync(string action, string? target = null, string? detail = null)
        => WriteAsync(caller.User is null && caller.HasAccounts ? null : caller.Id, caller.Name, action, target, detail);

    /// <summary>As <see cref="RecordAsync"/>, for somebody who is just signing in.</summary>
    public async Task WriteAsync(string? actor, string? name, string action, string? target, string? detail = null)
    {
        var row = new AuditRow
        {
            At = clock.GetUtcNow(),
            Actor = actor,
            ActorName = name,
            Address = caller.Address,
            Action = action,
            Target = Short(target),
            Detail = Short(detail),
        };
        log.LogInformation("Audit: {Action} of {Target} by {Actor} from {Address}", action, row.Target, name, row.Address);
        try
        {
            await database.WriteAsync(db =>
            {
                db.Add(row);
                return db.SaveChangesAsync(CancellationToken.None);
            }, CancellationToken.None);
            await SweepAsync(row.At);
        }
        catch (StorageUnavailableException e)
        {
            log.LogWarning("The audit log could not be written: {Message}", e.Message);
        }
    }

    /// <summary>The newest lines before a time, 200 at most.</summary>
    public async Task<IReadOnlyList<AuditView>> ListAsync(DateTimeOffset? before, CancellationToken ct)
    {
        var rows = await database.ReadAsync(db =>
        {
            var lines = db.Set<AuditRow>().AsQueryable();
            if (before is { } time) lines = lines.Where(e => e.At < time);
            return lines.OrderByDescending(e => e.At).ThenByDescending(e => e.Id).Take(MaxListed).ToListAsync(ct);
        }, ct);
        return [.. rows.Select(r => new AuditView(r.At.UtcDateTime, r.ActorName, r.Address, r.Action, r.Target, r.Detail))];
    }

    private async Task SweepAsync(DateTimeOffset now)
    {
        var today = now.UtcDateTime.Date.Ticks;
        if (Interlocked.Exchange(ref _swept, today) == today) return;
        var oldest = now - options.Value.AuditRetention;
        await database.WriteAsync(db => db.Set<AuditRow>().Where(e => e.At < oldest).ExecuteDeleteAsync(CancellationToken.None),
            CancellationToken.None);
    }

    private static string? Short(string? text) => text is { Length: > MaxText } ? text[..MaxText] : text;
}
